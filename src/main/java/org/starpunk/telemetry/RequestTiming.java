package org.starpunk.telemetry;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.AccessMode;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Timing of one request, from the receipt of its head to the end of its response.
 *
 * <p>The object is reused: {@link Recorder#requestStarted()} takes it from a pool, {@link Recorder#requestEnded}
 * returns it. A reader must copy the values that it retains. In between, {@link #current()} returns it anywhere in the
 * request's context. A late callback of an ended request finds no object, and so cannot change another request's
 * numbers.
 */
public final class RequestTiming implements TelemetryEvent {

    /** Maximum number of statements stored with a request. The histograms count all of them. */
    public static final int MAX_QUERIES = 40;

    /** Maximum number of shapes that are counted among the later statements. */
    private static final int MAX_LATER_SHAPES = 32;

    /** The response was not broken off. */
    public static final int WHOLE_PERCENT = 100;

    /** The response was broken off, and its size is unknown. */
    public static final int UNKNOWN_PERCENT = 127;

    /** Retained size in bytes. */
    static final long BYTES = 200;

    private static final ContextLocal<RequestTiming> LOCAL = ContextLocal.registerLocal(RequestTiming.class);

    long id;
    long startNanos;
    long durationNanos;
    long atNanos;
    Endpoint endpoint = new Endpoint(Endpoint.OTHER_METHOD, Endpoint.NO_ROUTE, false);
    int status;
    long requestBytes;
    long responseBytes;
    long renderNanos;
    long headNanos;
    long loopNanos;
    long receiveNanos;
    long sendNanos;
    int sentPercent;
    long allocatedBefore;
    long allocatedBytes;
    long begunBefore;
    Outcome outcome = Outcome.OK;
    boolean retained;
    int queryCount;
    long waitNanos;
    long executeNanos;
    int cacheBits;
    List<QueryTiming> queries = List.of();

    @Nullable
    Map<SqlShape, Integer> laterQueries;

    private @Nullable RequestWrites writes;

    /** Result of a page cache lookup. */
    public enum Cache {
        /** The request did no lookup. */
        NONE,
        HIT,
        MISS
    }

    private final Recorder recorder;

    RequestTiming(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Returns the recorder of the request and its statements, for use on its event loop. */
    public Recorder recorder() {
        return recorder;
    }

    /** Reserves the slot in every context. Must be called before Vert.x is built. */
    public static void register() {
        // Loading this class reserves the slot.
    }

    /** Returns the request of the current context; null without one. */
    public static @Nullable RequestTiming current() {
        Context context = Vertx.currentContext();
        return context == null ? null : context.getLocal(LOCAL, AccessMode.CONCURRENT);
    }

    /** Returns the id of the current context's request; 0 without one. */
    public static long currentId() {
        RequestTiming request = current();
        return request == null ? 0 : request.id;
    }

    /** Sets this as the request of a context. */
    public void attach(Context context) {
        context.putLocal(LOCAL, AccessMode.CONCURRENT, this);
    }

    /** Removes the request from a context. Code that still runs there then belongs to no request. */
    public static void detach(Context context) {
        context.removeLocal(LOCAL, AccessMode.CONCURRENT);
    }

    /** Returns the write counter of this request, for the store. Must be called on the request's event loop. */
    public RequestWrites writes() {
        RequestWrites current = writes;
        if (current == null) {
            current = new RequestWrites();
            writes = current;
        }
        return current;
    }

    /** Returns the write outcome so far of the current context's request. */
    public static RequestWrites.WriteOutcome currentOutcome() {
        RequestTiming request = current();
        RequestWrites writes = request == null ? null : request.writes;
        return writes == null ? RequestWrites.WriteOutcome.NOT_SAVED : writes.outcome();
    }

    /** Returns the monotonic time before a call of the store, for {@link #queriesCompleted}; 0 if the monitor is disabled. */
    public long queryStarted() {
        return startNanos == 0 ? 0 : System.nanoTime();
    }

    /**
     * Records a reply of the store. The time before the first statement and after the last one was spent waiting for an
     * event loop or a worker thread.
     *
     * @param askedNanos result of {@link #queryStarted()}
     * @param timings executed statements, in their order
     */
    public void queriesCompleted(long askedNanos, List<QueryTiming> timings) {
        if (askedNanos == 0) {
            return;
        }
        long took = System.nanoTime() - askedNanos;
        if (!timings.isEmpty()) {
            QueryTiming last = timings.get(timings.size() - 1);
            took -= last.startNanos() + last.totalNanos() - timings.get(0).startNanos();
        }
        loopNanos += Math.max(0, took);
        for (int i = 0; i < timings.size(); i++) {
            add(timings.get(i));
        }
    }

    /** Adds a statement that was executed for this request. */
    public void add(QueryTiming query) {
        queryCount++;
        waitNanos += query.waitNanos();
        executeNanos += query.executeNanos();
        if (queryCount == 1) {
            queries = new ArrayList<>(4);
        }
        if (queries.size() < MAX_QUERIES) {
            queries.add(query);
        } else {
            addLater(query.statement());
        }
    }

    private void addLater(SqlShape shape) {
        Map<SqlShape, Integer> later = laterQueries;
        if (later == null) {
            later = new HashMap<>();
            laterQueries = later;
        }
        if (later.size() < MAX_LATER_SHAPES || later.containsKey(shape)) {
            later.merge(shape, 1, Integer::sum);
        }
    }

    /** Records the result of a page cache lookup. */
    public void cache(boolean hit) {
        cacheBits = hit ? EventBatch.HIT : EventBatch.MISS;
    }

    /** Adds rendering time, nanoseconds. */
    public void addRender(long nanos) {
        renderNanos += nanos;
    }

    /** Records that the head of the response was written. The remaining time is that of writing the body. */
    public void headWritten(long nowNanos) {
        headNanos = nowNanos;
    }

    /** Sets how long written bytes of the response have waited for the client to accept them, nanoseconds. */
    public void sent(long waitedNanos) {
        sendNanos = waitedNanos;
    }

    /**
     * Sets how much of the response had been sent when it was broken off.
     *
     * @param percent 0 to 99, or {@link #UNKNOWN_PERCENT}
     */
    public void setSentPercent(int percent) {
        sentPercent = percent;
    }

    /** Sets the time that the server has waited for the client to send the body, nanoseconds. */
    public void received(long waitedNanos) {
        receiveNanos = waitedNanos;
    }

    /** Sets the outcome of the request. {@link Outcome#OK} is replaced by the outcome of the status. */
    public void end(Outcome how) {
        outcome = how;
    }

    /** Resets the object for a new request. Fields that {@link Recorder#requestEnded} always sets are not changed. */
    void reset(long newId, long nowNanos) {
        id = newId;
        startNanos = nowNanos;
        renderNanos = 0;
        headNanos = 0;
        loopNanos = 0;
        receiveNanos = 0;
        sendNanos = 0;
        sentPercent = WHOLE_PERCENT;
        allocatedBefore = -1;
        allocatedBytes = -1;
        outcome = Outcome.OK;
        cacheBits = 0;
        writes = null;
        if (queryCount > 0) {
            queryCount = 0;
            waitNanos = 0;
            executeNanos = 0;
            queries = List.of();
            laterQueries = null;
        }
    }

    /** Returns the second half of the request id, which {@link RequestId#format} completes. */
    public long id() {
        return id;
    }

    /** Returns the start time, on the clock of {@link System#nanoTime()}; 0 if the monitor is disabled. */
    public long startNanos() {
        return startNanos;
    }

    /** Returns the processing time in the server, nanoseconds. Excludes receiving the body and sending the response. */
    public long durationNanos() {
        return durationNanos;
    }

    /** Returns the time that the server waited for the client to send the body, nanoseconds. */
    public long receiveNanos() {
        return receiveNanos;
    }

    /** Returns the time that written bytes of the response waited for the client to accept them, nanoseconds. */
    public long sendNanos() {
        return sendNanos;
    }

    /** Returns the end time, epoch milliseconds. */
    public long atMillis() {
        return atNanos / 1_000_000;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** Returns the status of the response; 499 if the client disconnected before it had one. */
    public int status() {
        return status;
    }

    /** Returns the size of the request body, bytes. */
    public long requestBytes() {
        return requestBytes;
    }

    /** Returns the number of bytes of the response body that were sent. */
    public long responseBytes() {
        return responseBytes;
    }

    /** Part of the response that was sent before it was broken off; {@link #WHOLE_PERCENT} if it was not, {@link #UNKNOWN_PERCENT} if its size is unknown. */
    public int sentPercent() {
        return sentPercent;
    }

    /** Returns the rendering time, nanoseconds. */
    public long renderNanos() {
        return renderNanos;
    }

    /** Returns the time from the head of the response to its end, nanoseconds. */
    public long writeNanos() {
        return headNanos == 0 ? 0 : Math.max(0, startNanos + receiveNanos + durationNanos - headNanos);
    }

    /** Returns the time that calls of the store waited for an event loop or a worker thread, nanoseconds. */
    public long loopNanos() {
        return loopNanos;
    }

    /** Returns the bytes that the thread allocated during the request; -1 if not measured. */
    public long allocatedBytes() {
        return allocatedBytes;
    }

    public Outcome outcome() {
        return outcome;
    }

    /** Returns whether the outcome is a server error. */
    public boolean failed() {
        return outcome.isFailure();
    }

    /** Returns whether the request enters the ring buffer (slow, failed, or sampled). */
    public boolean isRetained() {
        return retained;
    }

    /** Returns the number of executed statements, including those that {@link #queries()} omits. */
    public int queryCount() {
        return queryCount;
    }

    /** Returns the time that statements waited for a connection, nanoseconds. */
    public long waitNanos() {
        return waitNanos;
    }

    /** Returns the execution time of statements, nanoseconds. */
    public long executeNanos() {
        return executeNanos;
    }

    /** Returns the result of the page cache lookup. */
    public Cache cache() {
        return cacheBits == EventBatch.HIT ? Cache.HIT : cacheBits == EventBatch.MISS ? Cache.MISS : Cache.NONE;
    }

    /** Returns the number of executions of each shape after the first {@link #MAX_QUERIES} statements. */
    public Map<SqlShape, Integer> laterQueries() {
        Map<SqlShape, Integer> later = laterQueries;
        return later == null ? Map.of() : later;
    }

    /** Returns the first statements, at most {@link #MAX_QUERIES}. */
    public List<QueryTiming> queries() {
        return queries;
    }
}
