package org.starpunk.monitor.web;

import io.vertx.core.Handler;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Limits the requests of each caller to a number per second, with a burst of twice that number; responds with 429 above
 * the limit. Callers have separate limits. Not thread-safe: each HTTP verticle has its own. It runs after the
 * authentication, so that unauthenticated clients are not counted.
 */
final class RequestRateLimiter implements Handler<RoutingContext> {

    /**
     * Maximum number of callers with a bucket. The least recently active is evicted, and then starts with a full
     * bucket.
     */
    private static final int MOST_CALLERS = 1_000;

    private static final int TOO_MANY = 429;
    private static final double NANOS = 1e9;
    private static final int NETWORK_BYTES = 8;

    private final double perSecond;
    private final Function<RoutingContext, String> caller;
    private final Map<String, TokenBucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, TokenBucket> eldest) {
            return size() > MOST_CALLERS;
        }
    };

    private static final class TokenBucket {
        double tokens;
        long at;
    }

    /** @param caller returns the key of a request's caller */
    RequestRateLimiter(int perSecond, Function<RoutingContext, String> caller) {
        this.perSecond = perSecond;
        this.caller = caller;
    }

    @Override
    public void handle(RoutingContext ctx) {
        if (tryAcquire(caller.apply(ctx), System.nanoTime())) {
            ctx.next();
        } else {
            ctx.response().putHeader("Retry-After", "1");
            ctx.fail(TOO_MANY);
        }
    }

    boolean tryAcquire(String key, long nowNanos) {
        TokenBucket bucket = buckets.get(key);
        if (bucket == null) {
            bucket = new TokenBucket();
            bucket.tokens = 2.0 * perSecond;
            bucket.at = nowNanos;
            buckets.put(key, bucket);
        }
        bucket.tokens = Math.min(2 * perSecond, bucket.tokens + (nowNanos - bucket.at) / NANOS * perSecond);
        bucket.at = nowNanos;
        if (bucket.tokens < 1) {
            return false;
        }
        bucket.tokens--;
        return true;
    }

    /** Returns the address of a client. An IPv6 address is reduced to its /64, the usual prefix of one household. */
    static String address(RoutingContext ctx) {
        SocketAddress remote = ctx.request().remoteAddress();
        String text = remote == null ? "" : String.valueOf(remote.hostAddress());
        if (text.indexOf(':') < 0) {
            return text;
        }
        try {
            byte[] bytes = InetAddress.getByName(text).getAddress(); // a literal, so there is no DNS lookup
            return HexFormat.of().formatHex(Arrays.copyOf(bytes, NETWORK_BYTES));
        } catch (UnknownHostException e) {
            return text;
        }
    }
}
