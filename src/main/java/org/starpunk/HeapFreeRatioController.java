package org.starpunk;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.VMOption;
import io.vertx.core.Vertx;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Room that the heap keeps free. The launcher lets the heap shrink to little more than what is in use, which suits a site at rest.
 * Under a load of large notes such a heap is full again after some megabytes, and the collections of the whole heap then take half
 * of the time. While they take more than a tenth of it, the heap may grow to its limit; after a minute without, the launcher's
 * values apply again.
 *
 * <p>The counters are polled: a listener would cost some megabytes. Not thread-safe: {@link #adjust} is called by one thread.
 */
final class HeapFreeRatioController {

    /** Sets the percentages of the heap that are free after a collection of all of it. */
    interface HeapRatioSetter {
        void set(long minRatio, long maxRatio);
    }

    static final long LEAST_FREE_PERCENT = 60;
    static final long MOST_FREE_PERCENT = 80;

    private static final Logger LOG = LoggerFactory.getLogger(HeapFreeRatioController.class);
    private static final long CHECK_INTERVAL_MILLIS = 1_000;
    private static final int QUIET_LOOKS = 60;
    private static final String MIN_FREE_RATIO_OPTION = "MinHeapFreeRatio";
    private static final String MAX_FREE_RATIO_OPTION = "MaxHeapFreeRatio";

    private final HeapRatioSetter ratios;
    private final long defaultMinRatio;
    private final long defaultMaxRatio;
    private long lastMillis;
    private int quietLooks;
    private boolean wide;

    /**
     * @param minRatio smallest percentage that is free at rest
     * @param maxRatio largest percentage that is free at rest
     * @param millis time that collections of the whole heap have taken until now
     */
    HeapFreeRatioController(HeapRatioSetter ratios, long minRatio, long maxRatio, long millis) {
        this.ratios = ratios;
        this.defaultMinRatio = minRatio;
        this.defaultMaxRatio = maxRatio;
        this.lastMillis = millis;
    }

    /** Looks once a second, where the JVM has a collector of the whole heap and lets these values be changed. */
    static void watch(Vertx vertx) {
        GarbageCollectorMXBean collector = wholeHeap();
        HotSpotDiagnosticMXBean options = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        if (collector == null || options == null) {
            return;
        }
        try {
            VMOption least = options.getVMOption(MIN_FREE_RATIO_OPTION);
            VMOption most = options.getVMOption(MAX_FREE_RATIO_OPTION);
            if (!least.isWriteable() || !most.isWriteable()) {
                return;
            }
            HeapFreeRatioController room = new HeapFreeRatioController(
                    (low, high) -> set(options, low, high),
                    Long.parseLong(least.getValue()),
                    Long.parseLong(most.getValue()),
                    collector.getCollectionTime());
            vertx.setPeriodic(CHECK_INTERVAL_MILLIS, unused -> room.adjust(collector.getCollectionTime()));
        } catch (IllegalArgumentException e) {
            LOG.debug("this JVM has no {}", MIN_FREE_RATIO_OPTION, e);
        }
    }

    private static @Nullable GarbageCollectorMXBean wholeHeap() {
        List<String> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getName)
                .toList();
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> List.of(collector.getMemoryPoolNames()).containsAll(heap))
                .filter(collector -> !collector.getName().contains("Young"))
                .findFirst()
                .orElse(null);
    }

    /** Each value must be on the right side of the other one at any moment. */
    private static void set(HotSpotDiagnosticMXBean options, long minRatio, long maxRatio) {
        boolean rises = minRatio
                > Long.parseLong(options.getVMOption(MIN_FREE_RATIO_OPTION).getValue());
        if (rises) {
            options.setVMOption(MAX_FREE_RATIO_OPTION, Long.toString(maxRatio));
        }
        options.setVMOption(MIN_FREE_RATIO_OPTION, Long.toString(minRatio));
        if (!rises) {
            options.setVMOption(MAX_FREE_RATIO_OPTION, Long.toString(maxRatio));
        }
    }

    /** @param millis time that collections of the whole heap have taken until now */
    void adjust(long millis) {
        long spent = millis - lastMillis;
        lastMillis = millis;
        quietLooks = spent == 0 ? quietLooks + 1 : 0;
        if (!wide && defaultMinRatio < LEAST_FREE_PERCENT && spent > CHECK_INTERVAL_MILLIS / 10) {
            wide = true;
            ratios.set(LEAST_FREE_PERCENT, Math.max(defaultMaxRatio, MOST_FREE_PERCENT));
        } else if (wide && quietLooks >= QUIET_LOOKS) {
            wide = false;
            ratios.set(defaultMinRatio, defaultMaxRatio);
        }
    }
}
