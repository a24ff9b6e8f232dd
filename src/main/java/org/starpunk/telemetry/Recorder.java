package org.starpunk.telemetry;

import io.vertx.core.Vertx;
import java.util.Map;

/**
 * Recording API of the monitor.
 *
 * <p>A recorder belongs to one verticle and is used on that verticle's event loop. It never fails and never waits: if
 * the monitor cannot keep up, events are dropped and counted. With the monitor disabled, the recorder is
 * {@link #none()}, so that instrumented code needs no condition.
 *
 * <pre>{@code
 * recorder.record(OperationType.RENDER, "thumbnail_made", tookNanos, Map.of("width", 640), false);
 * }</pre>
 */
public interface Recorder {

    /** Returns the recorder of a disabled monitor. It records nothing and reads no clock. */
    static Recorder none() {
        return NoopRecorder.INSTANCE;
    }

    /**
     * Returns a recorder for the calling verticle, which sends batches to the metrics verticle. Must be called on the
     * event loop that will use it.
     *
     * @param vertx the Vert.x instance
     * @param sampling sampling rates for the ring buffer
     */
    static Recorder toBus(Vertx vertx, SamplingRates sampling) {
        return BusRecorder.start(vertx, sampling);
    }

    /** Sets the name of the verticle, for the delays of the event loops. */
    default Recorder forVerticle(String verticle) {
        return this;
    }

    /**
     * Records the start of a request. Its timing object is valid until {@link #requestEnded}. The id is set even if the
     * monitor is disabled.
     */
    RequestTiming requestStarted();

    /**
     * Records the end of a request, for whatever reason. Must be called exactly once per started request.
     *
     * @param request the object from {@link #requestStarted()}
     * @param endpoint route of the request
     * @param status status of the response
     * @param requestBytes size of the request body; 0 if unknown
     * @param responseBytes size of the response body; 0 if unknown
     */
    void requestEnded(RequestTiming request, Endpoint endpoint, int status, long requestBytes, long responseBytes);

    /** Records an executed statement. */
    void query(QueryTiming query);

    /**
     * Returns the monotonic clock, {@link System#nanoTime()}; 0 if the monitor is disabled, so that callers can skip
     * measuring. Thread-safe.
     */
    long now();

    /**
     * Returns whether an operation is sampled for the ring buffer. Thread-safe.
     *
     * @param requestId this request's half of the request id; 0 without a request; all operations of a request get the
     *     same result
     */
    boolean sample(OperationType type, long requestId);

    /**
     * Returns the slow query threshold, nanoseconds; {@link Long#MAX_VALUE} if the monitor is disabled. Thread-safe.
     */
    long slowQueryNanos();

    /**
     * Records a custom metric point for the current request, if there is one.
     *
     * @param type type of the work
     * @param name a constant; never external input
     * @param durationNanos duration, nanoseconds, at least 0
     * @param metadata additional data, without secrets
     * @param force whether to ignore the sampling rate
     * @return whether it entered the ring buffer; false if it was not sampled, was dropped, or the monitor is disabled
     */
    boolean record(OperationType type, String name, long durationNanos, Map<String, Object> metadata, boolean force);

    /** Records a business event of type {@link OperationType#RENDER}, independent of sampling. */
    default void business(String name, long durationNanos, Map<String, Object> metadata) {
        boolean unused = record(OperationType.RENDER, name, durationNanos, metadata, true);
    }

    /** Records the current value of a quantity that rises and falls. */
    void gauge(String name, long value);

    /** Sends the pending events and stops the timer. */
    void close();
}
