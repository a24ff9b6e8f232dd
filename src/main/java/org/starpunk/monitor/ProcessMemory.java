package org.starpunk.monitor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/**
 * Reads the memory of the process, its heap and its cgroup at one moment. The call blocks; it must be made on a worker
 * thread, by one caller at a time.
 */
final class ProcessMemory {

    /**
     * Memory at one moment, bytes.
     *
     * @param rss resident memory of the process; -1 if unknown
     * @param peak maximum resident memory since the start ({@code VmHWM}); -1 if unknown
     * @param vms virtual size; -1 if unknown
     * @param heap heap in use
     * @param heapCommitted committed heap
     * @param heapMax maximum heap; -1 if there is no limit
     * @param nonHeap classes, compiled code and similar, in use
     * @param nonHeapCommitted classes, compiled code and similar, committed
     * @param heapAfterCollection old generation in use after its newest collection; 0 before the first
     * @param collections number of detected collections of the old generation since the start
     * @param cgroup limit and use of the process's cgroup
     */
    record MemoryReading(
            long rss,
            long peak,
            long vms,
            long heap,
            long heapCommitted,
            long heapMax,
            long nonHeap,
            long nonHeapCommitted,
            long heapAfterCollection,
            long collections,
            CgroupLimits.CgroupMemory cgroup) {

        /**
         * Returns the resident memory outside heap and JVM areas, such as buffers, libraries and thread stacks; -1 if
         * unknown.
         */
        long nativeBytes() {
            return rss < 0 ? -1 : Math.max(0, rss - heapCommitted - nonHeapCommitted);
        }
    }

    private final Path status;
    private final CgroupLimits cgroup;
    private final @Nullable MemoryPoolMXBean oldGeneration = oldGeneration();
    private long heapAfterCollection;
    private long collections;
    private @Nullable OperatingSystem system;

    /**
     * @param status Linux's status file of the process, {@code /proc/self/status}
     * @param cgroup the process's cgroup
     */
    ProcessMemory(Path status, CgroupLimits cgroup) {
        this.status = status;
        this.cgroup = cgroup;
    }

    /** Returns the memory pool of the old generation; the largest heap pool for collectors without generations. */
    private static @Nullable MemoryPoolMXBean oldGeneration() {
        List<MemoryPoolMXBean> pools = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .toList();
        return pools.stream()
                .filter(pool -> pool.getName().contains("Old") || pool.getName().contains("Tenured"))
                .findFirst()
                .orElseGet(() -> pools.stream()
                        .max(Comparator.comparingLong(
                                (MemoryPoolMXBean pool) -> pool.getUsage().getMax()))
                        .orElse(null));
    }

    MemoryReading read() {
        long rss = -1;
        long peak = -1;
        long vms = -1;
        try {
            for (String line : Files.readAllLines(status)) {
                rss = line.startsWith("VmRSS:") ? kib(line) : rss;
                peak = line.startsWith("VmHWM:") ? kib(line) : peak;
                vms = line.startsWith("VmSize:") ? kib(line) : vms;
            }
        } catch (IOException e) {
            // Not Linux. OSHI supports the other systems, but costs 200 ms and 10 MB at its first use.
            OSProcess process = system().getCurrentProcess();
            rss = process.getResidentMemory();
            vms = process.getVirtualSize();
        }
        observeCollections();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage nonHeap = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        return new MemoryReading(
                rss,
                peak,
                vms,
                heap.getUsed(),
                heap.getCommitted(),
                heap.getMax(),
                nonHeap.getUsed(),
                nonHeap.getCommitted(),
                heapAfterCollection,
                collections,
                cgroup.memory());
    }

    /**
     * Detects collections of the old generation by a change of the usage after the newest collection. The collectors'
     * own counts are unsuitable: with G1, the collector of the frequent young collections also collects the old
     * generation.
     */
    private void observeCollections() {
        MemoryUsage after = oldGeneration == null ? null : oldGeneration.getCollectionUsage();
        if (after != null && after.getUsed() != heapAfterCollection) {
            heapAfterCollection = after.getUsed();
            collections++;
        }
    }

    private OperatingSystem system() {
        OperatingSystem known = system;
        if (known == null) {
            known = new SystemInfo().getOperatingSystem();
            system = known;
        }
        return known;
    }

    /** Returns the bytes of a line such as {@code VmRSS: 51200 kB}. */
    private static long kib(String line) {
        long number = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (c >= '0' && c <= '9') {
                number = number * 10 + (c - '0');
            }
        }
        return number * 1024;
    }
}
