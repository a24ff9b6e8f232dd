package org.starpunk.monitor;

import java.util.Arrays;

/** Rate meter: counts in each of the last ten seconds. */
final class RateMeter {

    private static final int SECONDS = 10;

    private final int[] counts = new int[SECONDS + 1];

    void count(long second) {
        counts[place(second)]++;
    }

    /** Starts a second. */
    void startSecond(long second) {
        counts[place(second)] = 0;
    }

    /**
     * Returns the mean rate over the last ten full seconds, or over all if there were fewer.
     *
     * @param second number of the current second
     * @param seconds number of full seconds since the start
     */
    double rate(long second, long seconds) {
        long span = Math.min(seconds, SECONDS);
        int sum = Arrays.stream(counts).sum() - counts[place(second)];
        return span == 0 ? sum : (double) sum / span;
    }

    void write(BinaryCodec binaryCodec, long second) {
        for (long i = second - SECONDS; i <= second; i++) {
            binaryCodec.put(counts[place(i)]);
        }
    }

    void read(BinaryCodec binaryCodec, long second) {
        for (long i = second - SECONDS; i <= second; i++) {
            counts[place(i)] = binaryCodec.takeInt();
        }
    }

    void absorb(RateMeter other) {
        Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    }

    private int place(long second) {
        return Math.floorMod(second, counts.length);
    }

    int bytes() {
        return 16 + 16 + 4 * counts.length;
    }
}
