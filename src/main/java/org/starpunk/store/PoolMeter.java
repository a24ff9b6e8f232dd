package org.starpunk.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Usage of the read pool: connections in use, callers that wait, utilisation, and how long callers waited. The monitor's own reads
 * are not counted. Not thread-safe: the pool guards it.
 */
final class PoolMeter {

    /*
     * Utilisation is the integral of the connections in use over time, divided by size and time. It is added up at each change, so
     * that connections which are still held count too. Waits go into a histogram of eight buckets to each doubling, so a percentile is
     * at most 5 % off. Both cover the last minute: the present slot of ten seconds and the six before it.
     */
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

    /** @param now the monotonic clock, nanoseconds */
    PoolMeter(int size, long now) {
        this.size = size;
        this.slotBegan = now;
        this.changedAt = now;
    }

    /** Records that a caller got a connection, after a wait in nanoseconds. */
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

    /** Records how many callers wait from now on. */
    void waiting(long now, int callers) {
        pass(now);
        waiting = callers;
        peakWaiting = Math.max(peakWaiting, callers);
    }

    /** Records that a caller waited too long and got no connection. */
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

    /** Returns the share of the pool's time that was used in the last minute, in thousandths. */
    long utilisationPermille(long now) {
        pass(now);
        long span = Arrays.stream(spanNanos).sum() * size;
        return span == 0 ? 0 : Math.round(1_000.0 * Arrays.stream(busyNanos).sum() / span);
    }

    /**
     * Returns the share of the last minute in which callers waited, in thousandths. Visitors may not use all connections, so they wait
     * although the utilisation is below one.
     */
    long exhaustedPermille(long now) {
        pass(now);
        long span = Arrays.stream(spanNanos).sum();
        return span == 0
                ? 0
                : Math.round(1_000.0 * Arrays.stream(exhaustedNanos).sum() / span);
    }

    /** Returns the 99th percentile of the waits of the last minute, microseconds; -1 when no connection was used. */
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

    /** Returns how many callers were refused since the start. */
    long refusedCount() {
        return refused;
    }

    /** Returns the most connections in use since the last call. */
    int takePeak() {
        int max = peak;
        peak = inUse;
        return max;
    }

    /** Returns the longest queue since the last call. */
    int takePeakWaiting(int waiting) {
        int max = Math.max(peakWaiting, waiting);
        peakWaiting = waiting;
        return max;
    }

    /** Returns the mean time that connections were held since the last call and the longest one, microseconds; null for none. */
    long @Nullable [] takeHeldMicros() {
        long[] held = uses == 0 ? null : new long[] {heldNanos / uses / 1_000, longestNanos / 1_000};
        uses = 0;
        heldNanos = 0;
        longestNanos = 0;
        return held;
    }
}
