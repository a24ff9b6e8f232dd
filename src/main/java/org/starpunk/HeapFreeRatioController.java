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
 * Adjusts the free share of the heap to the load. The launcher lets the heap shrink to little more than its live data,
 * which suits an idle site. Under a load of large notes, such a heap fills after some megabytes, and full collections
 * then take half of the CPU time. If full collections take more than 10 % of a second, this controller raises the JVM's
 * free ratios, so that the heap can grow to its limit. After a minute without a full collection it restores the
 * launcher's values.
 *
 * <p>It polls the counters, because a listener would cost some megabytes. Not thread-safe: one thread calls {@link
 * #adjust}.
 */
final class HeapFreeRatioController {

    /** Sets the minimum and maximum free share of the heap after a full collection, in percent. */
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
     * @param minRatio minimum free share at rest, in percent
     * @param maxRatio maximum free share at rest, in percent
     * @param millis total time of full collections until now, in milliseconds
     */
    HeapFreeRatioController(HeapRatioSetter ratios, long minRatio, long maxRatio, long millis) {
        this.ratios = ratios;
        this.defaultMinRatio = minRatio;
        this.defaultMaxRatio = maxRatio;
        this.lastMillis = millis;
    }

    /**
     * Starts a check once a second, if the JVM has a collector of the whole heap and permits changes of these options.
     */
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

    /** Sets both options in an order in which the minimum never exceeds the maximum, because the JVM rejects that. */
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

    /**
     * Adjusts the ratios, once a second.
     *
     * @param millis total time of full collections until now, in milliseconds
     */
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
