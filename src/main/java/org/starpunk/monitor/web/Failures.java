package org.starpunk.monitor.web;

import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;

/** What a question to the monitor that failed is answered with. */
final class Failures {

    private Failures() {}

    /** 400 or 404 where the question was wrong, 503 where the monitor is not there. */
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
