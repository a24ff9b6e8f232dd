package org.starpunk.monitor;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Outcome;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SqlShape;

/**
 * Ring buffer of the newest events. Up to a quarter of its rows is reserved for slow and failed operations. Not
 * thread-safe: it belongs to one event loop.
 */
final class EventRingBuffer {

    /*
     * Why columns
     *
     * An event is a row over seven columns of numbers and one of references: 41 bytes for any type. All events of a
     * route or an SQL shape share the reference, so writing allocates nothing. Only a point has its own object. The
     * garbage collector scans nine arrays instead of a thousand objects. The meaning of the small columns depends on
     * the reference:
     *
     *   reference    small                           first           second
     *   Endpoint     status, outcome, cache, failed  request bytes   response bytes
     *   Statement    number of the error             rows            waiting, µs
     *   Point        –                               –               –
     *
     * "extra" is the number of queries of a request, or the number of parameter sets of a statement. If the client
     * disconnected, its lower nine bits are the number of queries, at most 511, and its upper seven bits the percentage
     * of the response that was sent.
     *
     * Eviction
     *
     * A position advances over the rows, as in any ring buffer, and skips protected rows. The newest slow or failed
     * events are protected, at most a quarter of all rows. If there is one more, the oldest of them loses its
     * protection. So a thousand healthy requests per second do not evict the few that failed in the last hour.
     *
     * Readers access events in the order of their times, by number. The newest event has the number before end().
     */
    private static final int FAILED = 1 << 15;
    private static final int OUTCOME_SHIFT = 10;
    private static final int OUTCOME_MASK = 7;
    private static final int CACHE_SHIFT = 13;
    private static final int SEQUENCE_BITS = 20;
    private static final int PERCENT_SHIFT = 9;
    private static final int FEW_QUERIES = (1 << PERCENT_SHIFT) - 1;

    private final int capacity;
    private final long[] at;
    private final int[] duration;
    private final long[] requestId;
    private final int[] first;
    private final int[] second;
    private final int[] sequence;
    private final short[] small;
    private final short[] extra;
    private final @Nullable Object[] references;
    private final ErrorNameTable errors = new ErrorNameTable();

    /** Rows of the protected events, oldest first: a circular queue. */
    private final int[] protectedRows;

    private final BitSet isProtected;
    private int protectedFirst;
    private int protectedCount;
    private int hand;
    private int size;
    private long written;
    private long cleared;

    /** Rows in the order of their times; null if events were added since the last sort. */
    private int @Nullable [] order;

    /** @param capacity maximum number of events, at least 1 */
    EventRingBuffer(int capacity) {
        this.capacity = capacity;
        at = new long[capacity];
        duration = new int[capacity];
        requestId = new long[capacity];
        first = new int[capacity];
        second = new int[capacity];
        sequence = new int[capacity];
        small = new short[capacity];
        extra = new short[capacity];
        references = new @Nullable Object[capacity];
        protectedRows = new int[capacity / 4];
        isProtected = new BitSet(capacity);
    }

    /** @param isImportant whether the request was slow or failed */
    void add(RequestTiming request, Endpoint endpoint, long atMillis, boolean isImportant) {
        int row = nextRow(endpoint, atMillis, request.durationNanos(), request.id(), isImportant);
        first[row] = clamp(request.requestBytes());
        second[row] = clamp(request.responseBytes());
        int outcome = request.outcome().number() << OUTCOME_SHIFT;
        int cache = number(request.cache()) << CACHE_SHIFT;
        small[row] = (short) ((request.status() & 0x3FF) | outcome | cache | (request.failed() ? FAILED : 0));
        extra[row] = (short)
                (request.outcome() == Outcome.CLIENT_GONE
                        ? Math.min(request.queryCount(), FEW_QUERIES) | request.sentPercent() << PERCENT_SHIFT
                        : Math.min(request.queryCount(), Short.MAX_VALUE));
    }

    /** @param shape statement to retain */
    void add(QueryTiming query, SqlShape shape, long atMillis) {
        String error = query.error();
        int row = nextRow(shape, atMillis, query.totalNanos(), query.requestId(), error != null || query.slow());
        first[row] = query.rows();
        second[row] = clamp(query.waitNanos() / 1_000);
        small[row] = error == null ? 0 : (short) errors.number(error);
        extra[row] = (short) Math.min(query.batch(), Short.MAX_VALUE);
    }

    /** @param isImportant whether the point was slow */
    void add(CustomEvent point, long atMillis, long id, boolean isImportant) {
        int row = nextRow(point, atMillis, point.durationNanos(), id, isImportant);
        first[row] = 0;
        second[row] = 0;
        small[row] = 0;
        extra[row] = 0;
    }

    private int nextRow(Object reference, long atMillis, long durationNanos, long id, boolean isImportant) {
        boolean protect = isImportant && protectedRows.length > 0;
        if (protect && protectedCount == protectedRows.length) {
            isProtected.clear(protectedRows[protectedFirst]);
            protectedFirst = (protectedFirst + 1) % protectedRows.length;
            protectedCount--;
        }
        while (isProtected.get(hand)) {
            hand = (hand + 1) % capacity;
        }
        int row = hand;
        hand = (hand + 1) % capacity;
        if (protect) {
            protectedRows[(protectedFirst + protectedCount++) % protectedRows.length] = row;
            isProtected.set(row);
        }
        size = Math.min(capacity, size + 1);
        order = null;
        sequence[row] = (int) written++;
        references[row] = reference;
        at[row] = atMillis;
        duration[row] = PackedDuration.of(durationNanos);
        requestId[row] = id;
        return row;
    }

    private static int clamp(long number) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, number));
    }

    /** Returns the number of retained events. */
    int size() {
        return size;
    }

    int capacity() {
        return capacity;
    }

    /** Returns the number of events added since the start or the last {@link #clear()}. */
    long recorded() {
        return written - cleared;
    }

    /** Returns the number after that of the newest event. Numbers count all events ever added. */
    long end() {
        return written;
    }

    /** Returns the number of the oldest event; {@link #end()} if the buffer is empty. */
    long begin() {
        return written - size;
    }

    private int row(long number) {
        int[] known = order == null ? EventTimeOrder.of(at, sequence, size < capacity ? 0 : hand, size) : order;
        order = known;
        return known[(int) (number - begin())];
    }

    /** Returns an event by its number, from {@link #begin()} inclusive to {@link #end()} exclusive. */
    EventView get(long number) {
        return EventDecoder.read(this, row(number));
    }

    /** Returns the number of events added before this one, modulo 2^32. */
    int sequence(long number) {
        return sequence[row(number)];
    }

    /** Returns a permanent position of an event. Positions increase with the numbers. */
    long mark(long number) {
        int row = row(number);
        return (at[row] << SEQUENCE_BITS) | (sequence[row] & ((1 << SEQUENCE_BITS) - 1));
    }

    long atMillis(long number) {
        return at[row(number)];
    }

    long durationNanos(long number) {
        return PackedDuration.nanos(duration[row(number)]);
    }

    OperationType type(long number) {
        Object reference = references[row(number)];
        if (reference instanceof Endpoint) {
            return OperationType.HTTP;
        }
        return reference instanceof CustomEvent point ? point.type() : OperationType.DATABASE;
    }

    /** Passes all events of a type to a reader, oldest first. Null stands for all types. */
    void forEach(@Nullable OperationType only, Consumer<EventView> reader) {
        slow(0, only, reader);
    }

    /** Passes the newest events to a reader, newest first. */
    void recent(int max, Consumer<EventView> reader) {
        long stop = Math.max(begin(), written - max);
        for (long number = written - 1; number >= stop; number--) {
            reader.accept(get(number));
        }
    }

    /** Passes events of at least a duration to a reader, oldest first. Null stands for all types. */
    void slow(long thresholdNanos, @Nullable OperationType only, Consumer<EventView> reader) {
        for (long number = begin(); number < written; number++) {
            if (durationNanos(number) >= thresholdNanos && (only == null || type(number) == only)) {
                reader.accept(get(number));
            }
        }
    }

    /** Shifts all times after an adjustment of the wall clock. */
    void shift(long millis) {
        Arrays.setAll(at, row -> at[row] + millis);
    }

    /** Removes all events. The numbering continues. */
    void clear() {
        Arrays.fill(references, null);
        isProtected.clear();
        protectedCount = 0;
        hand = 0;
        size = 0;
        order = null;
        cleared = written;
    }

    @Nullable
    Object reference(int row) {
        return references[row];
    }

    long at(int row) {
        return at[row];
    }

    long duration(int row) {
        return PackedDuration.nanos(duration[row]);
    }

    long requestId(int row) {
        return requestId[row];
    }

    int first(int row) {
        return first[row];
    }

    int second(int row) {
        return second[row];
    }

    int status(int row) {
        return small[row] & 0x3FF;
    }

    Outcome outcome(int row) {
        return Outcome.at(small[row] >>> OUTCOME_SHIFT & OUTCOME_MASK);
    }

    RequestTiming.Cache cache(int row) {
        return switch ((small[row] >>> CACHE_SHIFT) & 3) {
            case 1 -> RequestTiming.Cache.HIT;
            case 2 -> RequestTiming.Cache.MISS;
            default -> RequestTiming.Cache.NONE;
        };
    }

    private static int number(RequestTiming.Cache cache) {
        return switch (cache) {
            case NONE -> 0;
            case HIT -> 1;
            case MISS -> 2;
        };
    }

    boolean failed(int row) {
        return (small[row] & FAILED) != 0;
    }

    @Nullable
    String error(int row) {
        return small[row] == 0 ? null : errors.name(small[row]);
    }

    int queries(int row) {
        return outcome(row) == Outcome.CLIENT_GONE ? extra[row] & FEW_QUERIES : extra[row];
    }

    /** Returns the percentage of the response that was sent, for a request whose client disconnected. */
    int sentPercent(int row) {
        return (extra[row] & 0xFFFF) >>> PERCENT_SHIFT;
    }

    int extra(int row) {
        return extra[row];
    }

    /** Returns the retained size of the columns in bytes, without custom points. */
    long bytes() {
        int[] known = order;
        return 11L * 16 + 41L * capacity + capacity / 8 + (known == null ? 0 : 16 + 4L * known.length);
    }
}
