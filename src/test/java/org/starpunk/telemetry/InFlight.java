package org.starpunk.telemetry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;

/**
 * A recorder whose batches are all full and on their way to a monitor that does not read them: the most that it ever holds. The
 * statements are those that the store has recorded too: the same objects.
 */
public final class InFlight {

    private static final int MORE_THAN_FITS = 2 * 3 * Batch.CAPACITY;

    private InFlight() {}

    /**
     * What it holds then.
     *
     * @param queries the statements that each of its requests has run
     */
    public static Object[] requests(Vertx vertx, Endpoint endpoint, QueryTiming... queries) {
        BusRecorder recorder = new BusRecorder(vertx, Sampling.all(), batch -> Future.succeededFuture());
        for (int i = 0; i < MORE_THAN_FITS; i++) {
            RequestTiming request = recorder.requestStarted();
            for (QueryTiming query : queries) {
                request.add(copy(query));
            }
            recorder.requestEnded(request, endpoint, 200, 0, 4_096);
        }
        // The requests' own objects stay with the recorder: here it is one, which all of them have used in turn.
        return new Object[] {recorder.batches, new byte[(int) RequestTiming.BYTES]};
    }

    /** Each statement that is run is an object of its own; its shape is shared. */
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
                query.kept());
    }
}
