package org.starpunk.telemetry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A batch of events for the metrics verticle, sent as one message.
 *
 * <p>A recorder owns a few batches and fills them in turn. A sent batch belongs to the metrics verticle until it calls
 * {@link #release()}; then the recorder may fill it again. While all batches are in transit, events are dropped and
 * counted, so that a slow or dead monitor costs neither memory nor time.
 */
public final class EventBatch {

    /** Maximum number of events in a message. */
    static final int CAPACITY = 256;

    /** Maximum number of statements in a message, excluding those of its last request. */
    static final int STATEMENTS = 256;

    /*
     * Why numbers in columns
     *
     * A batch is written on one core and read on another. Cross-core transfer costs ~100 ns per scattered cache line
     * and almost nothing for sequential ones. So a request's own object stays with its event loop, and its numbers are
     * transferred in one array. Besides the numbers, the batch refers to the endpoint, which the reader has cached
     * already, and to the statements, if any.
     */

    private static final int NUMBERS = 6;
    private static final int MORE_NUMBERS = 7;
    private static final long MOST_MICROS = 0xFFFF_FFFFL;
    private static final int RETAINED_FLAG = 1 << 17;
    static final int HIT = 1 << 18;
    static final int MISS = 1 << 19;
    private static final int MORE = 1 << 20;
    private static final int OUTCOME_SHIFT = 21;
    private static final int OUTCOME_MASK = 7;
    private static final int PERCENT_SHIFT = 24;
    private static final int PERCENT_MASK = 127;

    /** Retained size in bytes, without the events and the statements of requests. */
    static final long BYTES =
            64 + 2 * (16 + 4 * CAPACITY) + 16 + 8 * CAPACITY * NUMBERS + 16 + 8 * CAPACITY * MORE_NUMBERS;

    /** One element per event: the event itself, or the endpoint of a request. */
    private final @Nullable Object[] references = new @Nullable Object[CAPACITY];

    /** Statements of each request that has run any. */
    private final @Nullable List<QueryTiming>[] queries = lists();

    /** For requests with very many statements: number of executions of each shape after the listed ones, by index. */
    private final Map<Integer, Map<SqlShape, Integer>> laterQueries = new HashMap<>(2);

    private final long[] numbers = new long[CAPACITY * NUMBERS];

    /**
     * Numbers that are zero for most requests, such as the duration of statements, in a separate array that other
     * requests do not touch.
     */
    private final long[] more = new long[CAPACITY * MORE_NUMBERS];

    private int size;
    private int statements;
    long sentNanos;
    private long dropped;
    private long costNanos;
    private long wallOffsetNanos;
    private volatile boolean inFlight;
    private volatile boolean givenUp;

    EventBatch() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable List<QueryTiming>[] lists() {
        return new List[CAPACITY];
    }

    /**
     * Adds an event.
     *
     * @return whether the batch is full and must be sent now
     */
    boolean add(TelemetryEvent event) {
        references[size++] = event;
        return size == CAPACITY;
    }

    /**
     * Adds the data of a request, whose object may then be reused.
     *
     * @return whether the batch must be sent now: it is full, or contains so many statements that a few more such
     *     batches would fill the heap
     */
    boolean add(RequestTiming request, Endpoint endpoint) {
        int place = size++;
        references[place] = endpoint;
        write(request, place);
        if (request.queryCount > 0) {
            queries[place] = request.queries;
            request.queries = List.of();
            statements += request.queryCount;
            Map<SqlShape, Integer> later = request.laterQueries;
            if (later != null) {
                laterQueries.put(place, later);
                request.laterQueries = null;
            }
        }
        return size == CAPACITY || statements >= STATEMENTS;
    }

    private void write(RequestTiming request, int place) {
        boolean hasMore = (request.renderNanos
                                | request.loopNanos
                                | request.requestBytes
                                | request.queryCount
                                | request.receiveNanos
                                | request.sendNanos)
                        != 0
                || request.allocatedBytes >= 0;
        int at = place * NUMBERS;
        long[] to = numbers;
        to[at] = request.id;
        to[at + 1] = request.startNanos;
        to[at + 2] = request.durationNanos;
        to[at + 3] = request.headNanos;
        to[at + 4] = request.responseBytes;
        to[at + 5] = (long) request.queryCount << 32
                | request.cacheBits
                | (hasMore ? MORE : 0)
                | (request.retained ? RETAINED_FLAG : 0)
                | request.outcome.number() << OUTCOME_SHIFT
                | request.sentPercent << PERCENT_SHIFT
                | request.status;
        if (hasMore) {
            writeMore(request, place * MORE_NUMBERS);
        }
    }

    private void writeMore(RequestTiming request, int at) {
        long[] to = more;
        to[at] = request.requestBytes;
        to[at + 1] = request.allocatedBytes;
        to[at + 2] = request.renderNanos;
        to[at + 3] = request.loopNanos;
        to[at + 4] = request.waitNanos;
        to[at + 5] = request.executeNanos;
        to[at + 6] = micros(request.receiveNanos) << 32 | micros(request.sendNanos);
    }

    /** Converts a duration to microseconds in 32 bits, at most 71 minutes, so that two fit into one number. */
    private static long micros(long nanos) {
        return Math.min(MOST_MICROS, nanos / 1_000);
    }

    private void read(RequestTiming request, int place) {
        int at = place * NUMBERS;
        long[] from = numbers;
        request.id = from[at];
        request.startNanos = from[at + 1];
        request.durationNanos = from[at + 2];
        request.headNanos = from[at + 3];
        request.responseBytes = from[at + 4];
        int small = (int) from[at + 5];
        request.queryCount = (int) (from[at + 5] >>> 32);
        request.cacheBits = small & (HIT | MISS);
        request.retained = (small & RETAINED_FLAG) != 0;
        request.outcome = Outcome.at(small >>> OUTCOME_SHIFT & OUTCOME_MASK);
        request.sentPercent = small >>> PERCENT_SHIFT & PERCENT_MASK;
        request.status = small & 0xFFFF;
        boolean hasMore = (small & MORE) != 0;
        int rest = place * MORE_NUMBERS;
        request.requestBytes = hasMore ? more[rest] : 0;
        request.allocatedBytes = hasMore ? more[rest + 1] : -1;
        request.renderNanos = hasMore ? more[rest + 2] : 0;
        request.loopNanos = hasMore ? more[rest + 3] : 0;
        request.waitNanos = hasMore ? more[rest + 4] : 0;
        request.executeNanos = hasMore ? more[rest + 5] : 0;
        request.receiveNanos = hasMore ? (more[rest + 6] >>> 32) * 1_000 : 0;
        request.sendNanos = hasMore ? (more[rest + 6] & MOST_MICROS) * 1_000 : 0;
        request.atNanos =
                request.startNanos + request.receiveNanos + request.durationNanos + request.sendNanos + wallOffsetNanos;
        List<QueryTiming> ran = queries[place];
        request.queries = ran == null ? List.of() : ran;
        request.laterQueries = laterQueries.isEmpty() ? null : laterQueries.get(place);
    }

    /** Returns whether it has room for a number of events. */
    boolean hasRoom(int events) {
        return size + events < CAPACITY;
    }

    /** Returns the number of events. */
    int size() {
        return size;
    }

    /** Prepares the batch for being filled again. */
    void clear() {
        size = 0;
        statements = 0;
    }

    boolean isInFlight() {
        return inFlight;
    }

    /**
     * Marks the batch as in transit.
     *
     * @param nowNanos monotonic time of sending
     * @param wallOffset difference between the wall clock and the monotonic clock, nanoseconds
     * @param droppedBefore number of events dropped since the last batch
     * @param cost cost of recording since then, nanoseconds
     */
    void send(long nowNanos, long wallOffset, long droppedBefore, long cost) {
        sentNanos = nowNanos;
        wallOffsetNanos = wallOffset;
        dropped = droppedBefore;
        costNanos = cost;
        inFlight = true;
    }

    /** Marks the batch as lost: its recorder counts its events as dropped, and a late reader gets none. */
    void discard() {
        givenUp = true;
    }

    /** Returns the number of events that the recorder has dropped since the last batch that arrived. */
    public long dropped() {
        return dropped;
    }

    /** Returns the estimated cost of recording on the event loop since the last batch, in nanoseconds of its thread. */
    public long costNanos() {
        return costNanos;
    }

    /**
     * Passes each event to a reader, in chronological order. All requests are passed in one reused object; the reader
     * must copy what it retains.
     */
    public void forEach(Consumer<TelemetryEvent> reader) {
        if (givenUp) {
            return;
        }
        RequestTiming request = new RequestTiming(Recorder.none());
        for (int i = 0; i < size; i++) {
            Object event = references[i];
            if (event instanceof Endpoint endpoint) {
                request.endpoint = endpoint;
                read(request, i);
                reader.accept(request);
            } else if (event instanceof TelemetryEvent other) {
                reader.accept(other);
            }
        }
    }

    /** Returns the batch to its recorder and releases its contents. The metrics verticle must not use it afterwards. */
    public void release() {
        Arrays.fill(references, 0, size, null);
        if (statements > 0) {
            Arrays.fill(queries, 0, size, null);
            laterQueries.clear();
        }
        inFlight = false;
    }

    /** Passes a batch by reference, inside the process. */
    public static final class EventBatchCodec implements MessageCodec<EventBatch, EventBatch> {

        @Override
        public EventBatch transform(EventBatch batch) {
            return batch;
        }

        @Override
        public void encodeToWire(Buffer buffer, EventBatch batch) {
            throw new IllegalStateException("batches of timings never leave the process");
        }

        @Override
        public EventBatch decodeFromWire(int position, Buffer buffer) {
            throw new IllegalStateException("batches of timings never leave the process");
        }

        @Override
        public String name() {
            return "starpunk.batch";
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
