package org.starpunk.monitor;

import java.util.List;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;

/** Adds requests to ring buffer and traces, and measures the cost of that. */
final class RequestRetention {

    /** Mask for sampling: one request in 64 is measured. */
    private static final int TIMED = 63;

    private final MonitorState monitor;
    private int requests;

    RequestRetention(MonitorState monitor) {
        this.monitor = monitor;
    }

    /** @param atMillis end of the server's work, epoch milliseconds */
    void request(RequestTiming request, KeyStats<Endpoint> keyStats, long atMillis) {
        boolean timed = (++requests & TIMED) == 0;
        long start = timed ? monitor.clock.nanos() : 0;
        if (request.isRetained()) {
            addLeftOut(request.queries());
            monitor.ring.add(
                    request,
                    keyStats.key,
                    atMillis,
                    request.failed() || request.durationNanos() >= monitor.slowNanos.getAsLong());
        }
        monitor.traces.offer(request, keyStats.key, monitor.shapes, atMillis);
        if (timed) {
            monitor.cost.workedForRing((monitor.clock.nanos() - start) * (TIMED + 1));
        }
    }

    /**
     * Adds the statements of a retained request that sampling had skipped before the request turned out slow or failed.
     */
    private void addLeftOut(List<QueryTiming> queries) {
        for (int i = 0; i < queries.size(); i++) {
            QueryTiming query = queries.get(i);
            if (!query.retained()) {
                monitor.ring.add(
                        query,
                        monitor.shapes.get(query.statement()).key,
                        monitor.time.millisOf(query.startNanos() + query.totalNanos()));
            }
        }
    }
}
