package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.BuildInfo;
import org.starpunk.config.MetricsSettings;
import org.starpunk.config.Settings;
import org.starpunk.identity.SecretTokens;

/**
 * Health endpoints. {@code /health} reports whether the site responds and whether its disk is full; it is public,
 * cheap, and contains no internals. {@code /health?detailed} lists the checks, for the author and for clients with the
 * configured token. {@code /admin/health} adds version and configuration, without secrets. For {@code /health?arrival}
 * see {@link RequestEchoHandler}.
 */
final class HealthRoutes {

    private static final String BEARER = "Bearer ";

    private final Settings settings;
    private final ServerContext shared;
    private final HealthChecks healthChecks;
    private final RequestEchoHandler requestEchoHandler;
    private final DiskSpaceCheck disk;

    HealthRoutes(Vertx vertx, Settings settings, ServerContext shared) {
        this.settings = settings;
        this.shared = shared;
        this.healthChecks = new HealthChecks(vertx, settings, shared);
        this.disk = new DiskSpaceCheck(vertx, settings.dataDir());
        this.requestEchoHandler = new RequestEchoHandler(vertx, settings.dataDir(), shared.proxies);
    }

    void mount(Router router) {
        get(router, "/health").handler(this::health);
        get(router, "/readyz").handler(this::ready);
        get(router, "/livez").handler(ctx -> answer(ctx, true, new JsonObject()));
        get(router, "/admin/health").handler(shared.authHandler).handler(this::everything);
    }

    private static Route get(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private void health(RoutingContext ctx) {
        if (ctx.queryParams().contains("detailed")) {
            detailed(ctx);
        } else if (ctx.queryParams().contains(RequestEchoHandler.PARAMETER)) {
            requestEchoHandler.answer(ctx);
        } else {
            ready(ctx);
        }
    }

    private void ready(RoutingContext ctx) {
        shared.store
                .ping()
                .map(true)
                .otherwise(false)
                .compose(answers -> disk.state().onSuccess(state -> {
                    boolean up = answers && open();
                    answer(ctx, up, up ? state : new JsonObject());
                }))
                .onFailure(ctx::fail);
    }

    /** Returns whether visitors are admitted: the site is neither about to stop nor in maintenance. */
    private boolean open() {
        return !shared.connectionLimiter.closing() && !shared.maintenance.isOn();
    }

    private void detailed(RoutingContext ctx) {
        Future<Boolean> allowed = hasToken(ctx) ? Future.succeededFuture(true) : shared.authHandler.isAuthor(ctx);
        allowed.compose(may -> may ? healthChecks.run() : Future.<JsonObject>succeededFuture(null))
                .onSuccess(found -> answerDetailed(ctx, found))
                .onFailure(ctx::fail);
    }

    private void answerDetailed(RoutingContext ctx, @Nullable JsonObject found) {
        if (found == null) {
            ctx.fail(401);
        } else {
            answer(ctx, HealthChecks.allUp(found) && open(), new JsonObject().put("checks", found));
        }
    }

    private boolean hasToken(RoutingContext ctx) {
        String token = settings.healthToken();
        String given = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        return token != null
                && given != null
                && given.startsWith(BEARER)
                && SecretTokens.same(given.substring(BEARER.length()), token);
    }

    private void everything(RoutingContext ctx) {
        healthChecks
                .run()
                .onSuccess(found -> answer(ctx, HealthChecks.allUp(found) && open(), about().put("checks", found)))
                .onFailure(ctx::fail);
    }

    private JsonObject about() {
        MetricsSettings metrics = settings.metrics();
        return new JsonObject()
                .put("maintenance", shared.maintenance.isOn())
                .put("version", BuildInfo.current())
                .put("java", Runtime.version().toString())
                .put("uptime_seconds", ManagementFactory.getRuntimeMXBean().getUptime() / 1000)
                .put(
                        "configuration",
                        new JsonObject()
                                .put("base_url", shared.account.profile().siteUrl())
                                .put("listen", settings.host() + ':' + shared.port())
                                .put("data_dir", settings.dataDir().toString())
                                .put("trusted_proxies", settings.trustedProxies())
                                .put("metrics_enabled", metrics.enabled())
                                .put("metrics_sampling_rates", new JsonObject().mergeIn(rates(metrics)))
                                .put("metrics_buffer_size", metrics.bufferSize()));
    }

    private static JsonObject rates(MetricsSettings metrics) {
        JsonObject rates = new JsonObject();
        metrics.samplingRates().forEach(rates::put);
        return rates;
    }

    private static void answer(RoutingContext ctx, boolean up, JsonObject more) {
        ctx.response()
                .setStatusCode(up ? 200 : 503)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(new JsonObject()
                        .put("status", up ? "up" : "down")
                        .mergeIn(more)
                        .toBuffer())
                .onFailure(ctx::fail);
    }
}
