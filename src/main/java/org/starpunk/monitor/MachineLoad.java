package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * CPU use of the process and of the machine over the last seconds, from {@code /proc/stat} and {@code /proc/loadavg}.
 * It shows whether this process, other processes, or the machine's host cause slowness. Systems other than Linux
 * provide only the CPU use of the process.
 */
final class MachineLoad {

    private static final long MIN_SPAN_NANOS = 5_000_000_000L;
    private static final double BUSY = 80;
    private static final double STOLEN = 10;
    private static final double WAITING = 20;
    private static final double MOSTLY = 0.5;

    /**
     * Counters at one moment. Ticks are sums over all CPUs.
     *
     * @param nanos time of the reading on the monotonic clock
     * @param processNanos CPU time of the process, nanoseconds; -1 if unknown
     * @param total ticks of the machine; 0 if unknown
     * @param idle idle ticks
     * @param waiting ticks of waiting for a disk
     * @param steal ticks that the host gave to other machines
     * @param load load average over 1, 5 and 15 minutes; empty if unknown
     * @param cores CPU limit of the cgroup; -1 if there is none
     * @param threads number of threads of the process
     */
    record CpuCounters(
            long nanos,
            long processNanos,
            long total,
            long idle,
            long waiting,
            long steal,
            List<Double> load,
            double cores,
            int threads) {}

    private final int processors = Runtime.getRuntime().availableProcessors();
    private @Nullable CpuCounters older;
    private @Nullable CpuCounters newer;
    private @Nullable CpuCounters latest;

    /** Reads the counters. The call blocks. */
    static CpuCounters read(Path proc, TimeSource clock, CgroupLimits cgroup) {
        long[] ticks = ticks(proc.resolve("stat"));
        return new CpuCounters(
                clock.nanos(),
                clock.processCpuNanos(),
                ticks[0],
                ticks[1],
                ticks[2],
                ticks[3],
                load(proc.resolve("loadavg")),
                cgroup.cores(),
                ManagementFactory.getThreadMXBean().getThreadCount());
    }

    /**
     * Returns total, idle, iowait and steal of the line {@code cpu user nice system idle iowait irq softirq steal …}.
     */
    private static long[] ticks(Path stat) {
        try (var lines = Files.lines(stat)) {
            String[] fields = lines.findFirst().orElse("").split(" +");
            long total = 0;
            for (int i = 1; i < Math.min(9, fields.length); i++) { // user includes guest time
                total += Long.parseLong(fields[i]);
            }
            return new long[] {total, Long.parseLong(fields[4]), Long.parseLong(fields[5]), Long.parseLong(fields[8])};
        } catch (IOException | RuntimeException e) {
            return new long[4];
        }
    }

    private static List<Double> load(Path loadavg) {
        try {
            String[] fields = Files.readString(loadavg).split(" ");
            return List.of(Double.parseDouble(fields[0]), Double.parseDouble(fields[1]), Double.parseDouble(fields[2]));
        } catch (IOException | RuntimeException e) {
            return List.of();
        }
    }

    /** Adds a reading. The figures cover the time since an earlier reading that is at least five seconds old. */
    void accept(CpuCounters reading) {
        latest = reading;
        if (newer == null || reading.nanos - newer.nanos >= MIN_SPAN_NANOS) {
            older = newer == null ? reading : newer;
            newer = reading;
        }
    }

    private static double percent(long part, long whole) {
        return whole <= 0 ? 0 : Math.round(1_000.0 * part / whole) / 10.0;
    }

    /** Returns the CPU use of the process, percent of one core; null if unknown. */
    @Nullable
    Double processPercent() {
        CpuCounters from = older;
        CpuCounters to = latest;
        return from == null || to == null || to.processNanos < 0 || to.nanos <= from.nanos
                ? null
                : Double.valueOf(percent(to.processNanos - from.processNanos, to.nanos - from.nanos));
    }

    JsonObject process() {
        CpuCounters to = latest;
        return new JsonObject()
                .put("cpu_percent", processPercent())
                .put("threads", to == null ? null : to.threads)
                .put("cgroup_cores", to == null || to.cores < 0 ? null : JsonFields.round(to.cores));
    }

    JsonObject system() {
        JsonObject json = new JsonObject().put("processors", processors);
        CpuCounters from = older;
        CpuCounters to = latest;
        CpuShares shares = shares();
        boolean known = shares != null;
        double busy = shares == null ? 0 : shares.busy;
        double steal = shares == null ? 0 : shares.steal;
        double waiting = shares == null ? 0 : shares.waiting;
        List<Double> load = to == null ? List.of() : to.load;
        return json.put("cpu_percent", known ? busy : null)
                .put("steal_percent", known ? steal : null)
                .put("iowait_percent", known ? waiting : null)
                .put("load_1m", load.isEmpty() ? null : load.get(0))
                .put("load_5m", load.isEmpty() ? null : load.get(1))
                .put("load_15m", load.isEmpty() ? null : load.get(2))
                .put("span_s", from == null || to == null ? null : JsonFields.round((to.nanos - from.nanos) / 1e9))
                .put("text", known ? verdict(busy, steal, waiting) : null);
    }

    /** Shares of the machine's CPU time, percent. */
    private record CpuShares(double busy, double steal, double waiting) {}

    private @Nullable CpuShares shares() {
        CpuCounters from = older;
        CpuCounters to = latest;
        if (from == null || to == null || to.total <= from.total) {
            return null;
        }
        long total = to.total - from.total;
        return new CpuShares(
                percent(total - (to.idle - from.idle) - (to.waiting - from.waiting), total),
                percent(to.steal - from.steal, total),
                percent(to.waiting - from.waiting, total));
    }

    /** Returns whether other processes or the host use the CPUs, so that a late thread was waiting for a CPU. */
    boolean isTakenByOthers() {
        CpuShares shares = shares();
        Double own = processPercent();
        return shares != null
                && (shares.steal >= STOLEN
                        || (shares.busy >= BUSY && (own == null ? 0 : own / processors) < MOSTLY * shares.busy));
    }

    /** Returns a sentence that names the cause of slowness: this process, the machine, or its host. */
    private String verdict(double busy, double steal, double waiting) {
        Double own = processPercent();
        double share = own == null ? 0 : own / processors;
        String used = String.format(
                Locale.ROOT,
                "the machine is %.0f %% busy, %.0f %% of it by StarPunk",
                busy,
                busy <= 0 ? 0 : Math.min(100, 100 * share / busy));
        if (steal >= STOLEN) {
            return String.format(Locale.ROOT, "The host: it gives %.0f %% of the CPU time to others; %s.", steal, used);
        }
        if (waiting >= WAITING) {
            return String.format(
                    Locale.ROOT, "The disk: %.0f %% of the CPU time is spent waiting for it; %s.", waiting, used);
        }
        if (busy >= BUSY) {
            return (share >= MOSTLY * busy ? "This site: " : "Other programs: ") + used + '.';
        }
        return "Neither: " + used + '.';
    }
}
