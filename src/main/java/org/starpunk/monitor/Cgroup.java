package org.starpunk.monitor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the limits of the process's cgroup, version 1 or 2, those of its ancestors included. Blocks. Everything is unknown on systems
 * without cgroups.
 *
 * @see <a href="https://docs.kernel.org/admin-guide/cgroup-v2.html">Control Group v2</a>
 */
final class Cgroup {

    /** Version 1 writes "no limit" as the largest number of pages, which exceeds the memory of every machine. */
    private static final long UNLIMITED = 1L << 53;

    /** Share of the limit below which the file cache need not be subtracted. */
    private static final double WORTH_A_LOOK = 0.5;

    /**
     * Limit and use.
     *
     * @param limit bytes, -1 when there is none
     * @param used bytes without file cache that the kernel can drop, -1 when there is no limit or it is unknown
     */
    record Memory(long limit, long used) {

        static final Memory NONE = new Memory(-1, -1);
    }

    private record MemoryFiles(Path memoryMax, Path memoryUsed, Path memoryStat, String inactive) {}

    private final List<MemoryFiles> memories = new ArrayList<>();
    private final List<Path> cpus = new ArrayList<>();

    /**
     * @param membership Linux's list of the process's cgroups, {@code /proc/self/cgroup}
     * @param root where cgroups are mounted, {@code /sys/fs/cgroup}
     */
    Cgroup(Path membership, Path root) {
        try {
            for (String line : Files.readAllLines(membership)) {
                String[] parts = line.split(":", 3);
                if (parts.length == 3) {
                    find(root, parts[1], parts[2]);
                }
            }
        } catch (IOException | RuntimeException e) {
            // Not Linux, or mounted elsewhere: no limit is known.
            memories.clear();
            cpus.clear();
        }
    }

    /** The cgroup of this process. */
    static Cgroup ofThisProcess() {
        return new Cgroup(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
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

    /** Directories of the cgroup and its ancestors: the tightest limit applies. In a container only the root may be visible. */
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

    /** Returns the tightest limit of memory, and its use. */
    Memory memory() {
        long least = UNLIMITED;
        MemoryFiles of = null;
        for (MemoryFiles files : memories) {
            long limit = number(files.memoryMax);
            if (limit > 0 && limit < least) {
                least = limit;
                of = files;
            }
        }
        return of == null ? Memory.NONE : new Memory(least, used(of, least));
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

    /** Returns the tightest limit of processors, as a number of cores; -1 when there is none. */
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

    /** Version 2 writes quota and period into one file, version 1 into two. */
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

    /** Returns the number in a file; -1 without such a file or number, as for {@code max}. */
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
