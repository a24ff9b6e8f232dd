package org.starpunk.telemetry;

/**
 * Estimated cost of recording on one event loop. It times a sample of the calls and extrapolates. It measures a clock
 * reading once; code that times statements needs three readings for each.
 */
final class RecorderOverhead {

    /** Sampling interval in calls. A prime, to avoid aliasing with the sending of full batches. */
    private static final int SAMPLE_INTERVAL = 61;

    /** Duration above which a call was preempted by the system, which is not the monitor's work. */
    private static final long INTERRUPTED_NANOS = 50_000;

    private static final int READINGS = 1_000;
    private static final int MAX_SAMPLES = 1_024;
    private static final int CLOCKS_OF_STATEMENT = 3;

    private final double clockNanos;
    private double sum;
    private double samples;
    private int until = 1;
    private int untilBefore = until;
    private int rounds;
    private int statements;
    private long worked;

    RecorderOverhead() {
        long start = System.nanoTime();
        long last = start;
        for (int i = 0; i < READINGS; i++) {
            last = System.nanoTime();
        }
        clockNanos = (double) (last - start) / READINGS;
    }

    /**
     * Counts a recorded request.
     *
     * @return whether this call must be timed
     */
    boolean request() {
        return --until == 0;
    }

    /** Adds the CPU time of a run of the recorder's timer. */
    void worked(long nanos) {
        worked += nanos;
    }

    void statement() {
        statements++;
    }

    /** Adds the duration of recording a request, measured since its last clock reading, nanoseconds. */
    void timed(long nanos) {
        until = SAMPLE_INTERVAL;
        rounds++;
        if (nanos >= INTERRUPTED_NANOS) {
            return;
        }
        // Halves the weight of old samples, such as those before the code was compiled.
        if (samples >= MAX_SAMPLES) {
            sum /= 2;
            samples /= 2;
        }
        sum += nanos;
        samples++;
    }

    /** Returns the cost of recording a request, including its two clock readings, nanoseconds. */
    double perRequest() {
        return samples == 0 ? 0 : sum / samples + clockNanos;
    }

    /** Returns the cost of all calls since the last call of this method, nanoseconds. */
    long takeNanos() {
        int requests = rounds == 0
                ? untilBefore - until
                : untilBefore + (rounds - 1) * SAMPLE_INTERVAL + SAMPLE_INTERVAL - until;
        untilBefore = until;
        rounds = 0;
        double nanos = requests * perRequest() + statements * (perRequest() + CLOCKS_OF_STATEMENT * clockNanos);
        statements = 0;
        long timer = worked;
        worked = 0;
        return (long) nanos + timer;
    }
}
