package org.starpunk.indieauth;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Invalid request of a client, with an OAuth error code (RFC 6749 §5.2). */
final class OAuthException extends RuntimeException {

    private final String error;

    OAuthException(String error, String message) {
        super(message, null, false, false);

        this.error = error;
    }

    static OAuthException invalidRequest(String message) {
        return new OAuthException("invalid_request", message);
    }

    static OAuthException invalidGrant(String message) {
        return new OAuthException("invalid_grant", message);
    }

    String error() {
        return error;
    }

    /** Sends the error as uncacheable JSON, for the token endpoint and similar endpoints. */
    static void answer(RoutingContext ctx, Throwable error) {
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader("Pragma", "no-cache");
        if (error instanceof OAuthException refused) {
            ctx.response().setStatusCode(400);
            ctx.json(new JsonObject().put("error", refused.error).put("error_description", refused.getMessage()));
        } else if (error instanceof BearerException refused) {
            refused.answer(ctx);
        } else {
            ctx.fail(error);
        }
    }
}
