package org.starpunk.monitor;

import java.util.Arrays;

/** How often requests took how long, over time: columns of counts, two rows to each doubling of the duration. */
final class HeatMap {

    static final int ROWS = Buckets.COUNT / 8;

    private static final int BUCKETS_PER_ROW = 8;

    private final int stepSeconds;
    private final int columns;
    private long first;
    private final int[] counts;

    /** @param firstSecond the number of the first second, which falls into the first column */
    HeatMap(int stepSeconds, int columns, long firstSecond) {
        this.stepSeconds = stepSeconds;
        this.columns = columns;
        this.first = firstSecond / stepSeconds;
        this.counts = new int[columns * ROWS];
    }

    int stepSeconds() {
        return stepSeconds;
    }

    /** A column begins: it is emptied. */
    void begin(long column) {
        int from = place(column);
        Arrays.fill(counts, from, from + ROWS, 0);
    }

    void add(long column, Histogram durations) {
        int from = place(column);
        for (int bucket = durations.firstBucket(); bucket < durations.endBucket(); bucket++) {
            counts[from + bucket / BUCKETS_PER_ROW] += durations.inBucket(bucket);
        }
    }

    /** Adds a histogram to the counts of one column. */
    static void addTo(int[] counts, Histogram durations) {
        for (int bucket = durations.firstBucket(); bucket < durations.endBucket(); bucket++) {
            counts[bucket / BUCKETS_PER_ROW] += durations.inBucket(bucket);
        }
    }

    /** Writes all columns that are held when the present one is a given one. */
    void write(Wire wire, long last) {
        wire.put(last - oldest(last));
        for (long column = oldest(last); column <= last; column++) {
            for (int row = 0; row < ROWS; row++) {
                if (get(column, row) > 0) {
                    wire.put(row);
                    wire.put(get(column, row));
                }
            }
            wire.put(ROWS);
        }
    }

    /** Reads what was written, so that its last column has a given number here. */
    void read(Wire wire, long last) {
        for (long column = last - wire.takeLength(); column <= last; column++) {
            for (int row = wire.takeInt(); row != ROWS; row = wire.takeInt()) {
                counts[place(column) + Math.floorMod(row, ROWS)] = wire.takeInt();
            }
        }
    }

    /** Adds the counts of another one, of the same columns. */
    void absorb(HeatMap other) {
        first = Math.min(first, other.first);
        Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    }

    /** The first column that is still held when the present one is a given one. */
    long oldest(long column) {
        return Math.max(first, column - columns + 1);
    }

    int get(long column, int row) {
        return counts[place(column) + row];
    }

    /** The shortest duration of a row, nanoseconds. */
    static long lowerNanos(int row) {
        return Buckets.lower(row * BUCKETS_PER_ROW);
    }

    private int place(long column) {
        return (int) (column % columns) * ROWS;
    }

    int bytes() {
        return 48 + 4 * counts.length;
    }
}
