package org.starpunk.monitor.web;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.starpunk.view.Views;

/**
 * {@code GET /admin/performance}: the dashboard. The page is whole without JavaScript; with it, the same page is kept up to date
 * by the stream, and what the stream does not carry by asking for the page again.
 */
public final class PerformancePage {

    private static final String TEMPLATE = "admin/performance";

    private final Views views;
    private final Function<String, Future<JsonObject>> snapshots;
    private final Function<String, Future<Optional<JsonObject>>> traces;
    private final Handler<RoutingContext> gate;
    private final Function<RoutingContext, String> csrf;
    private final Clock clock;

    /**
     * @param snapshots gives what {@code GET /admin/metrics} answers, for a window: {@code 15m}, {@code 1h} or {@code 24h}
     * @param traces gives a kept request by its id
     * @param gate lets the author pass
     * @param csrf a token for the page's form
     */
    public PerformancePage(
            Views views,
            Function<String, Future<JsonObject>> snapshots,
            Function<String, Future<Optional<JsonObject>>> traces,
            Handler<RoutingContext> gate,
            Function<RoutingContext, String> csrf,
            Clock clock) {
        this.views = views.load(TEMPLATE);
        this.snapshots = snapshots;
        this.traces = traces;
        this.gate = gate;
        this.csrf = csrf;
        this.clock = clock;
    }

    /** Mounts the page. */
    public void mount(Router router) {
        router.route("/admin/performance")
                .method(HttpMethod.GET)
                .method(HttpMethod.HEAD)
                .handler(gate)
                .handler(this::show);
    }

    private void show(RoutingContext ctx) {
        Wanted wanted = Wanted.of(ctx.queryParams());
        snapshots
                .apply(wanted.window())
                .map(all -> PageModel.of(all, wanted, clock.instant()))
                .compose(model -> withTrace(model, wanted.get(Wanted.TRACE)))
                .recover(failure -> Future.succeededFuture(silent(ctx)))
                .map(model -> views.render(TEMPLATE, withForm(ctx, model)))
                .onSuccess(page -> ctx.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                        .end(page))
                .onFailure(ctx::fail);
    }

    private Future<Map<String, Object>> withTrace(Map<String, Object> model, String id) {
        if (id.isEmpty()) {
            return Future.succeededFuture(model);
        }
        return traces.apply(id).map(trace -> {
            model.put("trace", trace.map(Waterfall::of).orElseGet(() -> Waterfall.missing(id)));
            return model;
        });
    }

    private Map<String, Object> withForm(RoutingContext ctx, Map<String, Object> model) {
        model.put("csrf", csrf.apply(ctx));
        return model;
    }

    /** The monitor is off or does not answer: the page says so and what to do, with 503. */
    private static Map<String, Object> silent(RoutingContext ctx) {
        ctx.response().setStatusCode(503);
        return new HashMap<>(Map.of("silentMonitor", true));
    }
}
