package org.starpunk.site;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/** Sends a permanent redirect (301), which clients revalidate before they use it again. */
final class PermanentRedirect {

    private PermanentRedirect() {}

    static void send(RoutingContext ctx, String path) {
        ctx.response()
                .setStatusCode(301)
                .putHeader(HttpHeaders.LOCATION, path)
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, no-cache")
                .end();
    }
}
