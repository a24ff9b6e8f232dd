package org.starpunk.telemetry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * A recorder whose batches are all full and in transit to a monitor that does not read them, which is its maximum size.
 * Its statements are the same objects that the store has recorded.
 */
public final class InFlightRecorder {

    private static final int MORE_THAN_FITS = 2 * 3 * EventBatch.CAPACITY;

    private InFlightRecorder() {}

    /**
     * Returns the retained objects of such a recorder.
     *
     * @param queries statements of each request
     */
    public static Object[] requests(Vertx vertx, Endpoint endpoint, QueryTiming... queries) {
        BusRecorder recorder = new BusRecorder(vertx, SamplingRates.all(), unused -> Future.succeededFuture());
        for (int i = 0; i < MORE_THAN_FITS; i++) {
            RequestTiming request = recorder.requestStarted();
            for (QueryTiming query : queries) {
                request.add(copy(query));
            }
            recorder.requestEnded(request, endpoint, 200, 0, 4_096);
        }
        // The timing objects stay with the recorder. Here there is one, which all requests have reused.
        return new Object[] {recorder.batches, new byte[(int) RequestTiming.BYTES]};
    }

    /** Copies a timing, because each execution has its own object. The shape is shared. */
    private static QueryTiming copy(QueryTiming query) {
        return new QueryTiming(
                query.statement(),
                query.atMillis(),
                query.startNanos(),
                query.waitNanos(),
                query.executeNanos(),
                query.rows(),
                query.batch(),
                query.error(),
                query.slow(),
                query.requestId(),
                query.retained());
    }
}
