package org.starpunk.site;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.starpunk.identity.Profile;
import org.starpunk.note.ImportedPath;
import org.starpunk.note.Note;
import org.starpunk.view.StaticAssets;
import org.starpunk.view.Templates;

/** Routes of the public pages. */
public final class SiteRoutes {

    /** Path of the search, whose query may contain lone percent signs. */
    public static final String SEARCH = "/search";

    private final SiteDependencies site;
    private final Layout layout;
    private final NoteListPages lists;

    public SiteRoutes(SiteDependencies site) {
        this.site = site;
        this.layout = new Layout(site);
        this.lists = new NoteListPages(site, layout);
    }

    /** Mounts the home page, the most requested page, before all routes with a pattern. */
    public void mountHome(Router router) {
        get(router, "/", lists::home);
    }

    public void mount(Router router) {
        get(router, "/notes/:slug", new SingleNotePage(site, layout)::show);
        get(router, "/tags", new TagsPage(site, layout)::show);
        get(router, "/tags/:tag", lists::tag);
        get(router, "/archive", new ArchivePage(site, layout)::show);
        get(router, "/archive/:year/:month", lists::month);
        get(router, SEARCH, new SearchPage(site, layout)::show);
    }

    /** Returns the handler of the page that explains the feeds. */
    public Handler<RoutingContext> feeds() {
        return new FeedsPage(site, layout)::show;
    }

    /**
     * Mounts the redirects from the paths that imported notes had on another site. They are looked up after all other
     * routes.
     *
     * @param otherwise handles the request if no public note had the path
     */
    public void mountOldPaths(Router router, Handler<RoutingContext> otherwise) {
        router.route()
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(ctx -> ImportedPath.of(ctx.normalizedPath())
                        .ifPresentOrElse(path -> redirect(ctx, path, otherwise), () -> otherwise.handle(ctx)));
    }

    private void redirect(RoutingContext ctx, String path, Handler<RoutingContext> otherwise) {
        site.notes()
                .bySlug(path)
                .onSuccess(found -> found.filter(Note::open)
                        .ifPresentOrElse(note -> PermanentRedirect.send(ctx, note.path()), () -> otherwise.handle(ctx)))
                .onFailure(ctx::fail);
    }

    private static void get(Router router, String path, Handler<RoutingContext> page) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(page);
    }

    /** Returns a decoded path parameter; empty if there is none. */
    static String param(RoutingContext ctx, String name) {
        String value = ctx.pathParam(name);
        return value == null ? "" : value;
    }

    /** Reads the files that every page links, so that rendering does not block the event loop. Blocks. */
    public static void readFiles(StaticAssets assets) {
        Layout.FILES.forEach(assets::find);
    }

    /**
     * Compiles the templates of the search, tag, archive and feed pages. The home page and note pages have none.
     * Blocks.
     */
    public static Templates load(Templates templates) {
        return templates.load("site/search", "site/tags", "site/archive", "site/feeds");
    }

    /** Returns the endpoint links for the Link header of pages outside this package. */
    public static String discovery(Profile profile) {
        return Layout.discovery(profile);
    }
}
