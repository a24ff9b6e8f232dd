package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.MetricsSettings;
import org.starpunk.config.Settings;
import org.starpunk.config.Version;
import org.starpunk.identity.Secret;
import org.starpunk.job.BackupState;
import org.starpunk.monitor.MonitorClient;

/**
 * {@code /health}: whether the site can answer; public and cheap, and silent about the inside. {@code /health?detailed} tells part
 * by part, to the author or to whoever has the configured token; {@code /admin/health} everything, without secrets.
 */
final class Health {

    private static final long LITTLE_DISK = 100L * 1024 * 1024;
    private static final double MUCH_HEAP = 0.95;
    private static final String BEARER = "Bearer ";

    private final Vertx vertx;
    private final Settings settings;
    private final Shared shared;
    private final MonitorClient monitor;

    Health(Vertx vertx, Settings settings, Shared shared) {
        this.vertx = vertx;
        this.settings = settings;
        this.shared = shared;
        this.monitor = new MonitorClient(vertx);
    }

    void mount(Router router) {
        get(router, "/health").handler(this::health);
        get(router, "/readyz").handler(this::ready);
        get(router, "/livez").handler(ctx -> answer(ctx, true, new JsonObject()));
        get(router, "/admin/health").handler(shared.gate).handler(this::everything);
    }

    private static Route get(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    private void health(RoutingContext ctx) {
        if (ctx.queryParams().contains("detailed")) {
            detailed(ctx);
        } else {
            ready(ctx);
        }
    }

    private void ready(RoutingContext ctx) {
        shared.store
                .ping()
                .onComplete(done -> answer(ctx, done.succeeded() && !shared.listener.closing(), new JsonObject()));
    }

    private void detailed(RoutingContext ctx) {
        Future<Boolean> allowed = hasToken(ctx) ? Future.succeededFuture(true) : shared.gate.isAuthor(ctx);
        allowed.compose(may -> may ? checks() : Future.<JsonObject>succeededFuture(null))
                .onSuccess(checks -> answerDetailed(ctx, checks))
                .onFailure(ctx::fail);
    }

    private void answerDetailed(RoutingContext ctx, @Nullable JsonObject checks) {
        if (checks == null) {
            ctx.fail(401);
        } else {
            answer(ctx, allUp(checks), new JsonObject().put("checks", checks));
        }
    }

    private boolean hasToken(RoutingContext ctx) {
        String token = settings.healthToken();
        String given = ctx.request().getHeader(HttpHeaders.AUTHORIZATION);
        return token != null
                && given != null
                && given.startsWith(BEARER)
                && Secret.same(given.substring(BEARER.length()), token);
    }

    private void everything(RoutingContext ctx) {
        checks().onSuccess(checks -> answer(ctx, allUp(checks), about().put("checks", checks)))
                .onFailure(ctx::fail);
    }

    private JsonObject about() {
        MetricsSettings metrics = settings.metrics();
        return new JsonObject()
                .put("version", Version.current())
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

    private static boolean allUp(JsonObject checks) {
        return checks.stream().noneMatch(check -> "down".equals(((JsonObject) check.getValue()).getString("status")));
    }

    /** Each part with its status and how long it took to find out. The monitor's own failure does not make the site ill. */
    private Future<JsonObject> checks() {
        Future<JsonObject> database = timed(() -> shared.store.ping().map(ok -> new JsonObject().put("status", "up")));
        Future<JsonObject> disk = timed(() -> vertx.executeBlocking(this::disk, false));
        Future<JsonObject> memory = timed(() -> Future.succeededFuture(memory()));
        Future<JsonObject> watching = settings.metrics().enabled()
                ? timed(() -> monitor.prometheus().map(text -> new JsonObject().put("status", "up")))
                        .map(check -> check.getString("status").equals("up") ? check : check.put("status", "degraded"))
                : Future.succeededFuture(new JsonObject().put("status", "off"));
        Future<JsonObject> backup = timed(() -> Future.succeededFuture(backup()));
        return Future.all(List.of(database, disk, memory, watching, backup))
                .map(all -> new JsonObject()
                        .put("database", database.result())
                        .put("disk", disk.result())
                        .put("memory", memory.result())
                        .put("monitor", watching.result())
                        .put("backup", backup.result()));
    }

    private static Future<JsonObject> timed(Callable<Future<JsonObject>> check) {
        long start = System.nanoTime();
        return Future.succeededFuture()
                .compose(go -> {
                    try {
                        return check.call();
                    } catch (Exception e) {
                        return Future.failedFuture(e);
                    }
                })
                .otherwise(failure -> new JsonObject().put("status", "down"))
                .map(result -> result.put(
                        "time_ms", Duration.ofNanos(System.nanoTime() - start).toNanos() / 1e6));
    }

    private JsonObject disk() throws IOException {
        long free = Files.getFileStore(settings.dataDir()).getUsableSpace();
        return new JsonObject()
                .put("status", free > LITTLE_DISK ? "up" : "down")
                .put("free_bytes", free);
    }

    /** A missing backup does not make the site ill: it answers, and its author is told. */
    private JsonObject backup() {
        BackupState state = shared.jobs.backup().orElse(null);
        if (state == null) {
            return new JsonObject().put("status", "starting");
        }
        boolean troubled = state.troubled(shared.clock.instant());
        return new JsonObject()
                .put("status", troubled ? "degraded" : state.automatic() ? "up" : "off")
                .put("last", state.last() == null ? null : state.last().toString())
                .put("message", state.failure());
    }

    private static JsonObject memory() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        boolean enough = heap.getMax() <= 0 || heap.getUsed() < MUCH_HEAP * heap.getMax();
        return new JsonObject()
                .put("status", enough ? "up" : "degraded")
                .put("heap_used_bytes", heap.getUsed())
                .put("heap_max_bytes", heap.getMax());
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
