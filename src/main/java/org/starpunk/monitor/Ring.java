package org.starpunk.monitor;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Point;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Statement;

/** The newest single events; the oldest makes room for the next. Owned by one event loop. */
final class Ring {

    /*
     * Why columns
     *
     * An event is a row over six columns of numbers and one of references: 40 bytes, whatever it is. The reference is shared by
     * all events of a route or an SQL shape (only a point brings its own), so writing allocates nothing, and the garbage
     * collector sees seven arrays where it would see a thousand objects. What the small columns mean depends on the reference:
     *
     *   reference    small                  first           second
     *   Endpoint     status, failed         request bytes   response bytes
     *   Statement    error's number         rows            waiting, µs
     *   Point        –                      –               –
     *
     * "extra" is the number of queries of a request, or the number of parameter sets of a statement.
     */
    private static final int FAILED = 1 << 15;
    private static final int MAX_ERRORS = 64;

    private final int capacity;
    private final long[] at;
    private final long[] duration;
    private final long[] requestId;
    private final int[] first;
    private final int[] second;
    private final short[] small;
    private final short[] extra;
    private final @Nullable Object[] what;
    private final String[] errors = new String[MAX_ERRORS];
    private int errorCount;
    private long written;
    private long cleared;

    /** @param capacity how many events it keeps, at least 1 */
    Ring(int capacity) {
        this.capacity = capacity;
        at = new long[capacity];
        duration = new long[capacity];
        requestId = new long[capacity];
        first = new int[capacity];
        second = new int[capacity];
        small = new short[capacity];
        extra = new short[capacity];
        what = new @Nullable Object[capacity];
    }

    void add(RequestTiming request, Endpoint endpoint) {
        int row = next(endpoint, request.atMillis(), request.durationNanos(), request.id());
        first[row] = clamp(request.requestBytes());
        second[row] = clamp(request.responseBytes());
        small[row] = (short) ((request.status() & 0x3FF) | (request.failed() ? FAILED : 0));
        extra[row] = (short) Math.min(request.queryCount(), Short.MAX_VALUE);
    }

    /** @param statement what to keep of its statement */
    void add(QueryTiming query, Statement statement) {
        int row = next(statement, query.atMillis(), query.totalNanos(), query.requestId());
        first[row] = query.rows();
        second[row] = clamp(query.waitNanos() / 1_000);
        String error = query.error();
        small[row] = error == null ? 0 : (short) errorNumber(error);
        extra[row] = (short) Math.min(query.batch(), Short.MAX_VALUE);
    }

    /** @param point what happened; the same one may stand for several that differ in time and request only */
    void add(Point point, long atMillis, long id) {
        int row = next(point, atMillis, point.durationNanos(), id);
        first[row] = 0;
        second[row] = 0;
        small[row] = 0;
        extra[row] = 0;
    }

    private int next(Object reference, long atMillis, long durationNanos, long id) {
        int row = (int) (written++ % capacity);
        what[row] = reference;
        at[row] = atMillis;
        duration[row] = durationNanos;
        requestId[row] = id;
        return row;
    }

    private static int clamp(long number) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, number));
    }

    /** Kinds of failure are few: each has a number, from 1 on; when there are too many, the rest shares the last. */
    private int errorNumber(String error) {
        for (int i = 0; i < errorCount; i++) {
            if (errors[i].equals(error)) {
                return i + 1;
            }
        }
        if (errorCount < MAX_ERRORS) {
            errors[errorCount] = errorCount == MAX_ERRORS - 1 ? "other" : error;
            errorCount++;
        }
        return errorCount;
    }

    /** The number of events it holds. */
    int size() {
        return (int) Math.min(written - cleared, capacity);
    }

    int capacity() {
        return capacity;
    }

    /** How many events have entered since the start, or since it was last cleared. */
    long recorded() {
        return written - cleared;
    }

    /** The number that the next event will get; events are numbered from 0 on as they are written. */
    long end() {
        return written;
    }

    /** The number of the oldest event that it holds; {@link #end()} when it is empty. */
    long begin() {
        return written - size();
    }

    /** The event of a number from {@link #begin()} to before {@link #end()}. */
    Metric get(long number) {
        return RingRow.read(this, (int) (number % capacity));
    }

    long atMillis(long number) {
        return at[(int) (number % capacity)];
    }

    long durationNanos(long number) {
        return duration[(int) (number % capacity)];
    }

    OperationType type(long number) {
        Object reference = what[(int) (number % capacity)];
        if (reference instanceof Endpoint) {
            return OperationType.HTTP;
        }
        return reference instanceof Point point ? point.type() : OperationType.DATABASE;
    }

    /** All events, oldest to newest, or those of one type. */
    void forEach(@Nullable OperationType only, Consumer<Metric> reader) {
        for (long number = begin(); number < written; number++) {
            if (only == null || type(number) == only) {
                reader.accept(get(number));
            }
        }
    }

    /** The newest events, newest first. */
    void recent(int most, Consumer<Metric> reader) {
        long stop = Math.max(begin(), written - most);
        for (long number = written - 1; number >= stop; number--) {
            reader.accept(get(number));
        }
    }

    /** Events of at least a duration, oldest to newest, of all types or of one. */
    void slow(long thresholdNanos, @Nullable OperationType only, Consumer<Metric> reader) {
        for (long number = begin(); number < written; number++) {
            if (durationNanos(number) >= thresholdNanos && (only == null || type(number) == only)) {
                reader.accept(get(number));
            }
        }
    }

    /** Forgets all events; the numbering goes on. */
    void clear() {
        Arrays.fill(what, null);
        cleared = written;
    }

    @Nullable
    Object what(int row) {
        return what[row];
    }

    long at(int row) {
        return at[row];
    }

    long duration(int row) {
        return duration[row];
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

    boolean failed(int row) {
        return (small[row] & FAILED) != 0;
    }

    @Nullable
    String error(int row) {
        return small[row] == 0 ? null : errors[small[row] - 1];
    }

    int extra(int row) {
        return extra[row];
    }

    /** What its columns retain, bytes; custom points come on top. */
    long bytes() {
        return 8L * 16 + 40L * capacity;
    }
}
