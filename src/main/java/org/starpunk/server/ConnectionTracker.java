package org.starpunk.server;

import io.netty.channel.Channel;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Registry of the open connections of one HTTP verticle. Vert.x has no timeout for a request's head: a client that
 * sends one byte per second holds its connection indefinitely. So a connection is closed if its first request has not
 * arrived after 8 s, or if no request has arrived for a minute since its last response.
 */
final class ConnectionTracker {

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionTracker.class);
    private static final long FIRST_REQUEST_MILLIS = 8_000;
    private static final long NEXT_REQUEST_MILLIS = 60_000;
    /** Idle time after which a connection is closed at a stop, so that no request is in transit on it. */
    private static final long DRAINED_MILLIS = 250;

    private static final long DRAIN_TICK_MILLIS = 50;
    /**
     * Delay of a tick above which the event loop was blocked. Data that arrived during that time must be read before a
     * connection counts as idle.
     */
    private static final long LATE_DRAIN_MILLIS = 3 * DRAIN_TICK_MILLIS;

    private static final long LATE_SWEEP_MILLIS = 2_000;

    private final ConnectionLimiter connectionLimiter;
    private final long patienceMillis;
    private final Map<HttpConnection, TrackedConnection> open = new HashMap<>();
    private long sweptAt = now();

    /** @param timeout maximum time for active requests at a stop */
    ConnectionTracker(ConnectionLimiter connectionLimiter, Duration timeout) {
        this.connectionLimiter = connectionLimiter;
        this.patienceMillis = timeout.toMillis();
    }

    private static final class TrackedConnection {
        /** Active requests of the connection: more than one only over HTTP/2. */
        final List<RequestTimer.TimedRequest> active = new ArrayList<>(1);

        long quietSince;
        boolean served;
        boolean http2;
        /** Number of requests that have begun. */
        int requestsBegun;
        /** Number of the request whose body is invalid; 0 for none. */
        int broken;
        /** The most recent request; null if it has ended. */
        RequestTimer.@Nullable TimedRequest last;

        private final @Nullable LingeringClose lingering;
        private final @Nullable Http2SendProgress http2SendProgress;
        private final @Nullable SendProgress http1Sending;
        private final List<Runnable> whenClosed = new ArrayList<>(0);

        TrackedConnection(long now, HttpConnection connection) {
            quietSince = now;
            Channel channel = connection instanceof ConnectionBase base ? base.channel() : null;
            lingering = LingeringClose.install(connection);
            http2SendProgress = channel == null ? null : Http2SendProgress.install(channel);
            http1Sending = channel == null || http2SendProgress != null ? null : Http1SendProgress.install(channel);
        }

        @Nullable
        SendProgress sendProgress(int streamId) {
            return http2SendProgress == null ? http1Sending : http2SendProgress.of(streamId);
        }
    }

    void opened(HttpConnection connection) {
        connectionLimiter.opened(connection);
        open.put(connection, new TrackedConnection(now(), connection));
        connection.closeHandler(closed -> closed(connection));
        connection.exceptionHandler(ClientDisconnectDetector::log);
    }

    /**
     * Ends the requests that are still active on a connection. Vert.x calls no handler of a response whose last byte it
     * has accepted but not sent, which happens with a file, or with a body larger than the socket's buffer.
     */
    private void closed(HttpConnection connection) {
        TrackedConnection visit = open.remove(connection);
        if (visit != null) {
            List.copyOf(visit.active).forEach(RequestTimer.TimedRequest::connectionClosed);
            visit.whenClosed.forEach(Runnable::run);
        }
    }

    /** Returns whether the site is about to stop. */
    boolean draining() {
        return connectionLimiter.closing();
    }

    /**
     * Adds a request to those of its connection.
     *
     * @return false if the connection is already closed: Vert.x can deliver a pipelined request after that
     */
    boolean track(RequestTimer.TimedRequest exchange) {
        TrackedConnection visit = open.get(exchange.connection());
        if (visit == null) {
            return false;
        }
        visit.active.add(exchange);
        visit.served = true;
        visit.requestsBegun++;
        visit.last = exchange;
        visit.http2 = exchange.version() == HttpVersion.HTTP_2;
        exchange.sent.setProgress(visit.sendProgress(visit.http2 ? exchange.streamId() : 0));
        return true;
    }

    /**
     * Refuses a request whose chunked body cannot be decoded, and closes its connection. Vert.x can deliver the invalid
     * chunk while an earlier request is active. The request is then refused when it begins.
     *
     * @param number number of the request on its connection; the first is 1
     */
    void brokenBody(HttpConnection connection, int number) {
        linger(connection);
        TrackedConnection visit = open.get(connection);
        if (visit == null) {
            return;
        }
        RequestTimer.TimedRequest last = visit.last;
        if (visit.requestsBegun < number) {
            visit.broken = number;
        } else if (last == null || last.response().ended()) {
            closeLater(connection);
        } else {
            last.refuseBody();
        }
    }

    /** Returns whether the body of the request that has just begun is known to be invalid. */
    boolean isBroken(RequestTimer.TimedRequest exchange) {
        TrackedConnection visit = open.get(exchange.connection());
        return visit != null && visit.broken == visit.requestsBegun;
    }

    /** Removes a request that has ended. */
    void end(RequestTimer.TimedRequest exchange) {
        TrackedConnection visit = open.get(exchange.connection());
        if (visit != null && visit.last == exchange) {
            visit.last = null;
        }
        if (visit != null && visit.active.remove(exchange) && visit.active.isEmpty()) {
            visit.quietSince = now();
        }
    }

    /** Closes connections that have been idle for too long. Must be called once a second. */
    void sweep() {
        long now = now();
        boolean late = now - sweptAt > LATE_SWEEP_MILLIS;
        sweptAt = now;
        if (!late) {
            closeQuiet(visit -> now - visit.quietSince > (visit.served ? NEXT_REQUEST_MILLIS : FIRST_REQUEST_MILLIS));
        }
    }

    /**
     * Closes idle connections, and the others after their responses. Completes when all are closed, or after the
     * maximum time for active requests.
     */
    Future<Void> drain(Vertx vertx) {
        long until = now() + patienceMillis;
        Map.copyOf(open).forEach((connection, visit) -> {
            if (visit.http2) {
                announceEnd(connection);
            }
        });
        Promise<Void> drained = Promise.promise();
        long[] tickedAt = {now()};
        vertx.setPeriodic(0, DRAIN_TICK_MILLIS, timer -> {
            long now = now();
            boolean late = now - tickedAt[0] > LATE_DRAIN_MILLIS;
            tickedAt[0] = now;
            if (!late) {
                closeQuiet(visit -> now - visit.quietSince > DRAINED_MILLIS);
            }
            if (open.isEmpty() || now > until) {
                vertx.cancelTimer(timer);
                drained.complete();
            }
        });
        return drained.future();
    }

    /**
     * Sends an HTTP/2 GOAWAY frame without a last stream. The client stops sending requests, and those in transit are
     * still answered (RFC 9113, section 6.8). The connection is closed once it is idle, like any other.
     */
    private static void announceEnd(HttpConnection connection) {
        HttpConnection unused = connection.goAway(0, Integer.MAX_VALUE);
    }

    /** Closes a connection after the responses to its requests. */
    void closeAfterAnswers(HttpConnection connection) {
        connection
                .shutdown(patienceMillis, TimeUnit.MILLISECONDS)
                .onFailure(failure -> LOG.debug("closing failed", failure));
    }

    /** Makes the close of an HTTP/1 connection wait until its client has read the last response. */
    void linger(HttpConnection connection) {
        TrackedConnection visit = open.get(connection);
        if (visit != null && visit.lingering != null) {
            visit.lingering.request();
        }
    }

    /** Closes a connection after its responses, after at most a second. */
    void closeSoon(HttpConnection connection, Runnable closed) {
        TrackedConnection visit = open.get(connection);
        if (visit == null) {
            closed.run();
            return;
        }
        visit.whenClosed.add(closed);
        connection.shutdown(1, TimeUnit.SECONDS).onFailure(failure -> LOG.debug("closing failed", failure));
    }

    /** Closes a connection in a later task of its event loop, after its output has been flushed. */
    void closeLater(HttpConnection connection) {
        if (connection instanceof ConnectionBase base) {
            base.channel().eventLoop().execute(() -> closeNow(connection));
        }
    }

    /** Closes a connection unless it is closed already. */
    void closeNow(HttpConnection connection) {
        if (open.containsKey(connection)) {
            close(connection);
        }
    }

    private void closeQuiet(Predicate<TrackedConnection> when) {
        List<HttpConnection> quiet = new ArrayList<>();
        open.forEach((connection, visit) -> {
            if (visit.active.isEmpty() && when.test(visit)) {
                quiet.add(connection);
            }
        });
        quiet.forEach(ConnectionTracker::close);
    }

    private static void close(HttpConnection connection) {
        connection.close().onFailure(failure -> LOG.debug("closing failed", failure));
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
