package org.starpunk.monitor;

/**
 * CPU time of the monitor: its own event loop, its endpoints and live updates on other threads, and its recorders,
 * whose part is estimated. It is reported as a share of one core and as a share of the process's CPU time.
 */
final class MonitorOverhead {

    private static final int MINUTE = 60;

    private final long[] busy = new long[MINUTE + 1];
    private final long[] ring = new long[MINUTE + 1];
    private final long[] process = new long[MINUTE + 1];
    private long busyNanos;
    private long ringNanos;
    private long seconds;

    /** Adds CPU time of the monitor, nanoseconds. */
    void worked(long nanos) {
        busyNanos += nanos;
    }

    /** Adds the part for ring buffer and traces, nanoseconds. Lower sampling rates reduce it. */
    void workedForRing(long nanos) {
        ringNanos += nanos;
    }

    /**
     * Ends a second.
     *
     * @param processCpuNanos CPU time of the process since its start, nanoseconds; negative if unknown
     */
    void endSecond(long processCpuNanos) {
        seconds++;
        int place = (int) (seconds % busy.length);
        busy[place] = busyNanos;
        ring[place] = ringNanos;
        process[place] = processCpuNanos;
    }

    /** Returns the CPU use over the last minute, percent of one core. */
    double cpuPercent() {
        return percent(busy);
    }

    /** Returns the CPU use for ring buffer and traces over the last minute, percent of one core. */
    double ringPercent() {
        return percent(ring);
    }

    private double percent(long[] nanos) {
        long span = Math.min(seconds, MINUTE);
        return span == 0 ? 0 : 100.0 * (at(nanos, 0) - at(nanos, span)) / (span * 1e9);
    }

    /** Returns the share of the process's CPU time over the last minute, 0.0 to 1.0; -1 if unknown. */
    double workShare() {
        long span = Math.min(seconds - 1, MINUTE);
        if (span < 1 || at(process, 0) < 0) {
            return -1;
        }
        long cpu = at(process, 0) - at(process, span);
        return cpu <= 0 ? -1 : Math.min(1.0, (double) (at(busy, 0) - at(busy, span)) / cpu);
    }

    private long at(long[] values, long back) {
        return values[(int) ((seconds - back) % values.length)];
    }
}
