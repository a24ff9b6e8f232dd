package org.starpunk.monitor;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.MonitorCost;

/** Source of the monitor's time: the machine's clocks, or fixed values in a test. */
interface TimeSource {

    TimeSource SYSTEM = new TimeSource() {
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

    /** Returns the time of the monotonic clock, nanoseconds. All durations and slots are based on it. */
    long nanos();

    /** Returns the time of the wall clock, epoch milliseconds. It may jump, so it is used for display only. */
    long millis();

    /** Returns the CPU time of the calling thread, nanoseconds. It does not depend on the load of the machine. */
    long cpuNanos();

    /** Returns the CPU time of the process since its start, nanoseconds; -1 if the JVM does not report it. */
    long processCpuNanos();
}
