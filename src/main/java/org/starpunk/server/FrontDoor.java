package org.starpunk.server;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import org.starpunk.config.Settings;
import org.starpunk.telemetry.Recorder;

/** Everything that the site answers, mounted on one router. */
final class FrontDoor {

    private final Vertx vertx;
    private final Settings settings;
    private final Shared shared;

    FrontDoor(Vertx vertx, Settings settings, Shared shared, Recorder recorder) {
        this.vertx = vertx;
        this.settings = settings;
        this.shared = shared;
    }

    void mount(Router router) {
        boolean tls = shared.account.profile().siteUrl().startsWith("https:");
        router.route().handler(new SecurityHeaders(tls));
        new Failures(shared.views, shared.account).mount(router);
        new StaticFiles(vertx, shared.assets, settings.dataDir()).mount(router);
        new Health(shared.store).mount(router);
    }
}
