package org.starpunk.site;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Map;
import org.starpunk.note.NoteRepository.TagCount;
import org.starpunk.view.PreparedResponse;

/** Page {@code /tags}: all tags, with the number of notes of each. */
final class TagsPage {

    private final SiteDependencies site;
    private final Layout layout;

    TagsPage(SiteDependencies site, Layout layout) {
        this.site = site;
        this.layout = layout;
    }

    void show(RoutingContext ctx) {
        site.pages().answer(ctx, "/tags", this::make);
    }

    private Future<PreparedResponse> make() {
        return site.notes().tags().map(this::content);
    }

    private PreparedResponse content(List<TagCount> tags) {
        List<Map<String, Object>> rows = tags.stream().map(TagsPage::row).toList();
        String main = site.views().render("site/tags", Map.of("tags", rows)).toString();
        return layout.page("Tags", main).at("/tags").render();
    }

    private static Map<String, Object> row(TagCount count) {
        return Map.of("path", count.tag().path(), "name", count.tag().name(), "notes", count.notes());
    }
}
