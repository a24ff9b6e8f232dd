package org.starpunk.server;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.util.List;
import java.util.Optional;
import org.starpunk.admin.AdminContext;
import org.starpunk.admin.AdminRoutes;
import org.starpunk.config.Settings;
import org.starpunk.feed.FeedContext;
import org.starpunk.feed.FeedRoutes;
import org.starpunk.indieauth.Bearer;
import org.starpunk.media.MediaFiles;
import org.starpunk.monitor.web.Access;
import org.starpunk.monitor.web.MonitorRoutes;
import org.starpunk.monitor.web.PerformancePage;
import org.starpunk.note.Notes;
import org.starpunk.site.SiteContext;
import org.starpunk.site.SiteRoutes;
import org.starpunk.store.NoteStore;
import org.starpunk.store.PasskeyStore;
import org.starpunk.store.SearchStore;
import org.starpunk.store.TokenStore;
import org.starpunk.telemetry.Addresses;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.KeptPages;

/** Mounts all routes of the site on one router. */
final class FrontDoor {

    private final Vertx vertx;
    private final Settings settings;
    private final Shared shared;
    private final Recorder recorder;
    private final MonitorRoutes monitor;
    private final SecurityHeaders securityHeaders;
    private final CanonicalPath canonicalPath = new CanonicalPath();
    private final Failures failures;
    private final Access access;
    private final Context context;

    /** Unregisters the session listener. */
    private final Runnable sessionsWatched;

    FrontDoor(Vertx vertx, Settings settings, Shared shared, Recorder recorder) {
        this.vertx = vertx;
        this.settings = settings;
        this.shared = shared;
        this.recorder = recorder;
        this.securityHeaders =
                new SecurityHeaders(() -> shared.account.profile().siteUrl().startsWith("https:"));
        this.failures = new Failures(shared, securityHeaders);
        Bearer tokens = new Bearer(new TokenStore(shared.store, shared.clock), shared.clock, Optional.empty());
        this.access = new Access(
                shared.gate, new MetricsReaders(shared.gate, tokens), MetricsReaders::caller, shared.gate::isAuthor);
        this.monitor = new MonitorRoutes(vertx, settings.metrics(), access, RoutingContext::next);
        this.context = vertx.getOrCreateContext();
        this.sessionsWatched = shared.gate.onEnded(() -> context.runOnContext(ended -> monitor.checkViewers()));
    }

    /** Responds to a malformed request, which Vert.x could not parse. */
    void answerInvalid(HttpServerRequest request) {
        failures.answerInvalid(request);
    }

    /** Ends the streams of the dashboard with a reason, so that the viewers reconnect after a restart. */
    void close() {
        sessionsWatched.run();
        monitor.close();
    }

    void mount(Router router) {
        router.route()
                .handler(new RequestCheck())
                .handler(securityHeaders)
                .handler(new CrossOrigin())
                .handler(shared.maintenance)
                .handler(canonicalPath);
        shared.maintenance.watch(vertx);
        failures.mount(router);
        Notes notes = new NoteStore(vertx, shared.store, recorder, shared.clock);
        KeptPages pages = new KeptPages(shared.pages);
        Notes shown = new NoteStore(vertx, shared.store.forVisitors(), recorder, shared.clock);
        SiteRoutes site = new SiteRoutes(site(shown, pages));
        FeedRoutes feeds = new FeedRoutes(
                new FeedContext(
                        shown,
                        shared.account::profile,
                        shared.account.origin(),
                        new MediaFiles(vertx, settings.dataDir()),
                        pages,
                        shared.feedFiles,
                        recorder,
                        List.of(),
                        FeedContext.writers(vertx)),
                site.feeds());
        // The router tries the routes in order, so frequently used ones come first and patterns last.
        site.mountHome(router);
        feeds.mountSite(router);
        new StaticFiles(vertx, shared.assets, shared.staticFolder).mount(router);
        site.mount(router);
        feeds.mount(router);
        new Health(vertx, settings, shared).mount(router);
        shared.openApi.mount(router);
        admin(notes).mount(router);
        mountMonitor(router);
        new Protocols(vertx, settings, shared, notes, recorder).mount(router);
        AllowedMethods routes = new AllowedMethods(router);
        failures.mounted(routes);
        canonicalPath.mounted(routes);
        site.mountOldPaths(router, failures::failUnanswered);
        router.getRoutes().forEach(FrontDoor::name);
    }

    /** Names a prefix route. The recorded name would otherwise be the path without its star. */
    private static void name(Route route) {
        String path = route.getPath();
        if (path != null && !route.isExactPath() && !route.isRegexPath()) {
            route.setName(path.endsWith("*") ? path : path + '*');
        }
    }

    private SiteContext site(Notes notes, KeptPages pages) {
        return new SiteContext(
                notes,
                new SearchStore(shared.store.forSearches()),
                shared.account::profile,
                pages,
                shared.views,
                shared.assets,
                recorder,
                shared.gate::isAuthor);
    }

    private AdminRoutes admin(Notes notes) {
        return new AdminRoutes(new AdminContext(
                vertx,
                settings,
                shared.account,
                new PasskeyStore(shared.store),
                notes,
                new MediaFiles(vertx, settings.dataDir()),
                shared.views,
                recorder,
                shared.jobs,
                new SearchStore(shared.store)::rebuild,
                shared.clock,
                shared.gate,
                shared.csrf,
                shared.throttle,
                this::loggedOut));
    }

    private void mountMonitor(Router router) {
        BodyHandler body =
                BodyHandler.create(false).setBodyLimit(settings.limits().bodyBytes());
        for (String path : List.of("/admin/metrics/clear", "/admin/metrics/sampling")) {
            router.post(path)
                    .putMetadata(AllowedMethods.FILTER, true)
                    .handler(shared.gate)
                    .handler(shared.csrf::checkOrigin)
                    .handler(ctx -> body.handle(ctx))
                    .handler(shared.csrf::checkToken);
        }
        monitor.mount(router);
        if (settings.metrics().dashboardEnabled()) {
            new PerformancePage(vertx, shared.views, settings.metrics(), access, shared.csrf::token, shared.clock)
                    .mount(router);
        }
    }

    /** Clears the monitor's single requests, which must not be visible to the next user of this browser. */
    private void loggedOut() {
        vertx.eventBus().publish(Addresses.CLEAR_METRICS, "logout");
    }
}
