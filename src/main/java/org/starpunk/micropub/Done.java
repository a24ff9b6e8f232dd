package org.starpunk.micropub;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;

/**
 * What was done.
 *
 * @param status 201 or 204
 * @param location the URL of what came into being or has moved; empty when neither
 */
record Done(int status, String location) {

    static Done created(String location) {
        return new Done(201, location);
    }

    static Done quietly() {
        return new Done(204, "");
    }

    void answer(RoutingContext ctx) {
        ctx.response().setStatusCode(status);
        if (!location.isEmpty()) {
            ctx.response().putHeader(HttpHeaders.LOCATION, location);
        }
        ctx.end();
    }
}
