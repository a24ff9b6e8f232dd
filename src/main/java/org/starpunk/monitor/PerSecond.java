package org.starpunk.monitor;

import java.util.Arrays;

/** How often something happened in each of the last seconds: how fast it goes now. */
final class PerSecond {

    private static final int SECONDS = 10;

    private final int[] counts = new int[SECONDS + 1];

    void count(long second) {
        counts[place(second)]++;
    }

    /** A second begins. */
    void begin(long second) {
        counts[place(second)] = 0;
    }

    /**
     * The mean over the last ten full seconds, or as many as there were.
     *
     * @param second the number of the present one
     * @param seconds how many full seconds there were since the start
     */
    double rate(long second, long seconds) {
        long span = Math.min(seconds, SECONDS);
        int sum = Arrays.stream(counts).sum() - counts[place(second)];
        return span == 0 ? sum : (double) sum / span;
    }

    void write(Wire wire, long second) {
        for (long i = second - SECONDS; i <= second; i++) {
            wire.put(counts[place(i)]);
        }
    }

    void read(Wire wire, long second) {
        for (long i = second - SECONDS; i <= second; i++) {
            counts[place(i)] = wire.takeInt();
        }
    }

    void absorb(PerSecond other) {
        Arrays.setAll(counts, i -> counts[i] + other.counts[i]);
    }

    private int place(long second) {
        return Math.floorMod(second, counts.length);
    }

    int bytes() {
        return 16 + 16 + 4 * counts.length;
    }
}
