package org.starpunk.micropub;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import org.starpunk.indieauth.BearerException;
import org.starpunk.note.UploadStore;

/**
 * Sends errors in the format of Micropub, section 3.8: JSON with {@code error}. Server errors are passed to the
 * router's error handler.
 */
final class MicropubErrorResponse {

    private MicropubErrorResponse() {}

    static void answer(RoutingContext ctx, MicropubLogEntry micropubLogEntry, Throwable error) {
        if (ctx.response().ended() || error instanceof HttpClosedException) {
            micropubLogEntry.failed("the client disconnected");
            return;
        }
        if (error instanceof BearerException refused) {
            String code = refused.error().isEmpty() ? "unauthorized" : refused.error();
            micropubLogEntry.failed(code + ": " + refused.getMessage());
            refused.answer(ctx);
        } else if (error instanceof MicropubException refused) {
            invalid(ctx, micropubLogEntry, refused.status(), message(error));
        } else if (error instanceof UploadStore.UploadRefusedException refused) {
            invalid(ctx, micropubLogEntry, refused.status(), message(error));
        } else if (error instanceof IllegalArgumentException) {
            invalid(ctx, micropubLogEntry, 400, message(error));
        } else if (error instanceof HttpException refused && refused.getStatusCode() < 500) {
            invalid(ctx, micropubLogEntry, refused.getStatusCode(), "The request is malformed.");
        } else {
            micropubLogEntry.failed("server error");
            ctx.fail(error);
        }
    }

    private static String message(Throwable error) {
        String message = error.getMessage();
        return message == null ? "The request cannot be processed." : message;
    }

    private static void invalid(RoutingContext ctx, MicropubLogEntry micropubLogEntry, int status, String message) {
        micropubLogEntry.failed("invalid_request: " + message);
        ctx.response().setStatusCode(status);
        ctx.json(new JsonObject().put("error", "invalid_request").put("error_description", message));
    }
}
