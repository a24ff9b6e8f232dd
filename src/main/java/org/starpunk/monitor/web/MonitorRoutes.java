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
import org.starpunk.telemetry.OperationType;

/** What the monitor knows, over HTTP: JSON, events, exports, Prometheus. See {@code docs/reference/metrics-api.md}. */
public final class MonitorRoutes {

    /** The parameter that says of which node; {@code all} for all of them added up. */
    static final String NODE = "node";

    private static final List<String> OWN =
            List.of("/admin/metrics", "/admin/performance", "/admin/traces", "/metrics");
    private static final int PER_SECOND = 20;
    private static final int RECENT = 50;

    private final MetricsSettings settings;
    private final Handler<RoutingContext> gate;
    private final Handler<RoutingContext> forms;
    private final MonitorClient monitor;
    private final Function<String, Viewers> viewersOf;
    private final Map<String, Viewers> viewers = new HashMap<>();
    private final RateLimit limit = new RateLimit(PER_SECOND, System.nanoTime());

    /**
     * Made on the event loop of the front door that it is mounted on.
     *
     * @param gate lets the author pass, and answers everybody else
     * @param author says whether a request is the author's: asked again while a stream lasts
     * @param forms reads a form and checks its CSRF token
     */
    public MonitorRoutes(
            Vertx vertx,
            MetricsSettings settings,
            Handler<RoutingContext> gate,
            Function<RoutingContext, Future<Boolean>> author,
            Handler<RoutingContext> forms) {
        this.settings = settings;
        this.gate = gate;
        this.forms = forms;
        this.monitor = new MonitorClient(vertx);
        this.viewersOf = node -> new Viewers(vertx, monitor, author, node.isEmpty() ? null : node);
    }

    /** Whether a route is one of the monitor's own, whose requests are left out of the site's numbers. */
    public static boolean owns(String route) {
        for (String own : OWN) {
            if (route.equals(own) || route.startsWith(own + '/') || route.startsWith(own + '.')) {
                return true;
            }
        }
        return false;
    }

    public void mount(Router router) {
        if (settings.dashboardEnabled()) {
            get(router, "/admin/metrics", this::snapshot);
            get(router, "/admin/metrics/stream", this::stream);
            get(router, "/admin/metrics.csv", ctx -> export(ctx, true));
            get(router, "/admin/metrics.json", ctx -> export(ctx, false));
            get(router, "/admin/traces/:requestId", this::trace);
            post(router, "/admin/metrics/clear", this::clear);
            post(router, "/admin/metrics/sampling", this::sampling);
        }
        if (settings.prometheusEnabled()) {
            router.get("/metrics").handler(limit).handler(this::prometheus);
        }
    }

    private void get(Router router, String path, Handler<RoutingContext> handler) {
        router.route(path)
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(limit)
                .handler(gate)
                .handler(handler);
    }

    private void post(Router router, String path, Handler<RoutingContext> handler) {
        router.post(path).handler(limit).handler(gate).handler(forms).handler(handler);
    }

    /** Ends the streams, with a word of farewell: before the server stops. */
    public void close() {
        viewers.values().forEach(Viewers::close);
    }

    private void snapshot(RoutingContext ctx) {
        if (!settings.enabled()) {
            json(ctx, off().toBuffer());
            return;
        }
        String window = ctx.request().getParam("window", "15m");
        int recent = number(ctx.request().getParam("recent"));
        monitor.snapshot(window, recent, ctx.request().getParam(NODE))
                .onSuccess(body -> json(ctx, body))
                .onFailure(e -> Failures.answer(ctx, e));
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
            throw new HttpException(400, "recent is a number of events, but was given as " + text);
        }
    }

    private static void json(RoutingContext ctx, Buffer body) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(body);
    }

    private void stream(RoutingContext ctx) {
        if (!settings.enabled()) {
            ctx.fail(new HttpException(503, "the monitor is off (" + settings.enabledSource() + ")"));
        } else if (ctx.request().method().equals(HttpMethod.HEAD)) {
            ctx.response()
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                    .end();
        } else {
            String node = ctx.request().getParam(NODE, "");
            Viewers known = viewers.get(node);
            if (known != null || node.isEmpty()) {
                viewers.computeIfAbsent(node, viewersOf).join(ctx);
            } else {
                monitor.snapshot("15m", 0, node) // refuses a node that there is not
                        .onSuccess(unused ->
                                viewers.computeIfAbsent(node, viewersOf).join(ctx))
                        .onFailure(e -> Failures.answer(ctx, e));
            }
        }
    }

    private void export(RoutingContext ctx, boolean csv) {
        new ExportStream(monitor, ctx, csv).send();
    }

    private void trace(RoutingContext ctx) {
        monitor.trace(Objects.requireNonNull(ctx.pathParam("requestId")))
                .onSuccess(body -> json(ctx, body))
                .onFailure(e -> Failures.answer(ctx, e));
    }

    private void clear(RoutingContext ctx) {
        monitor.clear()
                .onSuccess(unused ->
                        done(ctx, () -> ctx.response().setStatusCode(204).end()))
                .onFailure(e -> Failures.answer(ctx, e));
    }

    private void sampling(RoutingContext ctx) {
        monitor.sampling(rates(ctx.request().formAttributes()))
                .onSuccess(body -> done(ctx, () -> json(ctx, body)))
                .onFailure(e -> Failures.answer(ctx, e));
    }

    /** A browser that sent the page's form gets the page again, a program its answer. */
    private static void done(RoutingContext ctx, Runnable answer) {
        String accept = ctx.request().getHeader(HttpHeaders.ACCEPT);
        if (accept != null && accept.contains("text/html")) {
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
            throw new HttpException(400, "give rate, or database, http or render: a number from 0.0 to 1.0");
        }
        return rates;
    }

    private static double rate(String name, String text) {
        try {
            return Double.parseDouble(text);
        } catch (NumberFormatException e) {
            throw new HttpException(400, name + " is a number from 0.0 to 1.0, but was given as " + text);
        }
    }

    private void prometheus(RoutingContext ctx) {
        String token = settings.prometheusToken();
        if (token != null && !same("Bearer " + token, ctx.request().getHeader(HttpHeaders.AUTHORIZATION))) {
            ctx.response().putHeader("WWW-Authenticate", "Bearer");
            ctx.fail(401);
            return;
        }
        monitor.prometheus(ctx.request().getHeader(HttpHeaders.ACCEPT))
                .onSuccess(read -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, read.contentType())
                        .end(read.text()))
                .onFailure(e -> Failures.answer(ctx, e));
    }

    private static boolean same(String expected, @Nullable String given) {
        return given != null
                && MessageDigest.isEqual(
                        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
    }
}
