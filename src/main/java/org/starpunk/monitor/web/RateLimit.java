package org.starpunk.monitor.web;

import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;

/**
 * Lets so many requests a second pass, and twice as many at once after a pause; answers 429 to the rest. One for each front
 * door, used on its event loop only. It is there to bound what the monitor's pages cost, whoever asks: so it counts all together.
 */
final class RateLimit implements Handler<RoutingContext> {

    private static final int TOO_MANY = 429;
    private static final double NANOS = 1e9;

    private final double perSecond;
    private double tokens;
    private long at;

    RateLimit(int perSecond, long nowNanos) {
        this.perSecond = perSecond;
        this.tokens = 2.0 * perSecond;
        this.at = nowNanos;
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (take(System.nanoTime())) {
            ctx.next();
        } else {
            ctx.response().putHeader("Retry-After", "1");
            ctx.fail(TOO_MANY);
        }
    }

    boolean take(long nowNanos) {
        tokens = Math.min(2 * perSecond, tokens + (nowNanos - at) / NANOS * perSecond);
        at = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens--;
        return true;
    }
}
