package org.starpunk.server;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import org.starpunk.store.StoreClient;

/** {@code /health}: whether the site can answer; public and cheap, and silent about the inside. */
final class Health {

    private final StoreClient store;

    Health(StoreClient store) {
        this.store = store;
    }

    void mount(Router router) {
        router.route("/health").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::ready);
        router.route("/readyz").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(this::ready);
        router.route("/livez").method(HttpMethod.GET).method(HttpMethod.HEAD).handler(ctx -> answer(ctx, 200, "up"));
    }

    private void ready(RoutingContext ctx) {
        store.ping().onSuccess(ok -> answer(ctx, 200, "up")).onFailure(failure -> answer(ctx, 503, "down"));
    }

    private static void answer(RoutingContext ctx, int status, String word) {
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end("{\"status\":\"" + word + "\"}")
                .onFailure(ctx::fail);
    }
}
