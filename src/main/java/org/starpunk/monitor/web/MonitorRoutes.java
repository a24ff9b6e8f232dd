package org.starpunk.monitor.web;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.MetricsSettings;
import org.starpunk.monitor.MonitorClient;
import org.starpunk.telemetry.MonitorCost;
import org.starpunk.telemetry.OperationType;
import org.starpunk.view.AcceptHeader;
import org.starpunk.view.GzipCompression;
import org.starpunk.view.GzipNegotiation;

/** HTTP API of the monitor: JSON, events, exports, Prometheus. See {@code docs/reference/metrics-api.md}. */
public final class MonitorRoutes {

    /** Query parameter with the name of a node; {@code all} stands for the sum of all nodes. */
    static final String NODE = "node";

    private static final List<String> MONITOR_ROUTES =
            List.of("/admin/metrics", "/admin/performance", "/admin/traces", "/metrics");
    private static final String OPEN_METRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8";

    /** Supported formats. The first is for scrapers without a preference. */
    private static final List<String> EXPOSITION_FORMATS =
            List.of("text/plain; version=0.0.4; charset=utf-8", OPEN_METRICS);

    private static final int PER_SECOND = 20;
    private static final int RECENT = 50;

    private final MetricsSettings settings;
    private final MonitorAccess access;
    private final Handler<RoutingContext> forms;
    private final MonitorClient monitor;
    private final MonitorCost cost;
    private final Function<String, SseBroadcaster> viewersOf;
    private final Map<String, SseBroadcaster> viewers = new HashMap<>();
    private final RequestRateLimiter limit;
    private final RequestRateLimiter scrapers;

    /** Expositions in progress. Concurrent scrapers share them, so that many scrapers cost as much as one. */
    private final Map<Boolean, Future<MonitorClient.Exposition>> expositions = new HashMap<>();

    /**
     * Must be created on the event loop of its HTTP verticle.
     *
     * @param forms parses a form and checks its CSRF token
     */
    public MonitorRoutes(Vertx vertx, MetricsSettings settings, MonitorAccess access, Handler<RoutingContext> forms) {
        this.settings = settings;
        this.access = access;
        this.forms = forms;
        this.monitor = new MonitorClient(vertx);
        this.cost = MonitorCost.of(vertx);
        this.viewersOf = node -> new SseBroadcaster(vertx, monitor, access.isAuthor(), node.isEmpty() ? null : node);
        this.limit = new RequestRateLimiter(PER_SECOND, access.caller());
        this.scrapers = new RequestRateLimiter(
                PER_SECOND, settings.prometheusToken() == null ? RequestRateLimiter::address : unused -> "scraper");
    }

    /** Returns whether a route belongs to the monitor. Its requests are excluded from the site's numbers. */
    public static boolean owns(String route) {
        for (String own : MONITOR_ROUTES) {
            if (route.equals(own) || route.startsWith(own + '/') || route.startsWith(own + '.')) {
                return true;
            }
        }
        return false;
    }

    public void mount(Router router) {
        if (settings.dashboardEnabled()) {
            get(router, "/admin/metrics", access.readers(), this::snapshot);
            get(router, "/admin/metrics/stream", access.author(), whileOn(this::stream));
            get(router, "/admin/metrics.csv", access.readers(), whileOn(ctx -> export(ctx, true)));
            get(router, "/admin/metrics.json", access.readers(), whileOn(ctx -> export(ctx, false)));
            get(router, "/admin/traces/:requestId", access.author(), whileOn(this::trace));
            post(router, "/admin/metrics/clear", this::clear);
            post(router, "/admin/metrics/sampling", this::sampling);
        }
        if (settings.prometheusEnabled()) {
            router.route("/metrics")
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(this::enter)
                    .handler(this::authorizeScraper)
                    .handler(scrapers)
                    .handler(whileOn(this::prometheus));
        }
    }

    /**
     * Mounts a handler for GET and HEAD. The rate limit is behind the authentication, so that unauthenticated clients
     * cannot exhaust the author's limit.
     */
    private void get(Router router, String path, Handler<RoutingContext> authHandler, Handler<RoutingContext> handler) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(this::enter)
                .handler(authHandler)
                .handler(limit)
                .handler(timed(handler));
    }

    /** Attributes the following work on this event loop to the monitor. */
    private void enter(RoutingContext ctx) {
        cost.requestStarted();
        ctx.addEndHandler(unused -> cost.requestEnded());
        cost.run(ctx::next);
    }

    private Handler<RoutingContext> timed(Handler<RoutingContext> handler) {
        return ctx -> cost.run(() -> handler.handle(ctx));
    }

    private void post(Router router, String path, Handler<RoutingContext> handler) {
        router.post(path)
                .handler(this::enter)
                .handler(access.author())
                .handler(limit)
                .handler(forms)
                .handler(timed(whileOn(handler)));
    }

    /** Returns a handler that responds with 503 and the reason if the monitor is disabled. */
    private Handler<RoutingContext> whileOn(Handler<RoutingContext> handler) {
        return settings.enabled()
                ? handler
                : ctx -> ctx.fail(new HttpException(503, "the monitor is off (" + settings.enabledSource() + ")"));
    }

    /** Ends all streams with a final event. Must be called before the server stops. */
    public void close() {
        viewers.values().forEach(SseBroadcaster::close);
    }

    /** Checks the access of each viewer again after sessions have ended. */
    public void checkViewers() {
        viewers.values().forEach(SseBroadcaster::check);
    }

    private void snapshot(RoutingContext ctx) {
        if (!settings.enabled()) {
            json(ctx, off().toBuffer());
            return;
        }
        String window = ctx.request().getParam("window", "15m");
        int recent = number(ctx.request().getParam("recent"));
        monitor.snapshot(window, recent, ctx.request().getParam(NODE))
                .onSuccess(cost.timed(body -> json(ctx, body)))
                .onFailure(e -> MonitorErrorHandler.answer(ctx, e));
    }

    private JsonObject off() {
        return new JsonObject().put("version", 1).put("enabled", false).put("enabled_source", settings.enabledSource());
    }

    private static int number(@Nullable String text) {
        if (text == null) {
            return RECENT;
        }
        try {
            return Math.max(0, Integer.parseInt(text));
        } catch (NumberFormatException e) {
            throw new HttpException(400, "recent must be a number of events, but was " + text);
        }
    }

    private static void json(RoutingContext ctx, Buffer body) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body);
    }

    private void stream(RoutingContext ctx) {
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            ctx.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                    .end();
        } else {
            String node = ctx.request().getParam(NODE, "");
            SseBroadcaster known = viewers.get(node);
            if (known != null || node.isEmpty()) {
                viewers.computeIfAbsent(node, viewersOf).addViewer(ctx);
            } else {
                monitor.snapshot("15m", 0, node) // fails for an unknown node
                        .onSuccess(unused ->
                                viewers.computeIfAbsent(node, viewersOf).addViewer(ctx))
                        .onFailure(e -> MonitorErrorHandler.answer(ctx, e));
            }
        }
    }

    private void export(RoutingContext ctx, boolean csv) {
        new ExportStream(monitor, cost, ctx, csv).send();
    }

    private void trace(RoutingContext ctx) {
        monitor.trace(Objects.requireNonNull(ctx.pathParam("requestId")))
                .onSuccess(body -> json(ctx, body))
                .onFailure(e -> MonitorErrorHandler.answer(ctx, e));
    }

    private void clear(RoutingContext ctx) {
        monitor.clear()
                .onSuccess(unused ->
                        done(ctx, () -> ctx.response().setStatusCode(204).end()))
                .onFailure(e -> MonitorErrorHandler.answer(ctx, e));
    }

    private void sampling(RoutingContext ctx) {
        monitor.sampling(rates(ctx.request().formAttributes()))
                .onSuccess(body -> done(ctx, () -> json(ctx, body)))
                .onFailure(e -> MonitorErrorHandler.answer(ctx, e));
    }

    /** Redirects a browser to the page after its form; sends the response to other clients. */
    private static void done(RoutingContext ctx, Runnable answer) {
        if (AcceptHeader.prefersPage(ctx.request())) {
            ctx.response()
                    .setStatusCode(303)
                    .putHeader(HttpHeaders.LOCATION, "/admin/performance#about")
                    .end();
        } else {
            answer.run();
        }
    }

    private static Map<OperationType, Double> rates(MultiMap form) {
        Map<OperationType, Double> rates = new EnumMap<>(OperationType.class);
        for (OperationType type : OperationType.values()) {
            String text = form.contains(type.jsonName()) ? form.get(type.jsonName()) : form.get("rate");
            if (text != null) {
                rates.put(type, rate(type.jsonName(), text));
            }
        }
        if (rates.isEmpty()) {
            throw new HttpException(400, "send a number from 0.0 to 1.0 as rate, or as database, http or render");
        }
        return rates;
    }

    private static double rate(String name, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new HttpException(400, name + " must be a number from 0.0 to 1.0, but was " + text);
        }
    }

    private void authorizeScraper(RoutingContext ctx) {
        String token = settings.prometheusToken();
        if (token != null && !same("Bearer " + token, ctx.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer");
            ctx.fail(401);
        } else {
            ctx.next();
        }
    }

    private void prometheus(RoutingContext ctx) {
        boolean openMetrics = AcceptHeader.of(ctx.request())
                .best(EXPOSITION_FORMATS, Function.identity())
                .equals(OPEN_METRICS);
        exposition(openMetrics)
                .onSuccess(cost.timed(read -> expose(ctx, read)))
                .onFailure(e -> MonitorErrorHandler.answer(ctx, e));
    }

    /**
     * Sends an exposition, compressed if the client accepts it. That reduces the size to a tenth; Prometheus accepts
     * it.
     */
    private static void expose(RoutingContext ctx, MonitorClient.Exposition read) {
        boolean gzip = GzipNegotiation.gzip(ctx.request().getHeader(HttpHeaders.ACCEPT_ENCODING));
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, read.contentType())
                .putHeader(HttpHeaders.VARY, "Accept, Accept-Encoding");
        if (gzip) {
            ctx.response().putHeader(HttpHeaders.CONTENT_ENCODING, "gzip");
        }
        ctx.response()
                .end(gzip ? Buffer.buffer(GzipCompression.compress(read.text().getBytes())) : read.text());
    }

    private Future<MonitorClient.Exposition> exposition(boolean openMetrics) {
        Future<MonitorClient.Exposition> known = expositions.get(openMetrics);
        if (known != null) {
            return known;
        }
        Future<MonitorClient.Exposition> made = monitor.prometheus(openMetrics);
        expositions.put(openMetrics, made);
        return made.onComplete(unused -> expositions.remove(openMetrics));
    }

    private static boolean same(String expected, @Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
