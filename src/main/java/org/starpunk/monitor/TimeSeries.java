package org.starpunk.monitor;

import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/** Time series of the whole site: a circular buffer of points for each column. */
final class TimeSeries {

    /** Column of a point. {@link #NONE} stands for an unknown value. */
    enum SeriesColumn {
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

        SeriesColumn(String jsonName) {
            this.jsonName = jsonName;
        }
    }

    static final int NONE = -1;

    private static final Set<SeriesColumn> COUNTS =
            EnumSet.of(SeriesColumn.REQUESTS, SeriesColumn.ERRORS, SeriesColumn.QUERIES, SeriesColumn.GC_MILLIS);

    // An EnumMap refers to a Class object, through which the measurement of the retained size would reach the whole
    // heap.
    private final Map<SeriesColumn, int[]> values = new TreeMap<>();
    private final int stepSeconds;
    private final int points;
    private long first;

    /** @param firstSecond number of the first second, which belongs to the first point */
    TimeSeries(int stepSeconds, int points, long firstSecond) {
        this.stepSeconds = stepSeconds;
        this.points = points;
        this.first = firstSecond / stepSeconds;
        for (SeriesColumn column : SeriesColumn.values()) {
            values.put(column, new int[points]);
        }
        startPoint(first);
    }

    int stepSeconds() {
        return stepSeconds;
    }

    /** Returns the capacity in points. */
    int points() {
        return points;
    }

    /** Writes the retained points. {@code last} is the number of the current point. */
    void write(BinaryCodec binaryCodec, long last) {
        binaryCodec.put(last - oldestPoint(last));
        for (SeriesColumn column : SeriesColumn.values()) {
            for (long point = oldestPoint(last); point <= last; point++) {
                binaryCodec.put(get(point, column));
            }
        }
    }

    /**
     * Reads points that {@link #write} has written. The last of them gets the number {@code last}.
     *
     * @return number of the first point
     * @throws IllegalArgumentException if there are more points than numbers up to {@code last}
     */
    long read(BinaryCodec binaryCodec, long last) {
        long oldest = last - binaryCodec.takeLength();
        if (oldest < 0) {
            throw new IllegalArgumentException("the state of a node has a point before the first: " + oldest);
        }
        for (SeriesColumn column : SeriesColumn.values()) {
            for (long point = oldest; point <= last; point++) {
                set(point, column, binaryCodec.readVarint());
            }
        }
        return oldest;
    }

    /** Merges the points of another series: the maximum for percentiles and lag, the sum for other columns. */
    void absorb(TimeSeries other, long last) {
        long held = oldestPoint(last);
        first = Math.min(first, other.first);
        for (long point = oldestPoint(last); point < held; point++) {
            startPoint(point);
        }
        for (long point = other.oldestPoint(last); point <= last; point++) {
            for (SeriesColumn column : SeriesColumn.values()) {
                int theirs = other.get(point, column);
                if (theirs == NONE) {
                    continue;
                }
                switch (column) {
                    case P50_MICROS, P95_MICROS, P99_MICROS, LAG_MICROS -> setMaximum(point, column, theirs);
                    default -> set(point, column, Math.max(0, get(point, column)) + (long) theirs);
                }
            }
        }
    }

    /** Starts a point: counts are 0, other columns unknown. */
    void startPoint(long point) {
        for (SeriesColumn column : SeriesColumn.values()) {
            set(point, column, COUNTS.contains(column) ? 0 : NONE);
        }
    }

    void add(long point, SeriesColumn column, long amount) {
        set(point, column, get(point, column) + amount);
    }

    void set(long point, SeriesColumn column, long value) {
        of(column)[(int) (point % points)] = (int) Math.min(Integer.MAX_VALUE, value);
    }

    void setMaximum(long point, SeriesColumn column, long value) {
        set(point, column, Math.max(get(point, column), value));
    }

    int get(long point, SeriesColumn column) {
        return of(column)[(int) (point % points)];
    }

    private int[] of(SeriesColumn column) {
        return Objects.requireNonNull(values.get(column));
    }

    /** Returns the oldest retained point if {@code point} is the current point. */
    long oldestPoint(long point) {
        return Math.max(first, point - points + 1);
    }

    int bytes() {
        return 100 + SeriesColumn.values().length * (16 + 4 * points + 4);
    }
}
