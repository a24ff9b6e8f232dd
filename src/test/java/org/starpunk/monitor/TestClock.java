package org.starpunk.monitor;

import java.util.concurrent.atomic.AtomicLong;

/** Clocks that a test moves: the monotonic clock, and the wall clock with it. */
final class TestClock implements TimeSource {

    private final AtomicLong nanos = new AtomicLong(5_000_000_000L);
    private final AtomicLong wallOffset = new AtomicLong(1_795_250_000_000L);

    @Override
    public long nanos() {
        return nanos.get();
    }

    @Override
    public long millis() {
        return wallOffset.get() + nanos.get() / 1_000_000;
    }

    @Override
    public long cpuNanos() {
        return nanos.get();
    }

    @Override
    public long processCpuNanos() {
        return nanos.get();
    }

    void passSeconds(double seconds) {
        nanos.addAndGet((long) (seconds * 1e9));
    }

    /** Adjusts the wall clock. The monotonic clock does not change. */
    void wallClockJumps(long millis) {
        wallOffset.addAndGet(millis);
    }
}
