package org.starpunk.monitor;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import oshi.SystemInfo;
import oshi.software.os.OSProcess;
import oshi.software.os.OperatingSystem;

/** Reads how much memory the process has. Blocks, so it is called on a worker thread, by one caller at a time. */
final class ProcessMemory {

    /**
     * What was read, bytes.
     *
     * @param rss resident memory of the process, -1 when the system does not tell
     * @param vms its virtual size, -1 when the system does not tell
     * @param heap heap in use
     * @param heapCommitted heap taken from the system
     * @param heapMax the most that the heap may take, -1 when there is no limit
     * @param nonHeap classes, compiled code and the like
     */
    record Reading(long rss, long vms, long heap, long heapCommitted, long heapMax, long nonHeap) {}

    private final Path status;
    private @Nullable OperatingSystem system;

    /** @param status Linux's file of the process, {@code /proc/self/status} */
    ProcessMemory(Path status) {
        this.status = status;
    }

    Reading read() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long nonHeap =
                ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage().getUsed();
        long rss = -1;
        long vms = -1;
        try {
            for (String line : Files.readAllLines(status)) {
                rss = line.startsWith("VmRSS:") ? kib(line) : rss;
                vms = line.startsWith("VmSize:") ? kib(line) : vms;
            }
        } catch (IOException e) {
            // Not a Linux: OSHI knows the other systems, but costs 200 ms and 10 MB at its first use.
            OSProcess process = system().getCurrentProcess();
            rss = process.getResidentMemory();
            vms = process.getVirtualSize();
        }
        return new Reading(rss, vms, heap.getUsed(), heap.getCommitted(), heap.getMax(), nonHeap);
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
