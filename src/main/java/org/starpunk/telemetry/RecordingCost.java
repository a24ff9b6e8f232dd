package org.starpunk.telemetry;

/**
 * What recording costs the event loop that records, estimated: a sample of the calls is timed, and what was timed is taken for
 * all. A reading of the clock is measured once; code that measures statements reads it three times for each.
 */
final class RecordingCost {

    /** A prime, so that it does not beat with the sending of full batches. */
    private static final int EVERY = 61;

    /** What took longer was interrupted by the system: that is not the monitor's work. */
    private static final long INTERRUPTED_NANOS = 50_000;

    private static final int READINGS = 1_000;
    private static final int ENOUGH = 1_024;
    private static final int CLOCKS_OF_STATEMENT = 3;

    private final double clockNanos;
    private double sum;
    private double samples;
    private int until = 1;
    private int untilBefore = until;
    private int rounds;
    private int statements;

    RecordingCost() {
        long start = System.nanoTime();
        long last = start;
        for (int i = 0; i < READINGS; i++) {
            last = System.nanoTime();
        }
        clockNanos = (double) (last - start) / READINGS;
    }

    /** A request was recorded; true when this call is to be timed. */
    boolean request() {
        return --until == 0;
    }

    void statement() {
        statements++;
    }

    /** How long recording a request took, from its last reading of the clock on, nanoseconds. */
    void timed(long nanos) {
        until = EVERY;
        rounds++;
        if (nanos >= INTERRUPTED_NANOS) {
            return;
        }
        if (samples >= ENOUGH) { // what was before the code was compiled fades away
            sum /= 2;
            samples /= 2;
        }
        sum += nanos;
        samples++;
    }

    /** What recording a request costs, with both its readings of the clock, nanoseconds. */
    double perRequest() {
        return samples == 0 ? 0 : sum / samples + clockNanos;
    }

    /** What all calls since this was last asked have cost, nanoseconds. */
    long take() {
        int requests = rounds == 0 ? untilBefore - until : untilBefore + (rounds - 1) * EVERY + EVERY - until;
        untilBefore = until;
        rounds = 0;
        double nanos = requests * perRequest() + statements * (perRequest() + CLOCKS_OF_STATEMENT * clockNanos);
        statements = 0;
        return (long) nanos;
    }
}
