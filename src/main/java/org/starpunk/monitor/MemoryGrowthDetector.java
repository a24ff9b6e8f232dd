package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.ProcessMemory.MemoryReading;

/**
 * Retains the newest reading of the process's memory and the peak, and detects unbounded growth.
 *
 * <p>The memory of a JVM grows for a while after each start: it compiles code, fills caches, and takes heap up to its
 * limit. Growth is therefore evaluated after ten minutes and ten thousand requests, or, on a quiet site, once the
 * committed heap is stable.
 */
final class MemoryGrowthDetector {

    private static final long WARM_UP_MILLIS = 600_000;
    private static final long WARM_UP_REQUESTS = 10_000;
    private static final double SAME_HEAP = 1.05;

    private final long mostGrowth;
    private final HeapLeakDetector heapLeak = new HeapLeakDetector();
    private final NativeGrowthDetector nativeGrowth = new NativeGrowthDetector();
    private @Nullable MemoryReading latest;
    private long readMillis;
    private long firstMillis = -1;
    private long peak = -1;
    private long baseline = -1;
    private long settledHeap;
    private long settledSince;
    private boolean judging;

    /**
     * @param mostGrowth maximum growth of resident memory above the baseline without a warning, bytes; 0 disables this
     *     rule
     */
    MemoryGrowthDetector(long mostGrowth) {
        this.mostGrowth = mostGrowth;
    }

    /** Adds the reading from which growth is measured. */
    void baseline(MemoryReading reading, long atMillis) {
        baseline = reading.rss();
        accept(reading, atMillis, 0);
    }

    /**
     * Adds a reading.
     *
     * @param atMillis time of the reading on a monotonic clock, milliseconds
     * @param requests requests since the start
     */
    void accept(MemoryReading reading, long atMillis, long requests) {
        latest = reading;
        peak = Math.max(peak, Math.max(reading.peak(), reading.rss()));
        if (firstMillis < 0) {
            firstMillis = atMillis;
            settledSince = atMillis;
        }
        if (reading.heapCommitted() > settledHeap * SAME_HEAP) {
            settledHeap = reading.heapCommitted();
            settledSince = atMillis;
        }
        long age = atMillis - firstMillis;
        judging = age >= WARM_UP_MILLIS && (requests >= WARM_UP_REQUESTS || atMillis - settledSince >= WARM_UP_MILLIS);
        heapLeak.accept(reading, atMillis, judging);
        nativeGrowth.accept(reading, atMillis, age, judging);
    }

    /** Sets the wall-clock time of the newest reading. */
    void readAt(long wallMillis) {
        readMillis = wallMillis;
    }

    /** Returns the newest reading; null before the first. */
    @Nullable
    MemoryReading latest() {
        return latest;
    }

    /** Shifts the time of the reading after an adjustment of the wall clock. */
    void shift(long millis) {
        readMillis += millis;
    }

    long readMillis() {
        return readMillis;
    }

    /**
     * Returns the heap in use at the newest reading, bytes. Before the first reading, returns the current heap in use.
     */
    long heapBytes() {
        return latest == null ? GcStats.heapBytes() : latest.heap();
    }

    /** Returns the maximum resident memory since the start, bytes; -1 if unknown. */
    long highWater() {
        return peak;
    }

    /** Returns the resident memory 5 s after the start, bytes; -1 before that, and if unknown. */
    long baseline() {
        return baseline;
    }

    /** Returns the growth of resident memory above the baseline, bytes. It may be negative. */
    long growth() {
        MemoryReading reading = latest;
        return reading == null || baseline < 0 || reading.rss() < 0 ? 0 : reading.rss() - baseline;
    }

    /** Returns whether the baseline rule is enabled and resident memory has grown by more than its limit. */
    boolean grown() {
        return mostGrowth > 0 && growth() > mostGrowth;
    }

    /** Returns whether the warm-up is over, so that heap and native memory are evaluated. */
    boolean judging() {
        return judging;
    }

    HeapLeakDetector heapLeak() {
        return heapLeak;
    }

    NativeGrowthDetector nativeGrowth() {
        return nativeGrowth;
    }

    static int bytes() {
        return 160 + NativeGrowthDetector.BYTES;
    }
}
