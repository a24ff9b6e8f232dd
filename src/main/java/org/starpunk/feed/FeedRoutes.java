package org.starpunk.feed;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Profile;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteSlice;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNameRules;
import org.starpunk.view.AcceptHeader;
import org.starpunk.view.PreparedResponse;
import org.starpunk.view.RenderedPage;

/** Routes of the feeds: of the site and of each tag, in three formats; the OPML list; robots.txt and the sitemap. */
public final class FeedRoutes {

    private static final int NEWEST = 50;
    private static final PreparedResponse NOT_FOUND = ctx -> ctx.fail(404);

    private final FeedDependencies site;
    private final Handler<RoutingContext> page;

    /**
     * @param page handles {@code /feed} for browsers, which prefer an HTML page
     */
    public FeedRoutes(FeedDependencies site, Handler<RoutingContext> page) {
        this.site = site;
        this.page = page;
    }

    /** Mounts the feeds of the site, the most requested ones, before all routes with a pattern. */
    public void mountSite(Router router) {
        get(router, "/feed", this::negotiated);
        for (FeedFormat format : FeedFormat.values()) {
            String file = "/feed." + format.suffix();
            get(router, file, ctx -> site(ctx, format, file, null));
        }
    }

    public void mount(Router router) {
        for (FeedFormat format : FeedFormat.values()) {
            get(router, "/tags/:tag/feed." + format.suffix(), ctx -> tag(ctx, format));
        }
        get(router, "/feeds.opml", ctx -> site.pages().answer(ctx, "/feeds.opml", this::opml));
        new Sitemap(site).mount(router);
        new RobotsTxt(site).mount(router);
    }

    private static void get(Router router, String path, Handler<RoutingContext> feed) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(feed);
    }

    private void negotiated(RoutingContext ctx) {
        AcceptHeader accept = AcceptHeader.of(ctx.request());
        if (FeedFormat.prefersPage(accept)) {
            page.handle(ctx);
        } else {
            site(ctx, FeedFormat.best(accept), "/feed", "Accept");
        }
    }

    /** Sends the newest notes from the cache or, for {@code ?all=true}, a stream of all notes. */
    private void site(RoutingContext ctx, FeedFormat format, String path, @Nullable String vary) {
        if (wantsAll(ctx)) {
            FeedMetadata metadata = head(null, path + "?all=true", new NoteSlice(List.of(), null));
            FullFeedHandler feed = new FullFeedHandler(site, metadata, format, vary);
            if (feed.sendIfCached(ctx)) {
                return;
            }
            feed.send(ctx);
            return;
        }
        site.pages().answer(ctx, path + ' ' + format.suffix(), () -> newest(format, path, vary, null));
    }

    private static boolean wantsAll(RoutingContext ctx) {
        return ctx.request().query() != null && "true".equals(ctx.request().getParam("all"));
    }

    private void tag(RoutingContext ctx, FeedFormat format) {
        String given = ctx.pathParam("tag");
        String slug = TagNameRules.normalise(given == null ? "" : given);
        if (slug.isEmpty()) {
            ctx.fail(404);
            return;
        }
        String path = new Tag(slug, slug).path() + "/feed." + format.suffix();
        site.pages().answer(ctx, path, () -> site.notes().tag(slug).compose(tag -> ofTag(tag, format, path)));
    }

    private Future<PreparedResponse> ofTag(Optional<Tag> tag, FeedFormat format, String path) {
        return tag.isEmpty() ? Future.succeededFuture(NOT_FOUND) : newest(format, path, null, tag.get());
    }

    private Future<PreparedResponse> newest(FeedFormat format, String path, @Nullable String vary, @Nullable Tag tag) {
        long start = System.nanoTime();
        NoteQuery query = new NoteQuery(tag == null ? null : tag.slug(), null, null, NEWEST, false);
        return site.notes().list(query).compose(notes -> {
            if (tag != null && notes.notes().isEmpty()) {
                return Future.succeededFuture(NOT_FOUND);
            }
            FeedMetadata metadata = head(tag, path, notes);
            return Enclosure.sizes(site, notes.notes())
                    .compose(sizes -> site.write(notes, () -> write(format, metadata, notes, sizes, vary)))
                    .onSuccess(unused -> generated(site, format, notes.notes().size(), System.nanoTime() - start));
        });
    }

    private static PreparedResponse write(
            FeedFormat format, FeedMetadata metadata, NoteSlice notes, Map<String, Long> sizes, @Nullable String vary) {
        StringWriter text = new StringWriter(32 * 1024);
        FeedWriter writer = format.writer(text);
        writer.begin(metadata);
        for (Note note : notes.notes()) {
            writer.item(metadata, note, Enclosure.of(metadata.profile(), note, sizes));
        }
        writer.end();
        return new RenderedPage(format.type(), Buffer.buffer(text.toString()), links(metadata), vary);
    }

    /** Records the business event {@code feed_generated}. */
    static void generated(FeedDependencies site, FeedFormat format, long notes, long nanos) {
        site.recorder().business("feed_generated", nanos, Map.of("format", format.suffix(), "notes", notes));
    }

    /** Returns the Link header: the URL of the feed and the WebSub hubs (WebSub, section 4). */
    static String links(FeedMetadata metadata) {
        StringBuilder links = new StringBuilder("<" + metadata.self() + ">; rel=\"self\"");
        metadata.hubs().forEach(hub -> links.append(", <").append(hub).append(">; rel=\"hub\""));
        return links.toString();
    }

    private FeedMetadata head(@Nullable Tag tag, String path, NoteSlice notes) {
        Profile profile = site.profile().get();
        String home = tag == null ? profile.me() : profile.absolute(tag.path());
        String title = tag == null ? profile.siteName() : profile.siteName() + ": " + tag.name();
        String id = FeedItemFields.feedId(site.origin(), tag);
        return new FeedMetadata(
                title,
                id,
                home,
                profile.absolute(path),
                FeedItemFields.updated(profile, notes.notes(), site.origin()),
                profile,
                site.hubs());
    }

    private Future<PreparedResponse> opml() {
        return site.notes().tags().map(tags -> OpmlWriter.content(site.profile().get(), tags));
    }
}
