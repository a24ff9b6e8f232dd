package org.starpunk.server;

import io.vertx.core.http.HttpConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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

    private final Map<HttpConnection, Visit> open = new HashMap<>();

    private static final class Visit {
        long quietSince;
        int active;
        boolean served;

        Visit(long now) {
            quietSince = now;
        }
    }

    void opened(HttpConnection connection) {
        open.put(connection, new Visit(System.nanoTime() / 1_000_000));
        connection.closeHandler(closed -> open.remove(connection));
    }

    void begin(HttpConnection connection) {
        Visit visit = open.get(connection);
        if (visit != null) {
            visit.active++;
            visit.served = true;
        }
    }

    void end(HttpConnection connection) {
        Visit visit = open.get(connection);
        if (visit != null && --visit.active == 0) {
            visit.quietSince = System.nanoTime() / 1_000_000;
        }
    }

    /** Closes those that have kept quiet for too long. */
    void sweep() {
        long now = System.nanoTime() / 1_000_000;
        List<HttpConnection> quiet = new ArrayList<>();
        open.forEach((connection, visit) -> {
            long patience = visit.served ? NEXT_REQUEST_MILLIS : FIRST_REQUEST_MILLIS;
            if (visit.active == 0 && now - visit.quietSince > patience) {
                quiet.add(connection);
            }
        });
        quiet.forEach(connection -> connection.close().onFailure(failure -> LOG.debug("closing failed", failure)));
    }
}
