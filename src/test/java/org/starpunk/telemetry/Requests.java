package org.starpunk.telemetry;

/** Makes ended requests for tests that need no recorder. */
public final class Requests {

    private static final long AT_NANOS = 1_795_250_000_000L * 1_000_000;

    private Requests() {}

    /** A request of an endpoint that was answered with a status after a time, kept in the ring. */
    public static RequestTiming ended(Endpoint endpoint, int status, long durationNanos, QueryTiming... queries) {
        RequestTiming request = new RequestTiming(Recorder.none());
        request.reset(RequestId.next(), 1_000_000_000L);
        for (QueryTiming query : queries) {
            request.add(query);
        }
        request.durationNanos = durationNanos;
        request.atNanos = AT_NANOS;
        request.endpoint = endpoint;
        request.status = status;
        request.requestBytes = 7;
        request.responseBytes = 1_000;
        request.kept = true;
        return request;
    }

    /** The same, left out of the ring by sampling. */
    public static RequestTiming leftOut(Endpoint endpoint, int status, long durationNanos) {
        RequestTiming request = ended(endpoint, status, durationNanos);
        request.kept = false;
        return request;
    }

    /**
     * A batch on its way, as a recorder sends it.
     *
     * @param costNanos what the recorder says that recording has cost
     */
    public static Batch sent(long costNanos, RequestTiming... requests) {
        Batch batch = new Batch();
        for (RequestTiming request : requests) {
            boolean unused = batch.add(request, request.endpoint);
        }
        batch.send(1_000_000_000L, AT_NANOS, 0, costNanos);
        return batch;
    }
}
