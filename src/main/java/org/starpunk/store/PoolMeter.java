package org.starpunk.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Meter of the read pool: connections in use, waiting callers, utilisation and waiting times. The monitor's own reads
 * are not counted. Not thread-safe: the lock of the pool guards it.
 */
final class PoolMeter {

    /* Utilisation is the integral of the connections in use over time, divided by pool size and time. It is updated at
    each change and at each read, so connections in use are included. Waiting times are counted in a histogram with
    eight buckets per doubling, so a percentile has an error of at most 5 %. Both cover the last minute: the current
    slot of 10 s and the six slots before. */
    private static final int SLOTS = 7;
    private static final long SLOT_NANOS = 10_000_000_000L;
    private static final int PER_OCTAVE = 8;
    private static final int OCTAVES = 34;

    private final int size;
    private final long[] busyNanos = new long[SLOTS];
    private final long[] exhaustedNanos = new long[SLOTS];
    private final long[] spanNanos = new long[SLOTS];
    private final int[][] waits = new int[SLOTS][OCTAVES * PER_OCTAVE];
    private int slot;
    private long slotBegan;
    private long changedAt;
    private int inUse;
    private int peak;
    private int waiting;
    private int peakWaiting;
    private long refused;
    private long uses;
    private long heldNanos;
    private long longestNanos;

    /**
     * @param size number of connections
     * @param now monotonic time, nanoseconds
     */
    PoolMeter(int size, long now) {
        this.size = size;
        this.slotBegan = now;
        this.changedAt = now;
    }

    /**
     * Records that a caller acquired a connection.
     *
     * @param waitNanos waiting time, nanoseconds
     */
    void acquired(long now, long waitNanos) {
        pass(now);
        inUse++;
        peak = Math.max(peak, inUse);
        waits[slot][bucket(waitNanos)]++;
    }

    void released(long now, long held) {
        pass(now);
        inUse--;
        uses++;
        heldNanos += held;
        longestNanos = Math.max(longestNanos, held);
    }

    /** Records the number of waiting callers. */
    void waiting(long now, int callers) {
        pass(now);
        waiting = callers;
        peakWaiting = Math.max(peakWaiting, callers);
    }

    /** Records that a caller reached the timeout without a connection. */
    void refused() {
        refused++;
    }

    private void pass(long now) {
        while (now - slotBegan >= SLOT_NANOS) {
            addTime(slotBegan + SLOT_NANOS);
            slot = (slot + 1) % SLOTS;
            slotBegan += SLOT_NANOS;
            busyNanos[slot] = 0;
            exhaustedNanos[slot] = 0;
            spanNanos[slot] = 0;
            Arrays.fill(waits[slot], 0);
        }
        addTime(now);
    }

    private void addTime(long until) {
        long passed = Math.max(0, until - changedAt);
        busyNanos[slot] += passed * inUse;
        exhaustedNanos[slot] += waiting > 0 ? passed : 0;
        spanNanos[slot] += passed;
        changedAt = Math.max(changedAt, until);
    }

    private static int bucket(long nanos) {
        long micros = Math.max(1, nanos / 1_000);
        int octave = Math.min(OCTAVES - 1, 63 - Long.numberOfLeadingZeros(micros));
        long within = (micros * PER_OCTAVE) >>> octave;
        return octave * PER_OCTAVE + (int) Math.min(PER_OCTAVE - 1, within - PER_OCTAVE);
    }

    private static long middleMicros(int bucket) {
        long octave = 1L << (bucket / PER_OCTAVE);
        return octave + octave * (2L * (bucket % PER_OCTAVE) + 1) / (2 * PER_OCTAVE);
    }

    /** Returns the utilisation of the pool in the last minute, per mille. */
    long utilisationPermille(long now) {
        pass(now);
        long span = Arrays.stream(spanNanos).sum() * size;
        return span == 0 ? 0 : Math.round(1_000.0 * Arrays.stream(busyNanos).sum() / span);
    }

    /**
     * Returns the share of the last minute in which callers waited, per mille. Visitors may not use all connections, so
     * they may wait at a utilisation below 1000.
     */
    long exhaustedPermille(long now) {
        pass(now);
        long span = Arrays.stream(spanNanos).sum();
        return span == 0
                ? 0
                : Math.round(1_000.0 * Arrays.stream(exhaustedNanos).sum() / span);
    }

    /**
     * Returns the 99th percentile of the waiting times in the last minute, microseconds; -1 if no connection was
     * acquired.
     */
    long waitP99Micros(long now) {
        pass(now);
        long count = 0;
        for (int[] counts : waits) {
            count += Arrays.stream(counts).asLongStream().sum();
        }
        long rest = count - (long) Math.ceil(count * 0.99);
        for (int bucket = OCTAVES * PER_OCTAVE - 1; bucket >= 0 && count > 0; bucket--) {
            for (int[] counts : waits) {
                rest -= counts[bucket];
            }
            if (rest < 0) {
                return bucket == 0 ? 0 : middleMicros(bucket);
            }
        }
        return -1;
    }

    int inUse() {
        return inUse;
    }

    /** Returns the number of callers since the start that reached the timeout. */
    long refusedCount() {
        return refused;
    }

    /** Returns the peak of connections in use since the last call. */
    int takePeak() {
        int max = peak;
        peak = inUse;
        return max;
    }

    /** Returns the peak of waiting callers since the last call. */
    int takePeakWaiting(int waiting) {
        int max = Math.max(peakWaiting, waiting);
        peakWaiting = waiting;
        return max;
    }

    /**
     * Returns the mean and the maximum time for which connections were held since the last call, microseconds; null if
     * none was released.
     */
    long @Nullable [] takeHeldMicros() {
        long[] held = uses == 0 ? null : new long[] {heldNanos / uses / 1_000, longestNanos / 1_000};
        uses = 0;
        heldNanos = 0;
        longestNanos = 0;
        return held;
    }
}
