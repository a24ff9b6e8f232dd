package org.starpunk.telemetry;

/** Gauges of a recorder's event loop: timer delay, request counts, retained size. */
final class EventLoopReport {

    /** Number of gauges of {@link #requests}. */
    static final int REQUEST_GAUGES = 3;

    private static final long LATE_NANOS = 10_000_000L;
    private static final int TICKS_PER_REPORT = 50;

    /** Consumer of gauges. A value that cannot be sent is dropped. */
    interface Gauges {
        void set(String name, long value);
    }

    private final Gauges gauges;
    private final long tickNanos;
    private String loop = Thread.currentThread().getName();
    private long lastTickNanos = System.nanoTime();
    private long worstLagNanos;
    private int ticks;
    private long reported = -1;

    /** @param tickNanos interval between ticks, nanoseconds */
    EventLoopReport(Gauges gauges, long tickNanos) {
        this.gauges = gauges;
        this.tickNanos = tickNanos;
    }

    /** Sets the name of the verticle that uses this event loop. */
    void setVerticle(String verticle) {
        loop = verticle + '@' + loop;
    }

    /** Measures the delay of a tick, which is the time that the event loop was busy with other work. */
    void lag(long now, long retainedBytes) {
        long late = Math.max(0, now - lastTickNanos - tickNanos);
        lastTickNanos = now;
        worstLagNanos = Math.max(worstLagNanos, late);
        if (late >= LATE_NANOS || ++ticks >= TICKS_PER_REPORT) {
            gauges.set("loop_lag_us:" + loop, worstLagNanos / 1_000);
            gauges.set("recorder_bytes:" + loop, retainedBytes);
            worstLagNanos = 0;
            ticks = 0;
        }
    }

    /**
     * Reports the numbers of accepted, ended and active requests if they have changed. The three are sent together,
     * after the requests that they count. They are counted separately, so that their sum can be checked.
     */
    void requests(long accepted, long ended, long active) {
        if (accepted + ended != reported) {
            reported = accepted + ended;
            gauges.set("active_requests:" + loop, active);
            gauges.set("ended_requests:" + loop, ended);
            gauges.set("accepted_requests:" + loop, accepted);
        }
    }
}
