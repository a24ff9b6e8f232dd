package org.starpunk.monitor;

import java.util.function.LongConsumer;

/**
 * Conversion from the monotonic clock to wall-clock time. All displayed times are converted here, so that events,
 * series and annotations agree. An adjustment of the wall clock shifts all of them.
 */
final class TimeBase {

    private static final long CLOCK_WAS_SET_MILLIS = 1_500;

    private final TimeSource clock;
    private final long startNanos;
    private final LongConsumer moved;
    private long startMillis;

    /**
     * @param startNanos a time of the monotonic clock
     * @param startMillis wall-clock time at that moment, epoch milliseconds
     * @param moved receives each adjustment of the wall clock, milliseconds
     */
    TimeBase(TimeSource clock, long startNanos, long startMillis, LongConsumer moved) {
        this.clock = clock;
        this.startNanos = startNanos;
        this.startMillis = startMillis;
        this.moved = moved;
    }

    /** Detects an adjustment of the wall clock. */
    void follow() {
        long by = clock.millis() - millisOf(clock.nanos());
        if (Math.abs(by) > CLOCK_WAS_SET_MILLIS) {
            startMillis += by;
            moved.accept(by);
        }
    }

    /** Converts a time of the monotonic clock to epoch milliseconds. */
    long millisOf(long nanos) {
        return startMillis + Math.floorDiv(nanos - startNanos, 1_000_000L);
    }

    /** Returns the current time, epoch milliseconds. */
    long nowMillis() {
        return millisOf(clock.nanos());
    }

    /** Converts a recent reading of the wall clock to this time base, epoch milliseconds. */
    long ofWallClock(long millis) {
        return millis - (clock.millis() - nowMillis());
    }

    /** Returns the start time by the current wall clock, epoch milliseconds. */
    long startMillis() {
        return startMillis;
    }
}
