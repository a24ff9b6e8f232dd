package org.starpunk.monitor.web;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.MetricsSettings;
import org.starpunk.monitor.MonitorClient;
import org.starpunk.telemetry.MonitorCost;
import org.starpunk.view.Templates;

/**
 * Dashboard at {@code GET /admin/performance}. It is complete without JavaScript. With JavaScript, the stream updates
 * the page, and parts outside the stream are fetched again.
 */
public final class PerformancePage {

    private static final Logger LOG = LoggerFactory.getLogger(PerformancePage.class);
    private static final String TEMPLATE = "admin/performance";
    private static final String[] PARTIALS = { // loaded early, so that the first request does not read the jar
        "admin/nav", TEMPLATE + "-heads", TEMPLATE + "-twin", TEMPLATE + "-facts", TEMPLATE + "-trace"
    };
    private static final int PER_SECOND = 20;
    private static final int RECENT = 30;

    private final MonitorClient monitor;
    private final MonitorCost cost;
    private final Templates templates;
    private final MetricsSettings settings;
    private final Handler<RoutingContext> gate;
    private final Function<RoutingContext, String> csrf;
    private final Clock clock;
    private final RequestRateLimiter limit;

    /**
     * Must be created on the event loop of its HTTP verticle.
     *
     * @param csrf returns a token for the page's form
     */
    public PerformancePage(
            Vertx vertx,
            Templates templates,
            MetricsSettings settings,
            MonitorAccess access,
            Function<RoutingContext, String> csrf,
            Clock clock) {
        this.monitor = new MonitorClient(vertx);
        this.cost = MonitorCost.of(vertx);
        this.templates = templates;
        this.settings = settings;
        this.gate = access.author();
        this.limit = new RequestRateLimiter(PER_SECOND, access.caller());
        this.csrf = csrf;
        this.clock = clock;
    }

    /** Compiles the templates. The call blocks. */
    public static Templates load(Templates templates) {
        return templates.load(TEMPLATE).load(PARTIALS);
    }

    /** Mounts the page, unless {@code METRICS_DASHBOARD_ENABLED=false}. */
    public void mount(Router router) {
        if (settings.dashboardEnabled()) {
            router.route("/admin/performance")
                    .method(HttpMethod.GET)
                    .method(HttpMethod.HEAD)
                    .handler(ctx -> {
                        cost.requestStarted();
                        ctx.addEndHandler(unused -> cost.requestEnded());
                        cost.run(ctx::next);
                    })
                    .handler(gate)
                    .handler(limit)
                    .handler(this::show);
        }
    }

    private void show(RoutingContext ctx) {
        DashboardQuery query = DashboardQuery.of(ctx.queryParams());
        model(query)
                .recover(failure -> Future.succeededFuture(unanswered(ctx, failure)))
                .map(model -> cost.onLoop(() -> templates.render(TEMPLATE, withForm(ctx, model))))
                .onSuccess(cost.timed(page -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                        .end(page)))
                .onFailure(ctx::fail);
    }

    private Future<Map<String, Object>> model(DashboardQuery query) {
        if (!settings.enabled()) {
            return Future.succeededFuture(
                    new HashMap<>(Map.of("unanswered", true, "offSince", settings.enabledSource())));
        }
        return monitor.snapshot(query.window(), RECENT, query.node())
                .map(read -> cost.onLoop(read::toJsonObject))
                .compose(all -> withRequests(all, query))
                .map(all -> cost.onLoop(() -> PageModel.of(all, query, clock.instant())))
                .compose(model -> withTrace(model, query.get(DashboardQuery.TRACE)));
    }

    /** Adds the buffered requests of the selected heat map cell, if any. */
    private Future<JsonObject> withRequests(JsonObject all, DashboardQuery query) {
        HeatMapCell cell = HeatMapCell.of(query.get(DashboardQuery.CELL), JsonAccess.object(all, "heatmap"));
        return cell == null
                ? Future.succeededFuture(all)
                : monitor.requests(query.node(), cell.earliest(), cell.latest(), cell.minMillis(), cell.maxMillis())
                        .map(found -> all.put(EventListsModel.CELL_REQUESTS, found.toJsonObject()));
    }

    private Future<Map<String, Object>> withTrace(Map<String, Object> model, String id) {
        if (id.isEmpty()) {
            return Future.succeededFuture(model);
        }
        return monitor.trace(id)
                .map(trace -> WaterfallModel.of(trace.toJsonObject()))
                .recover(failure -> isRefused(failure)
                        ? Future.succeededFuture(WaterfallModel.missing(id))
                        : Future.failedFuture(failure))
                .map(trace -> {
                    model.put("trace", trace);
                    return model;
                });
    }

    /** Returns whether the monitor replied that it does not have the requested data. */
    private static boolean isRefused(Throwable failure) {
        return failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.RECIPIENT_FAILURE;
    }

    private Map<String, Object> withForm(RoutingContext ctx, Map<String, Object> model) {
        model.put("csrf", csrf.apply(ctx));
        return model;
    }

    /** Returns the model of the page without data, with status 503. */
    private static Map<String, Object> unanswered(RoutingContext ctx, Throwable failure) {
        LOG.warn("the dashboard has no data to show", failure);
        ctx.response().setStatusCode(503);
        return new HashMap<>(Map.of("unanswered", true));
    }
}
