package org.starpunk.monitor;

import java.util.function.LongConsumer;

/**
 * Conversion from the monotonic clock to wall-clock time. All displayed times come from here, so that events, series and markers agree.
 * When the wall clock is set, all of them shift with it.
 */
final class TimeBase {

    private static final long CLOCK_WAS_SET_MILLIS = 1_500;

    private final Clock clock;
    private final long startNanos;
    private final LongConsumer moved;
    private long startMillis;

    /**
     * @param startNanos a moment of the monotonic clock
     * @param startMillis the wall clock's time then, epoch milliseconds
     * @param moved called with the milliseconds by which the wall clock was set
     */
    TimeBase(Clock clock, long startNanos, long startMillis, LongConsumer moved) {
        this.clock = clock;
        this.startNanos = startNanos;
        this.startMillis = startMillis;
        this.moved = moved;
    }

    /** Checks whether the wall clock was set. */
    void follow() {
        long by = clock.millis() - millisOf(clock.nanos());
        if (Math.abs(by) > CLOCK_WAS_SET_MILLIS) {
            startMillis += by;
            moved.accept(by);
        }
    }

    /** Returns the time of a moment of the monotonic clock, epoch milliseconds. */
    long millisOf(long nanos) {
        return startMillis + Math.floorDiv(nanos - startNanos, 1_000_000L);
    }

    /** Returns the present time, epoch milliseconds. */
    long nowMillis() {
        return millisOf(clock.nanos());
    }

    /** Returns the time of a moment that was read from the wall clock not long ago, epoch milliseconds. */
    long ofWallClock(long millis) {
        return millis - (clock.millis() - nowMillis());
    }

    /** Returns the time of the start, epoch milliseconds by the present wall clock. */
    long startMillis() {
        return startMillis;
    }
}
