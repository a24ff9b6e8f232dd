package org.starpunk.monitor;

import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Time series of the whole site: a circular buffer of points for each column. */
final class Columns {

    /** Column of a point. {@link #NONE} stands for an unknown value. */
    enum Column {
        REQUESTS("requests"),
        ERRORS("errors"),
        QUERIES("queries"),
        P50_MICROS("p50_ms"),
        P95_MICROS("p95_ms"),
        P99_MICROS("p99_ms"),
        RSS_KIB("rss_bytes"),
        HEAP_KIB("heap_bytes"),
        GC_MILLIS("gc_ms"),
        LAG_MICROS("lag_ms");

        final String jsonName;

        Column(String jsonName) {
            this.jsonName = jsonName;
        }
    }

    static final int NONE = -1;

    private static final Set<Column> COUNTS =
            EnumSet.of(Column.REQUESTS, Column.ERRORS, Column.QUERIES, Column.GC_MILLIS);

    // An EnumMap refers to a Class object, through which the measurement of the retained size would reach the whole
    // heap.
    private final Map<Column, int[]> values = new TreeMap<>();
    private final int stepSeconds;
    private final int points;
    private long first;

    /** @param firstSecond number of the first second, which belongs to the first point */
    Columns(int stepSeconds, int points, long firstSecond) {
        this.stepSeconds = stepSeconds;
        this.points = points;
        this.first = firstSecond / stepSeconds;
        for (Column column : Column.values()) {
            values.put(column, new int[points]);
        }
        begin(first);
    }

    int stepSeconds() {
        return stepSeconds;
    }

    /** Returns the capacity in points. */
    int points() {
        return points;
    }

    /** Writes the retained points. {@code last} is the number of the current point. */
    void write(Wire wire, long last) {
        wire.put(last - oldest(last));
        for (Column column : Column.values()) {
            for (long point = oldest(last); point <= last; point++) {
                wire.put(get(point, column));
            }
        }
    }

    /**
     * Reads points that {@link #write} has written. The last of them gets the number {@code last}.
     *
     * @return number of the first point
     */
    long read(Wire wire, long last) {
        long oldest = last - wire.takeLength();
        for (Column column : Column.values()) {
            for (long point = oldest; point <= last; point++) {
                set(point, column, wire.take());
            }
        }
        return oldest;
    }

    /** Merges the points of another series: the maximum for percentiles and lag, the sum for other columns. */
    void absorb(Columns other, long last) {
        long held = oldest(last);
        first = Math.min(first, other.first);
        for (long point = oldest(last); point < held; point++) {
            begin(point);
        }
        for (long point = other.oldest(last); point <= last; point++) {
            for (Column column : Column.values()) {
                int theirs = other.get(point, column);
                if (theirs == NONE) {
                    continue;
                }
                switch (column) {
                    case P50_MICROS, P95_MICROS, P99_MICROS, LAG_MICROS -> raise(point, column, theirs);
                    default -> set(point, column, Math.max(0, get(point, column)) + (long) theirs);
                }
            }
        }
    }

    /** Starts a point: counts are 0, other columns unknown. */
    void begin(long point) {
        for (Column column : Column.values()) {
            set(point, column, COUNTS.contains(column) ? 0 : NONE);
        }
    }

    void add(long point, Column column, long amount) {
        set(point, column, get(point, column) + amount);
    }

    void set(long point, Column column, long value) {
        of(column)[(int) (point % points)] = (int) Math.min(Integer.MAX_VALUE, value);
    }

    void raise(long point, Column column, long value) {
        set(point, column, Math.max(get(point, column), value));
    }

    int get(long point, Column column) {
        return of(column)[(int) (point % points)];
    }

    private int[] of(Column column) {
        return Objects.requireNonNull(values.get(column));
    }

    /** Returns the oldest retained point if {@code point} is the current point. */
    long oldest(long point) {
        return Math.max(first, point - points + 1);
    }

    int bytes() {
        return 100 + Column.values().length * (16 + 4 * points + 4);
    }
}
