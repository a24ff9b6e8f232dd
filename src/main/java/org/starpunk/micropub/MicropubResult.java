package org.starpunk.micropub;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * What was done.
 *
 * @param status 201 or 204
 * @param location the URL of what came into being or has moved; empty when neither
 * @param remark what else the author should know; empty for nothing
 */
record MicropubResult(int status, String location, String remark) {

    MicropubResult(int status, String location) {
        this(status, location, "");
    }

    /** Returns the same with a sentence for the author, which an app may show. */
    MicropubResult saying(String sentence) {
        return new MicropubResult(status, location, sentence);
    }

    static MicropubResult created(String location) {
        return new MicropubResult(201, location);
    }

    static MicropubResult noContent() {
        return new MicropubResult(204, "");
    }

    void answer(RoutingContext ctx) {
        ctx.response().setStatusCode(status);
        if (!location.isEmpty()) {
            ctx.response().putHeader(HttpHeaders.LOCATION, location);
        }
        if (remark.isEmpty()) {
            ctx.end();
        } else {
            ctx.json(new JsonObject().put("url", location).put("message", remark));
        }
    }
}
