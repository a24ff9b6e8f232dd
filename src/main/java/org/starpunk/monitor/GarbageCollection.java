package org.starpunk.monitor;

import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;

/** The JVM's own counters, polled: a listener would cost some megabytes. */
final class GarbageCollection {

    private final List<GarbageCollectorMXBean> collectors = ManagementFactory.getGarbageCollectorMXBeans();
    private long last = total();

    private long total() {
        long millis = 0;
        for (GarbageCollectorMXBean collector : collectors) {
            millis += Math.max(0, collector.getCollectionTime());
        }
        return millis;
    }

    /** Milliseconds of collection since this was last asked. */
    long millisSinceLast() {
        long now = total();
        long since = now - last;
        last = now;
        return since;
    }

    /** One for each kind of collection, with counts and times. */
    List<GarbageCollectorMXBean> collectors() {
        return collectors;
    }

    /** Heap in use, bytes. */
    static long heapBytes() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
