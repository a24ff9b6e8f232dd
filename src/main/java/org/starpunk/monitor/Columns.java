package org.starpunk.monitor;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** One time series of the whole site: columns of points, the oldest of which makes room for the next. */
final class Columns {

    /** What a point holds; {@link #NONE} stands for unknown. */
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

    private final Map<Column, int[]> values = new EnumMap<>(Column.class);
    private final int stepSeconds;
    private final int points;
    private final long first;

    /** @param firstSecond the number of the first second, which falls into the first point */
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

    /** A point begins: counts are 0, all else is unknown. */
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

    /** The first point that is still held when the present one is a given one. */
    long oldest(long point) {
        return Math.max(first, point - points + 1);
    }

    /** The sum of all points held. */
    long sum(Column column) {
        return Arrays.stream(of(column)).asLongStream().sum();
    }

    int bytes() {
        return 100 + Column.values().length * (16 + 4 * points + 4);
    }
}
