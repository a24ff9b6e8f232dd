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

/** Reads the memory of the process, its heap and its cgroup at one moment. Blocks: called on a worker thread, by one caller at a time. */
final class ProcessMemory {

    /**
     * Memory at one moment, bytes.
     *
     * @param rss resident memory of the process, -1 when unknown
     * @param peak largest resident memory since the start ({@code VmHWM}), -1 when unknown
     * @param vms virtual size, -1 when unknown
     * @param heap heap in use
     * @param heapCommitted heap taken from the system
     * @param heapMax largest heap allowed, -1 when there is no limit
     * @param nonHeap classes, compiled code and the like, in use
     * @param nonHeapCommitted the same, as taken from the system
     * @param heapAfterCollection old generation in use after its newest collection, 0 before the first
     * @param collections collections of the old generation that were seen since the start
     * @param cgroup limit and use of the process's cgroup
     */
    record Reading(
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
            Cgroup.Memory cgroup) {

        /** Resident memory that neither heap nor JVM areas explain: buffers, libraries, threads. -1 when unknown. */
        long nativeBytes() {
            return rss < 0 ? -1 : Math.max(0, rss - heapCommitted - nonHeapCommitted);
        }
    }

    private final Path status;
    private final Cgroup cgroup;
    private final @Nullable MemoryPoolMXBean oldGeneration = oldGeneration();
    private long heapAfterCollection;
    private long collections;
    private @Nullable OperatingSystem system;

    /**
     * @param status Linux's file of the process, {@code /proc/self/status}
     * @param cgroup the process's cgroup
     */
    ProcessMemory(Path status, Cgroup cgroup) {
        this.status = status;
        this.cgroup = cgroup;
    }

    /** Returns the pool of the old generation; for collectors without generations, the whole heap. */
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

    Reading read() {
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
            // Not Linux: OSHI reads the other systems, but costs 200 ms and 10 MB at its first use.
            OSProcess process = system().getCurrentProcess();
            rss = process.getResidentMemory();
            vms = process.getVirtualSize();
        }
        observeCollections();
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        MemoryUsage nonHeap = ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
        return new Reading(
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
     * Notices collections of the old generation by a change of what the newest one left. Their number is not to be had from the
     * collectors: with G1, the collector of young collections, which are frequent, also serves the old generation.
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

    /** {@code VmRSS:     51200 kB} in bytes. */
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
