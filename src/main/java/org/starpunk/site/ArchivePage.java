package org.starpunk.site;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.starpunk.note.NoteRepository.MonthCount;
import org.starpunk.view.PreparedResponse;

/** Page {@code /archive}: the months that have notes, grouped by year, newest first. */
final class ArchivePage {

    private final SiteDependencies site;
    private final Layout layout;

    ArchivePage(SiteDependencies site, Layout layout) {
        this.site = site;
        this.layout = layout;
    }

    void show(RoutingContext ctx) {
        site.pages().answer(ctx, "/archive", this::make);
    }

    private Future<PreparedResponse> make() {
        return site.notes().months().map(this::content);
    }

    private PreparedResponse content(List<MonthCount> months) {
        TreeMap<Integer, List<Map<String, Object>>> byYear = new TreeMap<>();
        for (MonthCount month : months) {
            byYear.computeIfAbsent(month.month().getYear(), unused -> new ArrayList<>())
                    .add(row(month));
        }
        List<Map<String, Object>> years = byYear.descendingMap().entrySet().stream()
                .map(year -> Map.<String, Object>of("year", Integer.toString(year.getKey()), "months", year.getValue()))
                .toList();
        String main =
                site.views().render("site/archive", Map.of("years", years)).toString();
        return layout.page("Archive", main).at("/archive").render();
    }

    private static Map<String, Object> row(MonthCount month) {
        String path = "/archive/" + month.month().toString().replace('-', '/');
        return Map.of("path", path, "name", DateFormats.month(month.month().getMonthValue()), "notes", month.notes());
    }
}
