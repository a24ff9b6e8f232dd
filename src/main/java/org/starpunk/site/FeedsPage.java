package org.starpunk.site;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.starpunk.identity.Profile;
import org.starpunk.note.NoteRepository.TagCount;
import org.starpunk.view.PreparedResponse;

/** Page {@code /feed} for browsers: explains feeds and lists their URLs. */
final class FeedsPage {

    /** Maximum number of tags whose feeds are listed. */
    private static final int MOST_TAGS = 200;

    private static final List<Map<String, String>> FORMATS = List.of(
            Map.of("name", "RSS", "suffix", "rss"),
            Map.of("name", "Atom", "suffix", "atom"),
            Map.of("name", "JSON Feed", "suffix", "json"));

    private final SiteDependencies site;
    private final Layout layout;

    FeedsPage(SiteDependencies site, Layout layout) {
        this.site = site;
        this.layout = layout;
    }

    void show(RoutingContext ctx) {
        site.pages().answer(ctx, "/feed html", this::make);
    }

    private Future<PreparedResponse> make() {
        return site.notes().tags().map(this::content);
    }

    private PreparedResponse content(List<TagCount> tags) {
        Profile profile = site.profile().get();
        Map<String, Object> model = Map.of(
                "siteName", profile.siteName(),
                "url", profile.siteUrl(),
                "formats", FORMATS,
                "tags", mostUsed(tags).stream().map(FeedsPage::row).toList(),
                "more", tags.size() > MOST_TAGS);
        String main = site.views().render("site/feeds", model).toString();
        return layout.page("Feeds", main)
                .at("/feed")
                .description("Feed URLs of " + profile.siteName() + " for feed readers.")
                .render()
                .withVary("Accept");
    }

    /** Returns the tags with the most notes, sorted by name. */
    private static List<TagCount> mostUsed(List<TagCount> byName) {
        if (byName.size() <= MOST_TAGS) {
            return byName;
        }
        List<TagCount> most = byName.stream()
                .sorted(Comparator.comparingLong(TagCount::notes).reversed())
                .limit(MOST_TAGS)
                .toList();
        return byName.stream().filter(most::contains).toList();
    }

    private static Map<String, Object> row(TagCount count) {
        return Map.of("path", count.tag().path(), "name", count.tag().name());
    }
}
