package org.starpunk.site;

import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NoteLabel;
import org.starpunk.note.NoteSearch;
import org.starpunk.note.SnippetHighlighter;
import org.starpunk.view.PercentEncoding;
import org.starpunk.view.RenderedPage;

/** Page {@code /search?q=}: the search form, which works without a script, and the hits. */
final class SearchPage {

    private static final int PER_PAGE = 20;
    private static final int MAX_QUERY = 200;
    private static final int MAX_OFFSET = 10_000;
    private static final int LABEL = 80;

    private final SiteDependencies site;
    private final Layout layout;

    SearchPage(SiteDependencies site, Layout layout) {
        this.site = site;
        this.layout = layout;
    }

    void show(RoutingContext ctx) {
        MultiMap parameters = parameters(ctx.request().query());
        String query = query(parameters.get("q"));
        if (query.length() > MAX_QUERY) {
            ctx.fail(new HttpException(400, "A search can have at most " + MAX_QUERY + " characters."));
        } else if (query.isEmpty()) {
            site.pages().answer(ctx, "/search", () -> Future.succeededFuture(form()));
        } else {
            search(ctx, query, offset(parameters.get("offset")));
        }
    }

    /** Parses the query string. Accepts a lone percent sign, as in {@code ?q=100%}, and reads NUL as a space. */
    private static MultiMap parameters(@Nullable String query) {
        MultiMap parameters = MultiMap.caseInsensitiveMultiMap();
        if (query == null) {
            return parameters;
        }
        String escaped = PercentEncoding.escapeLoneSigns(query).replace("%00", "+");
        if (!PercentEncoding.isValid(escaped)) {
            throw new HttpException(400, "The search is not encoded as UTF-8.");
        }
        new QueryStringDecoder(escaped, false).parameters().forEach(parameters::add);
        return parameters;
    }

    private static String query(@Nullable String given) {
        return given == null ? "" : given.replaceAll("[\\p{Cntrl}\\s]+", " ").strip();
    }

    private static int offset(@Nullable String given) {
        return given == null || !given.matches("[0-9]{1,5}") ? 0 : Math.min(MAX_OFFSET, Integer.parseInt(given));
    }

    private void search(RoutingContext ctx, String query, int offset) {
        long start = System.nanoTime();
        site.search()
                .search(query, offset, PER_PAGE)
                .map(hits -> found(query, offset, hits, System.nanoTime() - start))
                .onSuccess(page -> page.send(ctx))
                .onFailure(ctx::fail);
    }

    private RenderedPage found(String query, int offset, NoteSearch.HitSlice page, long nanos) {
        site.recorder().business("search", nanos, Map.of("hits", page.hits().size(), "offset", offset));
        Map<String, Object> model = new HashMap<>();
        model.put("query", query);
        model.put("searched", true);
        model.put("hits", page.hits().stream().map(this::row).toList());
        model.put("count", count(offset, page));
        if (page.more() && offset + PER_PAGE <= MAX_OFFSET) {
            model.put(
                    "next",
                    "/search?q=" + URLEncoder.encode(query, StandardCharsets.UTF_8) + "&offset=" + (offset + PER_PAGE));
        }
        model.put("author", AuthorHCard.line(site.profile().get()));
        return render("Search: " + query, model, null);
    }

    private static String count(int offset, NoteSearch.HitSlice page) {
        int last = offset + page.hits().size();
        if (offset == 0 && !page.more()) {
            return last == 1 ? "One note" : last + " notes";
        }
        return "Notes " + (offset + 1) + " to " + last;
    }

    private RenderedPage form() {
        return render("Search", Map.of("query", ""), "/search");
    }

    private RenderedPage render(String title, Map<String, Object> model, @Nullable String path) {
        String main = site.views().render("site/search", model).toString();
        boolean feed = model.get("hits") instanceof List<?> hits && !hits.isEmpty();
        return layout.page(title, main).at(path).mainClass(feed ? "h-feed" : "").render();
    }

    private Map<String, Object> row(NoteSearch.Hit hit) {
        Note note = hit.note();
        OffsetDateTime published = note.published(site.profile().get().zone());
        StringBuilder iso = new StringBuilder();
        DateFormats.iso(published, iso);
        StringBuilder date = new StringBuilder();
        DateFormats.people(published, date);
        List<Map<String, String>> tags = note.content().tags().stream()
                .map(tag -> Map.of("path", tag.path(), "name", tag.name()))
                .toList();
        // The link text is the title or, for a note without a title and text, a description of the note. Otherwise the
        // template links the date, because the snippet already shows the words of the note.
        String title = note.content().title();
        boolean titled = title != null && !title.isBlank();
        Map<String, Object> row = new HashMap<>();
        row.put("path", note.path());
        String label = note.html().isBlank() ? NoteLabel.ofUntitled(note, LABEL) : "";
        row.put("title", titled ? title : label.isEmpty() ? null : label);
        row.put("named", titled);
        row.put("snippet", SnippetHighlighter.toHtml(hit.snippet()));
        row.put("iso", iso);
        row.put("date", date);
        row.put("tags", tags);
        return row;
    }
}
