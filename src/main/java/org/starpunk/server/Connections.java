package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of one HTTP verticle. Vert.x has no time-out for a request's head (RELIABILITY R7): a client that sends one
 * byte a second holds its connection for ever. So one that has not sent a first request after 8 s, or has sent none for a minute
 * since its last answer, is closed.
 */
final class Connections {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final long FIRST_REQUEST_MILLIS = 8_000;
    private static final long NEXT_REQUEST_MILLIS = 60_000;
    /** At a stop: how long a connection must have been quiet to be closed, so that no request is on its way through it. */
    private static final long DRAINED_MILLIS = 250;

    private static final long DRAIN_TICK_MILLIS = 50;
    /** A tick that comes later says that this event loop stood still: what has arrived meanwhile is read before anyone is called quiet. */
    private static final long LATE_DRAIN_MILLIS = 3 * DRAIN_TICK_MILLIS;

    private static final long LATE_SWEEP_MILLIS = 2_000;

    private final Listener listener;
    private final long patienceMillis;
    private final Map<HttpConnection, Visit> open = new HashMap<>();
    private long sweptAt = now();

    /** @param patience how long, at a stop, what is under way may take */
    Connections(Listener listener, Duration patience) {
        this.listener = listener;
        this.patienceMillis = patience.toMillis();
    }

    private static final class Visit {
        long quietSince;
        int active;
        boolean served;
        boolean http2;

        Visit(long now) {
            quietSince = now;
        }
    }

    void opened(HttpConnection connection) {
        listener.opened(connection);
        open.put(connection, new Visit(now()));
        connection.closeHandler(closed -> open.remove(connection));
    }

    /** Whether the site is about to stop. */
    boolean draining() {
        return listener.closing();
    }

    void begin(HttpServerRequest request) {
        Visit visit = open.get(request.connection());
        if (visit != null) {
            visit.active++;
            visit.served = true;
            visit.http2 = request.version() == HttpVersion.HTTP_2;
        }
    }

    void end(HttpConnection connection) {
        Visit visit = open.get(connection);
        if (visit != null && --visit.active == 0) {
            visit.quietSince = now();
        }
    }

    /** Closes those that have kept quiet for too long; to be called each second. */
    void sweep() {
        long now = now();
        boolean late = now - sweptAt > LATE_SWEEP_MILLIS;
        sweptAt = now;
        if (!late) {
            closeQuiet(visit -> now - visit.quietSince > (visit.served ? NEXT_REQUEST_MILLIS : FIRST_REQUEST_MILLIS));
        }
    }

    /** Waits until all are closed, those that are quiet at once, the others after their answers; or until patience is at its end. */
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
     * Tells an HTTP/2 client to send no more requests this way, without saying yet which was the last one: those that are on their
     * way are still answered (RFC 9113, section 6.8). When it has been quiet for a while, it is closed as any other.
     */
    private static void announceEnd(HttpConnection connection) {
        HttpConnection unused = connection.goAway(0, Integer.MAX_VALUE);
    }

    /** Closes a connection as soon as what it was asked is answered. */
    void closeAfterAnswers(HttpConnection connection) {
        connection
                .shutdown(patienceMillis, TimeUnit.MILLISECONDS)
                .onFailure(failure -> LOG.debug("closing failed", failure));
    }

    /** Closes a connection when it was told why, and in a second at the latest. */
    void closeSoon(HttpConnection connection, Runnable closed) {
        connection.shutdown(1, TimeUnit.SECONDS).onComplete(done -> closed.run());
    }

    void closeNow(HttpConnection connection) {
        close(connection);
    }

    private void closeQuiet(Predicate<Visit> when) {
        List<HttpConnection> quiet = new ArrayList<>();
        open.forEach((connection, visit) -> {
            if (visit.active == 0 && when.test(visit)) {
                quiet.add(connection);
            }
        });
        quiet.forEach(Connections::close);
    }

    private static void close(HttpConnection connection) {
        connection.close().onFailure(failure -> LOG.debug("closing failed", failure));
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }
}
