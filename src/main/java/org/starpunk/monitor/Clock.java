package org.starpunk.monitor;

/** Where the monitor takes its time from: the machine's clocks, or a test's. */
interface Clock {

    /** The machine's clocks. */
    Clock SYSTEM = new Clock() {
        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }
    };

    /** The monotonic clock, nanoseconds: all durations and slots are of this one. */
    long nanos();

    /** The wall clock, epoch milliseconds: only for showing, since it may jump. */
    long millis();
}
