package org.starpunk.monitor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the limits of the process's cgroup, version 1 or 2, and of its ancestors. Reads block. On systems without
 * cgroups all values are unknown.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
final class CgroupLimits {

    /**
     * Minimum value that means "no limit". Version 1 writes the largest number of pages, which exceeds the memory of
     * every machine.
     */
    private static final long UNLIMITED = 1L << 53;

    /** Share of the limit below which the file cache need not be subtracted. */
    private static final double WORTH_A_LOOK = 0.5;

    /**
     * Memory limit and use.
     *
     * @param limit limit in bytes; -1 if there is none
     * @param used used bytes, without file cache that the kernel can drop; -1 if unknown or without a limit
     */
    record CgroupMemory(long limit, long used) {

        static final CgroupMemory NONE = new CgroupMemory(-1, -1);
    }

    private record MemoryFiles(Path memoryMax, Path memoryUsed, Path memoryStat, String inactive) {}

    private final List<MemoryFiles> memories = new ArrayList<>();
    private final List<Path> cpus = new ArrayList<>();

    /**
     * @param membership Linux's list of the process's cgroups, {@code /proc/self/cgroup}
     * @param root mount point of cgroups, {@code /sys/fs/cgroup}
     */
    CgroupLimits(Path membership, Path root) {
        try {
            for (String line : Files.readAllLines(membership)) {
                String[] parts = line.split(":", 3);
                if (parts.length == 3) {
                    find(root, parts[1], parts[2]);
                }
            }
        } catch (IOException | RuntimeException e) {
            // Not Linux, or another mount point: no limit is known.
            memories.clear();
            cpus.clear();
        }
    }

    /** Returns the cgroup of this process. */
    static CgroupLimits ofThisProcess() {
        return new CgroupLimits(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
    }

    private void find(Path root, String controllers, String path) {
        if (controllers.isEmpty()) {
            for (Path folder : upwards(root, path)) {
                memories.add(new MemoryFiles(
                        folder.resolve("memory.max"),
                        folder.resolve("memory.current"),
                        folder.resolve("memory.stat"),
                        "inactive_file "));
                cpus.add(folder.resolve("cpu.max"));
            }
        } else if (List.of(controllers.split(",")).contains("memory")) {
            for (Path folder : upwards(root.resolve("memory"), path)) {
                memories.add(new MemoryFiles(
                        folder.resolve("memory.limit_in_bytes"),
                        folder.resolve("memory.usage_in_bytes"),
                        folder.resolve("memory.stat"),
                        "total_inactive_file "));
            }
        } else if (List.of(controllers.split(",")).contains("cpu")) {
            upwards(root.resolve("cpu"), path).forEach(folder -> cpus.add(folder.resolve("cpu.cfs_quota_us")));
        }
    }

    /**
     * Returns the existing directories of the cgroup and its ancestors, because each of them may have a limit. In a
     * container only the root may be visible.
     */
    private static List<Path> upwards(Path root, String path) {
        List<Path> folders = new ArrayList<>();
        @Nullable
        Path folder = root.resolve(path.substring(path.startsWith("/") ? 1 : 0)).normalize();
        while (folder != null && folder.startsWith(root) && !folder.equals(root)) {
            if (Files.isDirectory(folder)) {
                folders.add(folder);
            }
            folder = folder.getParent();
        }
        folders.add(root);
        return folders;
    }

    /** Returns the lowest memory limit, with the memory used under it. */
    CgroupMemory memory() {
        long least = UNLIMITED;
        MemoryFiles of = null;
        for (MemoryFiles files : memories) {
            long limit = number(files.memoryMax);
            if (limit > 0 && limit < least) {
                least = limit;
                of = files;
            }
        }
        return of == null ? CgroupMemory.NONE : new CgroupMemory(least, used(of, least));
    }

    private static long used(MemoryFiles files, long limit) {
        long used = number(files.memoryUsed);
        if (used < WORTH_A_LOOK * limit) {
            return used;
        }
        try (var lines = Files.lines(files.memoryStat)) {
            long cache = lines.filter(line -> line.startsWith(files.inactive))
                    .mapToLong(line -> Long.parseLong(line.substring(files.inactive.length())))
                    .findFirst()
                    .orElse(0);
            return Math.max(0, used - cache);
        } catch (IOException | RuntimeException e) {
            return used;
        }
    }

    /** Returns the lowest CPU limit, in cores; -1 if there is none. */
    double cores() {
        double least = -1;
        for (Path file : cpus) {
            double cores = cores(file);
            if (cores > 0 && (least < 0 || cores < least)) {
                least = cores;
            }
        }
        return least;
    }

    /** Returns a CPU limit in cores. Version 2 has quota and period in one file, version 1 in two. */
    private static double cores(Path file) {
        String text = text(file);
        if (text == null || text.startsWith("max") || text.startsWith("-")) {
            return -1;
        }
        String[] parts = text.split(" ");
        try {
            double quota = Double.parseDouble(parts[0]);
            double period =
                    parts.length > 1 ? Double.parseDouble(parts[1]) : number(file.resolveSibling("cpu.cfs_period_us"));
            return period > 0 ? quota / period : -1;
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    /** Returns the number in a file; -1 if the file or the number is missing, as in {@code max}. */
    private static long number(Path file) {
        String text = text(file);
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private static @Nullable String text(Path file) {
        try {
            return Files.readString(file, StandardCharsets.US_ASCII).strip();
        } catch (IOException | RuntimeException e) {
            return null;
        }
    }
}
