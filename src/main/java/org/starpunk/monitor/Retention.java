package org.starpunk.monitor;

import java.util.List;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;

/** Adds requests to ring and traces, and measures the cost of that. */
final class Retention {

    /** One request in 64 is timed. */
    private static final int TIMED = 63;

    private final Monitor monitor;
    private int requests;

    Retention(Monitor monitor) {
        this.monitor = monitor;
    }

    /** @param atMillis when the server had done its part */
    void request(RequestTiming request, Row<Endpoint> row, long atMillis) {
        boolean timed = (++requests & TIMED) == 0;
        long start = timed ? monitor.clock.nanos() : 0;
        if (request.kept()) {
            addLeftOut(request.queries());
            monitor.ring.add(
                    request,
                    row.key,
                    atMillis,
                    request.failed() || request.durationNanos() >= monitor.slowNanos.getAsLong());
        }
        monitor.traces.offer(request, row.key, monitor.shapes, atMillis);
        if (timed) {
            monitor.cost.workedForRing((monitor.clock.nanos() - start) * (TIMED + 1));
        }
    }

    /** Retains a slow or failed request whole, with the statements that sampling left out before it ended. */
    private void addLeftOut(List<QueryTiming> queries) {
        for (int i = 0; i < queries.size(); i++) {
            QueryTiming query = queries.get(i);
            if (!query.kept()) {
                monitor.ring.add(
                        query,
                        monitor.shapes.of(query.statement()).key,
                        monitor.time.millisOf(query.startNanos() + query.totalNanos()));
            }
        }
    }
}
