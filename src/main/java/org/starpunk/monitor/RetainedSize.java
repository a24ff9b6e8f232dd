package org.starpunk.monitor;

/** Computes the retained size of the monitor. */
final class RetainedSize {

    /** Size of the arrays of {@link MonitorOverhead}. */
    private static final long COST_BYTES = 3L * 8 * 61;

    private RetainedSize() {}

    /** Returns the retained size in bytes. */
    static long of(MonitorState monitor) {
        long rows = (long) monitor.endpoints.bytes()
                + monitor.internalEndpoints.bytes()
                + monitor.shapes.bytes()
                + monitor.business.bytes()
                + monitor.waits.bytes();
        long rest = (long) monitor.traces.bytes()
                + monitor.gauges.bytes()
                + monitor.annotations.bytes()
                + monitor.lag.bytes()
                + COST_BYTES
                + MemoryGrowthDetector.bytes()
                + OutageDetector.BYTES;
        PrometheusHistograms prometheusHistograms = monitor.prometheusHistograms;
        return monitor.ring.bytes()
                + monitor.site.bytes()
                + rows
                + rest
                + (prometheusHistograms == null ? 0 : prometheusHistograms.bytes());
    }
}
