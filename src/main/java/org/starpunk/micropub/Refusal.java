package org.starpunk.micropub;

import io.vertx.core.http.HttpClosedException;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import org.starpunk.indieauth.BearerException;
import org.starpunk.note.Uploads;

/** Answers errors as Micropub §3.8 has them: JSON with {@code error}. What is the server's own fault goes to its own handler. */
final class Refusal {

    private Refusal() {}

    static void answer(RoutingContext ctx, Exchange exchange, Throwable error) {
        if (ctx.response().ended() || error instanceof HttpClosedException) {
            exchange.failed("the client went away");
            return;
        }
        if (error instanceof BearerException refused) {
            String code = refused.error().isEmpty() ? "unauthorized" : refused.error();
            exchange.failed(code + ": " + refused.getMessage());
            refused.answer(ctx);
        } else if (error instanceof MicropubException refused) {
            invalid(ctx, exchange, refused.status(), message(error));
        } else if (error instanceof Uploads.Refused refused) {
            invalid(ctx, exchange, refused.status(), message(error));
        } else if (error instanceof IllegalArgumentException) {
            invalid(ctx, exchange, 400, message(error));
        } else if (error instanceof HttpException refused && refused.getStatusCode() < 500) {
            invalid(ctx, exchange, refused.getStatusCode(), "The request cannot be read.");
        } else {
            exchange.failed("server error");
            ctx.fail(error);
        }
    }

    private static String message(Throwable error) {
        String message = error.getMessage();
        return message == null ? "The request cannot be done." : message;
    }

    private static void invalid(RoutingContext ctx, Exchange exchange, int status, String message) {
        exchange.failed("invalid_request: " + message);
        ctx.response().setStatusCode(status);
        ctx.json(new JsonObject().put("error", "invalid_request").put("error_description", message));
    }
}
