package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.ProcessMemory.Reading;

/**
 * Stores the newest reading of the process's memory and its peak, and detects unbounded growth.
 *
 * <p>The memory of a JVM grows for a while after each start: it compiles, fills its caches, and takes heap up to its limit. So growth
 * is judged after ten minutes and ten thousand requests, or, on a quiet site, when the heap has settled.
 */
final class MemoryWatch {

    private static final long WARM_UP_MILLIS = 600_000;
    private static final long WARM_UP_REQUESTS = 10_000;
    private static final double SAME_HEAP = 1.05;

    private final long mostGrowth;
    private final HeapLeakDetector heapLeak = new HeapLeakDetector();
    private final NativeGrowthDetector nativeGrowth = new NativeGrowthDetector();
    private @Nullable Reading latest;
    private long readMillis;
    private long firstMillis = -1;
    private long peak = -1;
    private long baseline = -1;
    private long settledHeap;
    private long settledSince;
    private boolean judging;

    /**
     * @param mostGrowth largest growth of resident memory above the baseline without a warning, bytes; 0 switches this rule off
     */
    MemoryWatch(long mostGrowth) {
        this.mostGrowth = mostGrowth;
    }

    /** Takes a reading as the one that growth is measured from. */
    void baseline(Reading reading, long atMillis) {
        baseline = reading.rss();
        accept(reading, atMillis, 0);
    }

    /**
     * Adds a reading.
     *
     * @param atMillis time of the reading on a monotonic clock, milliseconds
     * @param requests requests since the start
     */
    void accept(Reading reading, long atMillis, long requests) {
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

    /** Sets the time of the newest reading, by the wall clock. */
    void readAt(long wallMillis) {
        readMillis = wallMillis;
    }

    /** The newest reading, null before the first. */
    @Nullable
    Reading latest() {
        return latest;
    }

    /** The wall clock was set by some milliseconds. */
    void shift(long millis) {
        readMillis += millis;
    }

    long readMillis() {
        return readMillis;
    }

    /** Returns the heap in use at the newest reading, bytes; before the first reading the heap in use now. */
    long heapBytes() {
        return latest == null ? GarbageCollection.heapBytes() : latest.heap();
    }

    /** Returns the largest resident memory since the start, bytes; -1 when unknown. */
    long highWater() {
        return peak;
    }

    /** Resident memory 5 s after the start, bytes; -1 until then, and where it is unknown. */
    long baseline() {
        return baseline;
    }

    /** Growth of resident memory above the baseline, bytes; 0 when there is none. */
    long growth() {
        Reading reading = latest;
        return reading == null || baseline < 0 || reading.rss() < 0 ? 0 : reading.rss() - baseline;
    }

    /** Returns whether the rule on the baseline is on, and resident memory has grown by more than its limit. */
    boolean grown() {
        return mostGrowth > 0 && growth() > mostGrowth;
    }

    /** Returns whether the start is over, so that heap and native memory are judged. */
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
