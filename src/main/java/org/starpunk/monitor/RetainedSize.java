package org.starpunk.monitor;

/** Computes the retained size of the monitor. */
final class RetainedSize {

    /** Size of the arrays of {@link OwnCost}. */
    private static final long COST_BYTES = 3L * 8 * 61;

    private RetainedSize() {}

    /** Returns the retained size in bytes. */
    static long of(Monitor monitor) {
        long rows = (long) monitor.endpoints.bytes()
                + monitor.own.bytes()
                + monitor.shapes.bytes()
                + monitor.business.bytes()
                + monitor.waits.bytes();
        long rest = (long) monitor.traces.bytes()
                + monitor.gauges.bytes()
                + monitor.markers.bytes()
                + monitor.loops.bytes()
                + COST_BYTES
                + MemoryWatch.bytes()
                + OutageDetector.BYTES;
        Counters counters = monitor.counters;
        return monitor.ring.bytes() + monitor.site.bytes() + rows + rest + (counters == null ? 0 : counters.bytes());
    }
}
