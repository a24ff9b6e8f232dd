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
import org.starpunk.admin.AdminDependencies;
import org.starpunk.admin.AdminRoutes;
import org.starpunk.config.Settings;
import org.starpunk.feed.FeedDependencies;
import org.starpunk.feed.FeedRoutes;
import org.starpunk.indieauth.BearerAuthenticator;
import org.starpunk.media.MediaStore;
import org.starpunk.monitor.web.MonitorAccess;
import org.starpunk.monitor.web.MonitorRoutes;
import org.starpunk.monitor.web.PerformancePage;
import org.starpunk.note.NoteRepository;
import org.starpunk.site.SiteDependencies;
import org.starpunk.site.SiteRoutes;
import org.starpunk.store.NoteStore;
import org.starpunk.store.PasskeyStore;
import org.starpunk.store.SearchStore;
import org.starpunk.store.TokenStore;
import org.starpunk.telemetry.EventBusAddresses;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.CachedPageHandler;

/** Mounts all routes of the site on one router. */
final class SiteRouter {

    private final Vertx vertx;
    private final Settings settings;
    private final ServerContext shared;
    private final Recorder recorder;
    private final MonitorRoutes monitor;
    private final SecurityHeaderWriter securityHeaders;
    private final CanonicalPathRedirect canonicalPathRedirect = new CanonicalPathRedirect();
    private final RequestErrorHandler errorHandler;
    private final MonitorAccess access;
    private final Context context;

    /** Unregisters the session listener. */
    private final Runnable sessionsWatched;

    SiteRouter(Vertx vertx, Settings settings, ServerContext shared, Recorder recorder) {
        this.vertx = vertx;
        this.settings = settings;
        this.shared = shared;
        this.recorder = recorder;
        this.securityHeaders = new SecurityHeaderWriter(
                () -> shared.account.profile().siteUrl().startsWith("https:"));
        this.errorHandler = new RequestErrorHandler(shared, securityHeaders);
        BearerAuthenticator tokens =
                new BearerAuthenticator(new TokenStore(shared.store, shared.clock), shared.clock, Optional.empty());
        this.access = new MonitorAccess(
                shared.authHandler,
                new MetricsAuthHandler(shared.authHandler, tokens),
                MetricsAuthHandler::caller,
                shared.authHandler::isAuthor);
        this.monitor = new MonitorRoutes(vertx, settings.metrics(), access, RoutingContext::next);
        this.context = vertx.getOrCreateContext();
        this.sessionsWatched = shared.authHandler.onEnded(() -> context.runOnContext(unused -> monitor.checkViewers()));
    }

    /** Responds to a malformed request, which Vert.x could not parse. */
    void answerInvalid(HttpServerRequest request) {
        errorHandler.answerInvalid(request);
    }

    /** Ends the streams of the dashboard with a reason, so that the viewers reconnect after a restart. */
    void close() {
        sessionsWatched.run();
        monitor.close();
    }

    void mount(Router router) {
        router.route()
                .handler(new RequestValidator())
                .handler(securityHeaders)
                .handler(new CorsHandler())
                .handler(shared.maintenance)
                .handler(canonicalPathRedirect);
        shared.maintenance.watch(vertx);
        errorHandler.mount(router);
        NoteRepository notes = new NoteStore(vertx, shared.store, recorder, shared.clock);
        CachedPageHandler pages = new CachedPageHandler(shared.pages);
        NoteRepository shown = new NoteStore(vertx, shared.store.forVisitors(), recorder, shared.clock);
        SiteRoutes site = new SiteRoutes(site(shown, pages));
        FeedRoutes feeds = new FeedRoutes(
                new FeedDependencies(
                        shown,
                        shared.account::profile,
                        shared.account.origin(),
                        new MediaStore(vertx, settings.dataDir()),
                        pages,
                        shared.fullFeedCache,
                        recorder,
                        List.of(),
                        FeedDependencies.writers(vertx)),
                site.feeds());
        // The router tries the routes in order, so frequently used ones come first and patterns last.
        site.mountHome(router);
        feeds.mountSite(router);
        new StaticFileHandler(vertx, shared.assets, shared.staticFolder).mount(router);
        site.mount(router);
        feeds.mount(router);
        new HealthRoutes(vertx, settings, shared).mount(router);
        shared.openApi.mount(router);
        admin(notes).mount(router);
        mountMonitor(router);
        new ProtocolRoutes(vertx, settings, shared, notes, recorder).mount(router);
        AllowedMethods routes = new AllowedMethods(router);
        errorHandler.mounted(routes);
        canonicalPathRedirect.mounted(routes);
        site.mountOldPaths(router, errorHandler::failUnanswered);
        router.getRoutes().forEach(SiteRouter::name);
    }

    /** Names a prefix route. The recorded name would otherwise be the path without its star. */
    private static void name(Route route) {
        String path = route.getPath();
        if (path != null && !route.isExactPath() && !route.isRegexPath()) {
            route.setName(path.endsWith("*") ? path : path + '*');
        }
    }

    private SiteDependencies site(NoteRepository notes, CachedPageHandler pages) {
        return new SiteDependencies(
                notes,
                new SearchStore(shared.store.forSearches()),
                shared.account::profile,
                pages,
                shared.templates,
                shared.assets,
                recorder,
                shared.authHandler::isAuthor);
    }

    private AdminRoutes admin(NoteRepository notes) {
        return new AdminRoutes(new AdminDependencies(
                vertx,
                settings,
                shared.account,
                new PasskeyStore(shared.store),
                notes,
                new MediaStore(vertx, settings.dataDir()),
                shared.templates,
                recorder,
                shared.jobs,
                new SearchStore(shared.store)::rebuild,
                shared.clock,
                shared.authHandler,
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
                    .handler(shared.authHandler)
                    .handler(shared.csrf::checkOrigin)
                    .handler(ctx -> body.handle(ctx))
                    .handler(shared.csrf::checkToken);
        }
        monitor.mount(router);
        if (settings.metrics().dashboardEnabled()) {
            new PerformancePage(vertx, shared.templates, settings.metrics(), access, shared.csrf::token, shared.clock)
                    .mount(router);
        }
    }

    /** Clears the monitor's single requests, which must not be visible to the next user of this browser. */
    private void loggedOut() {
        vertx.eventBus().publish(EventBusAddresses.CLEAR_METRICS, "logout");
    }
}
