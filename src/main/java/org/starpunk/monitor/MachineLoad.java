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
 * CPU of the process and of the machine over the last seconds, from {@code /proc/stat} and {@code /proc/loadavg}. It shows whether
 * slowness comes from this process, from other programs, or from the machine's host. Other systems have only the process's CPU.
 */
final class MachineLoad {

    private static final long LEAST_NANOS = 5_000_000_000L;
    private static final double BUSY = 80;
    private static final double STOLEN = 10;
    private static final double WAITING = 20;
    private static final double MOSTLY = 0.5;

    /**
     * Counters at one moment. Ticks are of all processors together.
     *
     * @param nanos time of the reading on the monotonic clock
     * @param processNanos CPU time of the process, nanoseconds, -1 when unknown
     * @param total ticks of the machine, 0 when unknown
     * @param idle ticks in which nothing ran
     * @param waiting ticks of waiting for a disk
     * @param steal ticks that the host gave to others
     * @param load average load of 1, 5 and 15 minutes, empty when unknown
     * @param cores the cgroup's limit of processors, -1 when there is none
     * @param threads threads of the process
     */
    record Counters(
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
    private @Nullable Counters older;
    private @Nullable Counters newer;
    private @Nullable Counters latest;

    /** Reads the counters. Blocks. */
    static Counters read(Path proc, Clock clock, Cgroup cgroup) {
        long[] ticks = ticks(proc.resolve("stat"));
        return new Counters(
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

    /** The line {@code cpu user nice system idle iowait irq softirq steal …}: total, idle, iowait, steal. */
    private static long[] ticks(Path stat) {
        try (var lines = Files.lines(stat)) {
            String[] fields = lines.findFirst().orElse("").split(" +");
            long total = 0;
            for (int i = 1; i < Math.min(9, fields.length); i++) { // time of guests is part of user
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

    /** Adds a reading. Figures cover the time since an earlier one that is at least five seconds old. */
    void accept(Counters reading) {
        latest = reading;
        if (newer == null || reading.nanos - newer.nanos >= LEAST_NANOS) {
            older = newer == null ? reading : newer;
            newer = reading;
        }
    }

    private static double percent(long part, long whole) {
        return whole <= 0 ? 0 : Math.round(1_000.0 * part / whole) / 10.0;
    }

    /** Returns the CPU of the process over the span, percent of one core; null when unknown. */
    @Nullable
    Double processPercent() {
        Counters from = older;
        Counters to = latest;
        return from == null || to == null || to.processNanos < 0 || to.nanos <= from.nanos
                ? null
                : Double.valueOf(percent(to.processNanos - from.processNanos, to.nanos - from.nanos));
    }

    /** Returns the JSON of the process. */
    JsonObject process() {
        Counters to = latest;
        return new JsonObject()
                .put("cpu_percent", processPercent())
                .put("threads", to == null ? null : to.threads)
                .put("cgroup_cores", to == null || to.cores < 0 ? null : Json.round(to.cores));
    }

    /** Returns the JSON of the machine. */
    JsonObject system() {
        JsonObject json = new JsonObject().put("processors", processors);
        Counters from = older;
        Counters to = latest;
        Shares shares = shares();
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
                .put("span_s", from == null || to == null ? null : Json.round((to.nanos - from.nanos) / 1e9))
                .put("text", known ? verdict(busy, steal, waiting) : null);
    }

    /** Parts of the machine's CPU time over the span, percent. */
    private record Shares(double busy, double steal, double waiting) {}

    private @Nullable Shares shares() {
        Counters from = older;
        Counters to = latest;
        if (from == null || to == null || to.total <= from.total) {
            return null;
        }
        long total = to.total - from.total;
        return new Shares(
                percent(total - (to.idle - from.idle) - (to.waiting - from.waiting), total),
                percent(to.steal - from.steal, total),
                percent(to.waiting - from.waiting, total));
    }

    /** Returns whether other programs or the host take the processors, so that a late thread waited for them. */
    boolean isTakenByOthers() {
        Shares shares = shares();
        Double own = processPercent();
        return shares != null
                && (shares.steal >= STOLEN
                        || (shares.busy >= BUSY && (own == null ? 0 : own / processors) < MOSTLY * shares.busy));
    }

    /** Returns one sentence on the cause of slowness: this process, the machine, or its host. */
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
