package org.starpunk.monitor;

/**
 * CPU time of the monitor: its own event loop, its endpoints and live updates on other threads, and its recorders, whose part is
 * estimated. It is reported as a share of one core, and of the process's CPU time.
 */
final class OwnCost {

    private static final int MINUTE = 60;

    private final long[] busy = new long[MINUTE + 1];
    private final long[] ring = new long[MINUTE + 1];
    private final long[] process = new long[MINUTE + 1];
    private long busyNanos;
    private long ringNanos;
    private long seconds;

    /** The monitor has worked for so long, nanoseconds of CPU time. */
    void worked(long nanos) {
        busyNanos += nanos;
    }

    /** Adds the part of it for ring and traces, which sampling can lower. */
    void workedForRing(long nanos) {
        ringNanos += nanos;
    }

    /**
     * A second is over.
     *
     * @param processCpuNanos CPU time of the process since its start; negative when unknown
     */
    void endSecond(long processCpuNanos) {
        seconds++;
        int place = (int) (seconds % busy.length);
        busy[place] = busyNanos;
        ring[place] = ringNanos;
        process[place] = processCpuNanos;
    }

    /** Its share of one core over the last minute, percent. */
    double cpuPercent() {
        return percent(busy);
    }

    /** Returns the share of a core for ring and traces over the last minute, percent. */
    double ringPercent() {
        return percent(ring);
    }

    private double percent(long[] nanos) {
        long span = Math.min(seconds, MINUTE);
        return span == 0 ? 0 : 100.0 * (at(nanos, 0) - at(nanos, span)) / (span * 1e9);
    }

    /** Its share of the process's CPU time over the last minute, 0.0 to 1.0; -1 when unknown. */
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
