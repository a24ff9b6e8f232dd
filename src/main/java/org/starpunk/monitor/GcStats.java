package org.starpunk.monitor;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/**
 * Counts and times of garbage collection, read from the JVM's beans. A notification listener would cost several
 * megabytes of memory.
 */
final class GcStats {

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private long last = total();

    private long total() {
        long millis = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            millis += Math.max(0, collector.getCollectionTime());
        }
        return millis;
    }

    /** Returns the time of garbage collection since the last call, milliseconds. */
    long millisSinceLast() {
        long now = total();
        long since = now - last;
        last = now;
        return since;
    }

    /** Returns the beans of the collectors, with counts and times. */
    List<GarbageCollectorMXBean> collectors() {
        return collectors;
    }

    /** Returns the used heap in bytes. */
    static long heapBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
