package org.starpunk.monitor.web;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;

/** Maps failures of monitor requests to HTTP responses. */
final class MonitorErrorHandler {

    private MonitorErrorHandler() {}

    /** Fails a request with 400 or 404 if it was invalid, with 503 if the monitor is not available. */
    static void answer(RoutingContext ctx, Throwable failure) {
        if (!(failure instanceof ReplyException reply)) {
            ctx.fail(failure);
        } else if (reply.failureType() == ReplyFailure.RECIPIENT_FAILURE) {
            ctx.fail(new HttpException(reply.failureCode(), reply.getMessage()));
        } else {
            ctx.fail(new HttpException(503, "the monitor does not answer; the site is not affected"));
        }
    }
}
