package org.starpunk.monitor;

/** What the monitor itself costs: the time of its own work, the recorders' part estimated, against the process's whole CPU time. */
final class OwnCost {

    private static final int MINUTE = 60;

    private final long[] busy = new long[MINUTE + 1];
    private final long[] process = new long[MINUTE + 1];
    private long busyNanos;
    private long seconds;

    /** The monitor has worked for so long, nanoseconds of CPU time. */
    void worked(long nanos) {
        busyNanos += nanos;
    }

    /**
     * A second is over.
     *
     * @param processCpuNanos CPU time of the process since its start; negative when the system does not tell
     */
    void endSecond(long processCpuNanos) {
        seconds++;
        int place = (int) (seconds % busy.length);
        busy[place] = busyNanos;
        process[place] = processCpuNanos;
    }

    /** Its share of one core over the last minute, percent. */
    double cpuPercent() {
        long span = Math.min(seconds, MINUTE);
        return span == 0 ? 0 : 100.0 * busy(span) / (span * 1e9);
    }

    /** Its share of the process's CPU time over the last minute, 0.0 to 1.0; -1 when unknown. */
    double workShare() {
        long span = Math.min(seconds - 1, MINUTE);
        if (span < 1 || at(process, 0) < 0) {
            return -1;
        }
        long cpu = at(process, 0) - at(process, span);
        return cpu <= 0 ? -1 : Math.min(1.0, (double) busy(span) / cpu);
    }

    /** Whether the process did enough in the last minute for its share to say anything: a twentieth of a core. */
    boolean processBusy() {
        long span = Math.min(seconds - 1, MINUTE);
        return span >= 10 && at(process, 0) - at(process, span) > span * 50_000_000L;
    }

    private long busy(long span) {
        return at(busy, 0) - at(busy, span);
    }

    private long at(long[] values, long back) {
        return values[(int) ((seconds - back) % values.length)];
    }
}
