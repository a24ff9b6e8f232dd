package org.starpunk;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** CPU time and memory of the server, where the load comes from threads of the same process that are named {@code load-…}. */
final class ServerThreads {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private ServerThreads() {}

    /** CPU time of the server's event loops and workers, nanoseconds. Collecting garbage is not in it. */
    static long cpuNanos() {
        long sum = 0;
        for (ThreadInfo info : THREADS.getThreadInfo(THREADS.getAllThreadIds())) {
            if (info != null
                    && (info.getThreadName().startsWith("vert.x-")
                            || info.getThreadName().startsWith("starpunk-"))) {
                sum += Math.max(0, THREADS.getThreadCpuTime(info.getThreadId()));
            }
        }
        return sum;
    }

    /** CPU time of the whole process, with garbage collection and the load itself, nanoseconds. */
    static long processNanos() {
        return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime();
    }

    /** Resident memory, KiB. */
    static long rssKib() throws java.io.IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                .findFirst()
                .orElse(-1);
    }

    /** First quartile, median and third quartile. */
    static double[] quartiles(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return new double[] {sorted[sorted.length / 4], sorted[sorted.length / 2], sorted[sorted.length * 3 / 4]};
    }
}
