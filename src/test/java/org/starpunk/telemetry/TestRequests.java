package org.starpunk.telemetry;

/** Creates ended requests for tests without a recorder. */
public final class TestRequests {

    private static final long AT_NANOS = 1_795_250_000_000L * 1_000_000;

    private TestRequests() {}

    /** Returns a request of the ring buffer with the given endpoint, status and duration. */
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
        request.outcome = Outcome.of(status);
        request.requestBytes = 7;
        request.responseBytes = 1_000;
        request.retained = true;
        return request;
    }

    /** Returns the same request with a cache hit or miss. */
    public static RequestTiming cached(RequestTiming request, boolean hit) {
        request.cache(hit);
        return request;
    }

    /**
     * Makes a request whose client left during the response.
     *
     * @param percent part of the response that was sent, in percent
     */
    public static RequestTiming left(Endpoint endpoint, int percent, QueryTiming... queries) {
        RequestTiming request = ended(endpoint, 200, 1_000_000, queries);
        request.end(Outcome.CLIENT_GONE);
        request.setSentPercent(percent);
        return request;
    }

    /** Returns a request that sampling has excluded from the ring buffer. */
    public static RequestTiming leftOut(Endpoint endpoint, int status, long durationNanos) {
        RequestTiming request = ended(endpoint, status, durationNanos);
        request.retained = false;
        return request;
    }

    /**
     * Returns a batch in transit, as a recorder sends it.
     *
     * @param costNanos cost of recording
     */
    public static EventBatch sent(long costNanos, RequestTiming... requests) {
        EventBatch batch = new EventBatch();
        for (RequestTiming request : requests) {
            boolean unused = batch.add(request, request.endpoint);
        }
        batch.send(1_000_000_000L, AT_NANOS, 0, costNanos);
        return batch;
    }
}
