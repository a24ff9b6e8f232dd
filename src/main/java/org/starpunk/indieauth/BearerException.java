package org.starpunk.indieauth;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;

/** Error for a missing, invalid or insufficient token (RFC 6750 §3). */
public final class BearerException extends RuntimeException {

    private static final String RETRY_SECONDS = "30";

    private final int status;
    private final String error;
    private final String scope;

    private BearerException(int status, String error, String scope, String message) {
        super(message, null, false, false);
        this.status = status;
        this.error = error;
        this.scope = scope;
    }

    /** Returns the error for a request without a token. Its challenge contains no error code. */
    public static BearerException missing() {
        return new BearerException(401, "", "", "Send a token: Authorization: Bearer …");
    }

    /** Returns the error for an unknown, expired or revoked token. */
    public static BearerException invalid() {
        return new BearerException(401, "invalid_token", "", "The token is unknown, expired or revoked.");
    }

    /** Returns the error for a token in both header and body (RFC 6750 §2). */
    public static BearerException sentTwice() {
        return new BearerException(400, "invalid_request", "", "Send the token once: in the header or in the body.");
    }

    /** Returns the error for a token without the required scope. */
    public static BearerException insufficientScope(String scope) {
        return new BearerException(403, "insufficient_scope", scope, "The token lacks the scope " + scope + ".");
    }

    /** Returns the error for a token of another issuer whose provider is unavailable. */
    static BearerException unavailable() {
        return new BearerException(
                503, "temporarily_unavailable", "", "The provider of this token is unavailable. Try again later.");
    }

    public int status() {
        return status;
    }

    /** Returns the error code; empty if no token was sent. */
    public String error() {
        return error;
    }

    /** Sends the challenge in {@code WWW-Authenticate} and the error as JSON. */
    public void answer(RoutingContext ctx) {
        ctx.response().setStatusCode(status).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        if (status == 503) {
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, RETRY_SECONDS);
        } else {
            ctx.response().putHeader("WWW-Authenticate", challenge());
        }
        JsonObject body = new JsonObject()
                .put("error", error.isEmpty() ? "unauthorized" : error)
                .put("error_description", getMessage());
        if (!scope.isEmpty()) {
            body.put("scope", scope);
        }
        ctx.json(body);
    }

    private String challenge() {
        if (error.isEmpty()) {
            return "Bearer";
        }
        return "Bearer error=\"" + error + '"' + (scope.isEmpty() ? "" : ", scope=\"" + scope + '"');
    }
}
