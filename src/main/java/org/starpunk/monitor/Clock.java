package org.starpunk.monitor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.MonitorCost;

/** Where the monitor takes its time from: the machine's clocks, or a test's. */
interface Clock {

    /** The machine's clocks. */
    Clock SYSTEM = new Clock() {
        private final @Nullable OperatingSystemMXBean system =
                ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean bean ? bean : null;

        @Override
        public long nanos() {
            return System.nanoTime();
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }

        @Override
        public long cpuNanos() {
            return MonitorCost.cpuNanos();
        }

        @Override
        public long processCpuNanos() {
            return system == null ? -1 : system.getProcessCpuTime();
        }
    };

    /** The monotonic clock, nanoseconds: all durations and slots are of this one. */
    long nanos();

    /** The wall clock, epoch milliseconds: only for showing, since it may jump. */
    long millis();

    /** CPU time of the calling thread, nanoseconds: what it has worked, however busy the machine is with others. */
    long cpuNanos();

    /** CPU time of the process since its start, nanoseconds; -1 when the JVM does not tell. */
    long processCpuNanos();
}
