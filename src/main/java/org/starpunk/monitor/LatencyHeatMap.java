package org.starpunk.monitor;

import java.util.Arrays;

/** Latency heat map: request counts by time (columns) and duration (rows, two per octave). */
final class LatencyHeatMap {

    static final int ROWS = LogLinearBuckets.COUNT / 8;

    private static final int BUCKETS_PER_ROW = 8;

    private final int stepSeconds;
    private final int columns;
    private long first;
    private final int[] counts;

    /** @param firstSecond number of the first second, which belongs to the first column */
    LatencyHeatMap(int stepSeconds, int columns, long firstSecond) {
        this.stepSeconds = stepSeconds;
        this.columns = columns;
        this.first = firstSecond / stepSeconds;
        this.counts = new int[columns * ROWS];
    }

    int stepSeconds() {
        return stepSeconds;
    }

    /** Starts a column with zero counts. */
    void startColumn(long column) {
        int from = place(column);
        Arrays.fill(counts, from, from + ROWS, 0);
    }

    void add(long column, DurationHistogram durations) {
        int from = place(column);
        for (int bucket = durations.firstBucket(); bucket < durations.endBucket(); bucket++) {
            counts[from + bucket / BUCKETS_PER_ROW] += durations.inBucket(bucket);
        }
    }

    /** Adds a histogram to the counts of one column. */
    static void addTo(int[] counts, DurationHistogram durations) {
        for (int bucket = durations.firstBucket(); bucket < durations.endBucket(); bucket++) {
            counts[bucket / BUCKETS_PER_ROW] += durations.inBucket(bucket);
        }
    }

    /** Writes the retained columns. {@code last} is the number of the current column. */
    void write(BinaryCodec binaryCodec, long last) {
        binaryCodec.put(last - oldestColumn(last));
        for (long column = oldestColumn(last); column <= last; column++) {
            for (int row = 0; row < ROWS; row++) {
                if (get(column, row) > 0) {
                    binaryCodec.put(row);
                    binaryCodec.put(get(column, row));
                }
            }
            binaryCodec.put(ROWS);
        }
    }

    /**
     * Reads columns that {@link #write} has written. The last of them gets the number {@code last}.
     *
     * @throws IllegalArgumentException if there are more columns than numbers up to {@code last}
     */
    void read(BinaryCodec binaryCodec, long last) {
        long oldest = last - binaryCodec.takeLength();
        if (oldest < 0) {
            throw new IllegalArgumentException("the state of a node has a column before the first: " + oldest);
        }
        for (long column = oldest; column <= last; column++) {
            for (int row = binaryCodec.takeInt(); row != ROWS; row = binaryCodec.takeInt()) {
                counts[place(column) + Math.floorMod(row, ROWS)] = binaryCodec.takeInt();
            }
        }
    }

    /** Adds the counts of another heat map, which must be at the same column. */
    void absorb(LatencyHeatMap other) {
        first = Math.min(first, other.first);
        Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    }

    /** Returns the oldest retained column if {@code column} is the current column. */
    long oldestColumn(long column) {
        return Math.max(first, column - columns + 1);
    }

    int get(long column, int row) {
        return counts[place(column) + row];
    }

    /** Returns the shortest duration of a row, nanoseconds. */
    static long lowerNanos(int row) {
        return LogLinearBuckets.lower(row * BUCKETS_PER_ROW);
    }

    private int place(long column) {
        return (int) (column % columns) * ROWS;
    }

    int bytes() {
        return 48 + 4 * counts.length;
    }
}
