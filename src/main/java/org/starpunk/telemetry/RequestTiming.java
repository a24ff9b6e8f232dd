package org.starpunk.telemetry;

import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.spi.context.storage.AccessMode;
import io.vertx.core.spi.context.storage.ContextLocal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One request, from its head seen to its response's end.
 *
 * <p>It is reused: {@link Recorder#requestStarted()} lends it, {@link Recorder#requestEnded} takes it back. Whoever wants to
 * keep something of it copies that. Until then it is found from anywhere in the request's own context by {@link #current()}: a
 * late callback of a request that has ended finds nothing, and so cannot write into another request's numbers.
 */
public final class RequestTiming implements Event {

    /** At most this many queries are kept with a request; the histograms count every one of them all the same. */
    public static final int MAX_QUERIES = 40;

    /** What one retains, bytes. */
    static final long BYTES = 160;

    private static final ContextLocal<RequestTiming> LOCAL = ContextLocal.registerLocal(RequestTiming.class);

    long id;
    long startNanos;
    long durationNanos;
    long atNanos;
    Endpoint endpoint = Endpoint.UNMATCHED;
    int status;
    long requestBytes;
    long responseBytes;
    long renderNanos;
    long headNanos;
    long loopNanos;
    long allocatedBefore;
    long allocatedBytes;
    int begunBefore;
    boolean failed;
    boolean kept;
    int queryCount;
    long waitNanos;
    long executeNanos;
    int cacheBits;
    List<QueryTiming> queries = List.of();

    /** Whether a request was answered with a page that was kept in memory. */
    public enum Cache {
        /** It asked for no such page. */
        NONE,
        HIT,
        MISS
    }

    private final Recorder recorder;

    RequestTiming(Recorder recorder) {
        this.recorder = recorder;
    }

    /** Who records it, and what is run for it: on its event loop only. */
    public Recorder recorder() {
        return recorder;
    }

    /** Makes sure that the place in every context is reserved. Called before Vert.x is built: later is too late. */
    public static void register() {
        // Loading this class has done it.
    }

    /** The request that the running code works for, null when it works for none. */
    public static @Nullable RequestTiming current() {
        Context context = Vertx.currentContext();
        return context == null ? null : context.getLocal(LOCAL, AccessMode.CONCURRENT);
    }

    /** The id of the request that the running code works for, 0 when it works for none. */
    public static long currentId() {
        RequestTiming request = current();
        return request == null ? 0 : request.id;
    }

    /** Makes this the request of a context. */
    public void attach(Context context) {
        context.putLocal(LOCAL, AccessMode.CONCURRENT, this);
    }

    /** Takes the request out of its context: what still runs there works for no request any more. */
    public static void detach(Context context) {
        context.removeLocal(LOCAL, AccessMode.CONCURRENT);
    }

    /** The store is about to be asked: the monotonic clock, for {@link #answered}; 0 when nobody times. */
    public long asking() {
        return startNanos == 0 ? 0 : System.nanoTime();
    }

    /**
     * The store has answered. What passed on the way there and back, before the first statement and after the last, was waiting
     * for an event loop or a worker thread.
     *
     * @param askedNanos what {@link #asking()} said
     * @param timings the statements that were run, in their order
     */
    public void answered(long askedNanos, List<QueryTiming> timings) {
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

    /** A statement was run for this request. */
    public void add(QueryTiming query) {
        queryCount++;
        waitNanos += query.waitNanos();
        executeNanos += query.executeNanos();
        if (queryCount == 1) {
            queries = new ArrayList<>(4);
        }
        if (queries.size() < MAX_QUERIES) {
            queries.add(query);
        }
    }

    /** It asked for a page that may be kept in memory, and it was, or was not. */
    public void cache(boolean hit) {
        cacheBits = hit ? Batch.HIT : Batch.MISS;
    }

    /** Rendering took this long, nanoseconds; several times add up. */
    public void addRender(long nanos) {
        renderNanos += nanos;
    }

    /** The response's head has been written: what follows is the time of writing the body. */
    public void headWritten(long nowNanos) {
        headNanos = nowNanos;
    }

    /** The request ended otherwise than by a complete response: by an exception, a time-out, a client that went away. */
    public void fail() {
        failed = true;
    }

    /** A request begins. What {@link Recorder#requestEnded} sets in any case is left as it is. */
    void reset(long newId, long nowNanos) {
        id = newId;
        startNanos = nowNanos;
        renderNanos = 0;
        headNanos = 0;
        loopNanos = 0;
        allocatedBefore = -1;
        allocatedBytes = -1;
        failed = false;
        cacheBits = 0;
        if (queryCount > 0) {
            queryCount = 0;
            waitNanos = 0;
            executeNanos = 0;
            queries = List.of();
        }
    }

    /** The own half of the request's id; {@link RequestId#format} makes the whole. */
    public long id() {
        return id;
    }

    /** When it began, on the clock of {@link System#nanoTime()}; 0 when the monitor is off. */
    public long startNanos() {
        return startNanos;
    }

    /** How long it took, nanoseconds. */
    public long durationNanos() {
        return durationNanos;
    }

    /** When it ended, epoch milliseconds. */
    public long atMillis() {
        return atNanos / 1_000_000;
    }

    public Endpoint endpoint() {
        return endpoint;
    }

    /** The response's status; 499 when the client went away before there was one. */
    public int status() {
        return status;
    }

    /** The size of the request's body, bytes. */
    public long requestBytes() {
        return requestBytes;
    }

    /** The size of the response's body, bytes, as the server counted them. */
    public long responseBytes() {
        return responseBytes;
    }

    /** Time spent rendering, nanoseconds. */
    public long renderNanos() {
        return renderNanos;
    }

    /** Time from the response's head to its end, nanoseconds. */
    public long writeNanos() {
        return headNanos == 0 ? 0 : Math.max(0, startNanos + durationNanos - headNanos);
    }

    /** Time that its calls to the store waited for an event loop or a worker thread, nanoseconds. */
    public long loopNanos() {
        return loopNanos;
    }

    /** What its thread allocated while it was answered, bytes; -1 when that was not measured. */
    public long allocatedBytes() {
        return allocatedBytes;
    }

    /** Whether it is an error: a 5xx, or a response that never came to its end. */
    public boolean failed() {
        return failed || status >= 500;
    }

    /** Whether it goes into the ring (slow, failed, or chosen by sampling). */
    public boolean kept() {
        return kept;
    }

    /** How many statements it ran, the ones not kept in {@link #queries()} included. */
    public int queryCount() {
        return queryCount;
    }

    /** Time that its statements waited for a connection, nanoseconds. */
    public long waitNanos() {
        return waitNanos;
    }

    /** Time that the database worked for it, nanoseconds. */
    public long executeNanos() {
        return executeNanos;
    }

    /** Whether it was answered from memory. */
    public Cache cache() {
        return cacheBits == Batch.HIT ? Cache.HIT : cacheBits == Batch.MISS ? Cache.MISS : Cache.NONE;
    }

    /** Its first statements, at most {@link #MAX_QUERIES}. */
    public List<QueryTiming> queries() {
        return queries;
    }
}
