package org.starpunk.site;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.starpunk.identity.Profile;
import org.starpunk.view.Views;

/** The public pages, by address. */
public final class SiteRoutes {

    private final SiteContext site;

    /** Compiles the templates of the pages: blocks, so it belongs to the start. */
    public SiteRoutes(SiteContext site) {
        this.site = site;
        load(site.views());
    }

    public void mount(Router router) {
        Layout layout = new Layout(site);
        NoteLists lists = new NoteLists(site, layout);
        get(router, "/", lists::home);
        get(router, "/notes/:slug", new SingleNotePage(site, layout)::show);
        get(router, "/tags", new TagsPage(site, layout)::show);
        get(router, "/tags/:tag", lists::tag);
        get(router, "/archive", new ArchivePage(site, layout)::show);
        get(router, "/archive/:year/:month", lists::month);
        get(router, "/search", new SearchPage(site, layout)::show);
    }

    private static void get(Router router, String path, Handler<RoutingContext> page) {
        router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD).handler(page);
    }

    /** A part of the address, decoded. */
    static String param(RoutingContext ctx, String name) {
        String value = ctx.pathParam(name);
        return value == null ? "" : value;
    }

    /** Compiles the templates. Blocks: belongs to the start. */
    public static Views load(Views views) {
        return views.load("site/head", "site/foot", "site/card", "site/search", "site/tags", "site/archive");
    }

    /** Where clients find the endpoints, for the Link header of pages that are made elsewhere. */
    public static String discovery(Profile profile) {
        return Layout.discovery(profile);
    }
}
