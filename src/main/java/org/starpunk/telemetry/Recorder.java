package org.starpunk.telemetry;

import io.vertx.core.Vertx;
import java.util.Map;

/**
 * Where the server says what it did.
 *
 * <p>One recorder belongs to one verticle and is used on that verticle's event loop. It never fails and never waits: when the
 * monitor cannot keep up, events are dropped and counted. With the monitor off, the recorder is {@link #none()}: the code that is
 * measured asks no question.
 *
 * <pre>{@code
 * recorder.record(OperationType.RENDER, "thumbnail_made", tookNanos, Map.of("width", 640), false);
 * }</pre>
 */
public interface Recorder {

    /** The monitor switched off: records nothing, reads no clock. */
    static Recorder none() {
        return NoRecorder.INSTANCE;
    }

    /**
     * A recorder for the calling verticle, whose timings go to the metrics verticle in batches.
     *
     * @param vertx the Vert.x instance; called on the event loop that the recorder will be used on
     * @param sampling decides which operations enter the ring
     */
    static Recorder toBus(Vertx vertx, Sampling sampling) {
        return BusRecorder.start(vertx, sampling);
    }

    /** Says which verticle's recorder it is, for the lags of the event loops. */
    default Recorder named(String verticle) {
        return this;
    }

    /** A request has arrived; its timing is lent until {@link #requestEnded}. Its id is set, with the monitor off too. */
    RequestTiming requestStarted();

    /**
     * A request has ended, whatever ended it. Called exactly once for each one started.
     *
     * @param request what {@link #requestStarted()} lent
     * @param endpoint the route that answered
     * @param status the response's status
     * @param requestBytes the size of the request's body, 0 when unknown
     * @param responseBytes the size of the response's body, 0 when unknown
     */
    void requestEnded(RequestTiming request, Endpoint endpoint, int status, long requestBytes, long responseBytes);

    /** A statement was run. */
    void query(QueryTiming query);

    /**
     * The monotonic clock, {@link System#nanoTime()}; 0 when nothing is recorded, so that whoever measures can leave it. May be
     * called on any thread.
     */
    long now();

    /** Whether sampling keeps an operation of this type in the ring: asked once per operation, by whoever measures it, on any
     * thread. */
    boolean sample(OperationType type);

    /** The shortest time, nanoseconds, from which a statement is slow; {@link Long#MAX_VALUE} when nothing is recorded. May be
     * called on any thread. */
    long slowQueryNanos();

    /**
     * Records a custom metric point. It belongs to the request that the calling code works for, if there is one.
     *
     * @param type what kind of work it was
     * @param name a constant, never a value from outside
     * @param durationNanos how long it took, nanoseconds, at least 0
     * @param metadata what else is known, without secrets
     * @param force true to keep it whatever the sampling rate
     * @return whether it entered the ring; false when sampling left it out, when it was dropped, and when the monitor is off
     */
    boolean record(OperationType type, String name, long durationNanos, Map<String, Object> metadata, boolean force);

    /** Records a business event: always kept, of type {@link OperationType#RENDER}. */
    default void business(String name, long durationNanos, Map<String, Object> metadata) {
        boolean unused = record(OperationType.RENDER, name, durationNanos, metadata, true);
    }

    /** The present value of something that goes up and down. */
    void gauge(String name, long value);

    /** Sends what is waiting and stops its timer. */
    void close();
}
