package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.StringWriter;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.NoteRepository.Address;
import org.starpunk.view.PreparedResponse;
import org.starpunk.view.RenderedPage;

/**
 * Routes of the sitemap: the URLs of the home page and of all listed notes (sitemaps.org), in one file or in several
 * files with an index.
 *
 * <p>A file contains the notes of a fixed range of ids. So a note never moves to another file, and the size of a file
 * is limited.
 */
final class Sitemap {

    /**
     * Number of ids in a file, about 300 kB. The protocol allows 50,000 URLs in a file and 50,000 files in an index.
     */
    static final int IDS = 2_500;

    private static final String NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9";
    private static final String PREFIX = "/sitemap-";
    private static final String SUFFIX = ".xml";
    private static final PreparedResponse NOT_FOUND = ctx -> ctx.fail(404);

    private final FeedDependencies site;

    Sitemap(FeedDependencies site) {
        this.site = site;
    }

    void mount(Router router) {
        router.route("/sitemap.xml")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(ctx -> site.pages().answer(ctx, "/sitemap.xml", this::first));
        router.route(PREFIX + ":part" + SUFFIX)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::part);
    }

    private Future<PreparedResponse> first() {
        return site.notes().parts(IDS).compose(parts -> {
            boolean several = parts.size() > 1;
            long only = parts.isEmpty() ? 0 : parts.get(0);
            return several ? Future.succeededFuture(index(parts)) : addresses(only, true);
        });
    }

    private void part(RoutingContext ctx) {
        String given = String.valueOf(ctx.pathParam("part"));
        if (!given.matches("[1-9][0-9]{0,11}")) {
            ctx.fail(404);
            return;
        }
        long part = Long.parseLong(given) - 1;
        site.pages().answer(ctx, PREFIX + given + SUFFIX, () -> addresses(part, part == 0));
    }

    /** Returns one file. Only the first file contains the home page. */
    private Future<PreparedResponse> addresses(long part, boolean home) {
        return site.notes()
                .addresses(part * IDS, (part + 1) * IDS)
                .map(notes -> notes.isEmpty() && !home ? NOT_FOUND : write(notes, home));
    }

    private PreparedResponse write(List<Address> notes, boolean home) {
        Profile profile = site.profile().get();
        StringWriter text = new StringWriter();
        XmlWriter xml = new XmlWriter(text);
        xml.declaration().open("urlset", "xmlns", NAMESPACE);
        if (home) {
            address(xml, "url", profile.me(), null);
        }
        notes.forEach(note -> address(xml, "url", profile.absolute(note.path()), note.changed()));
        return ended(xml, text);
    }

    private PreparedResponse index(List<Long> parts) {
        Profile profile = site.profile().get();
        StringWriter text = new StringWriter();
        XmlWriter xml = new XmlWriter(text);
        xml.declaration().open("sitemapindex", "xmlns", NAMESPACE);
        if (!parts.contains(0L)) {
            address(xml, "sitemap", profile.absolute(PREFIX + 1 + SUFFIX), null);
        }
        parts.forEach(part -> address(xml, "sitemap", profile.absolute(PREFIX + (part + 1) + SUFFIX), null));
        return ended(xml, text);
    }

    private static void address(XmlWriter xml, String element, String url, @Nullable OffsetDateTime changed) {
        xml.open(element).element("loc", url);
        if (changed != null) {
            xml.element("lastmod", DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(changed.withNano(0)));
        }
        xml.close();
    }

    private static RenderedPage ended(XmlWriter xml, StringWriter text) {
        xml.end();
        return new RenderedPage("application/xml; charset=utf-8", Buffer.buffer(text.toString()), null, null);
    }
}
