package org.starpunk.micropub;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/**
 * Result of an action.
 *
 * @param status 200, 201 or 204
 * @param location URL of a post that was created or has moved; empty otherwise
 * @param remark message for the author; empty for none
 */
record MicropubResult(int status, String location, String remark) {

    MicropubResult(int status, String location) {
        this(status, location, "");
    }

    /** Returns a copy with a sentence for the author, which a client may show. */
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
