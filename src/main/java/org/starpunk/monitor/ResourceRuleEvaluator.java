package org.starpunk.monitor;

import java.util.Locale;
import org.starpunk.config.AlertSettings;
import org.starpunk.monitor.Alert.AlertRule;
import org.starpunk.monitor.AlertTracker.RuleFinding;
import org.starpunk.monitor.AlertTracker.RuleWording;
import org.starpunk.monitor.ProcessMemory.MemoryReading;
import org.starpunk.telemetry.SiteCondition;

/** Evaluates the rules for memory, disk and backups after each reading. */
final class ResourceRuleEvaluator {

    private static final int LIMIT_READINGS = 2;
    private static final double CGROUP_LIMIT = 0.9;
    private static final double MB = 1 << 20;
    private static final double LEAST_FREE = 200 * MB;
    private static final double MUCH_FREE = 2_048 * MB;
    private static final double FREE_SHARE = 0.05;

    private final MonitorState monitor;
    private final AlertTracker alerts;
    private final AlertSettings limits;

    ResourceRuleEvaluator(MonitorState monitor, AlertTracker alerts, AlertSettings limits) {
        this.monitor = monitor;
        this.alerts = alerts;
        this.limits = limits;
    }

    /** Evaluates the newest reading of memory. */
    void memory() {
        MemoryReading reading = monitor.memory.latest();
        if (reading == null) {
            return;
        }
        growthOverBaseline();
        heapLeak(monitor.memory.heapLeak());
        nativeGrowth(monitor.memory.nativeGrowth());
        memoryLimit(reading);
    }

    private void growthOverBaseline() {
        double growth = Math.max(0, monitor.memory.growth()) / MB;
        double limit = limits.memoryGrowth() / MB;
        String tail = String.format(Locale.ROOT, " since the start (limit %.0f MB)", limit);
        evaluate(
                AlertRule.MEMORY_GROWTH,
                "",
                monitor.memory.grown(),
                growth,
                limit,
                1,
                new RuleWording(
                        "resident memory has grown by %s" + tail,
                        "resident memory had grown by %s" + tail,
                        megabytes(growth)));
    }

    private static String megabytes(double value) {
        return String.format(Locale.ROOT, "%.0f MB", value);
    }

    private void heapLeak(HeapLeakDetector detector) {
        double share = detector.share() * 100;
        String tail = String.format(
                Locale.ROOT, " of its maximum after garbage collection (limit %.0f %%)", HeapLeakDetector.LIMIT * 100);
        evaluate(
                AlertRule.HEAP_LEAK,
                "",
                detector.leaking(),
                share,
                HeapLeakDetector.LIMIT * 100,
                1,
                new RuleWording(
                        "the heap keeps growing: %s" + tail,
                        "the heap kept growing: %s" + tail,
                        String.format(Locale.ROOT, "%.0f %%", share)));
    }

    private void nativeGrowth(NativeGrowthDetector detector) {
        double limit = Math.max(0, detector.limit()) / MB;
        String tail = String.format(
                Locale.ROOT, ", %.0f MB in the first hour (limit %.0f MB)", Math.max(0, detector.median()) / MB, limit);
        double value = Math.max(0, detector.newest()) / MB;
        evaluate(
                AlertRule.NATIVE_GROWTH,
                "",
                detector.growing(),
                value,
                limit,
                1,
                new RuleWording(
                        "memory outside the Java heap has grown to %s" + tail,
                        "memory outside the Java heap had grown to %s" + tail,
                        megabytes(value)));
    }

    private void memoryLimit(MemoryReading reading) {
        long most = reading.cgroup().limit();
        if (most <= 0) {
            return;
        }
        double share = (double) Math.max(0, reading.cgroup().used()) / most;
        String tail = String.format(Locale.ROOT, " of its limit of %.0f MB (limit 90 %%)", most / MB);
        evaluate(
                AlertRule.MEMORY_LIMIT,
                "",
                share > CGROUP_LIMIT,
                share * 100,
                CGROUP_LIMIT * 100,
                LIMIT_READINGS,
                new RuleWording(
                        "the container uses %s" + tail,
                        "the container used %s" + tail,
                        String.format(Locale.ROOT, "%.0f %%", share * 100)));
    }

    /** Evaluates a reading of disk and backup. */
    void condition(SiteCondition condition) {
        if (condition.diskBytes() > 0) {
            disk(condition);
        }
        String problem = condition.backupProblem();
        evaluate(
                AlertRule.BACKUP,
                "",
                problem != null,
                problem == null ? 0 : 1,
                0,
                1,
                new RuleWording("the backup: %s", "the backup: %s", problem == null ? "" : problem));
    }

    /** Reports a nearly full disk: less than 5 % free, with a minimum of 200 MB and a maximum of 2 GB. */
    private void disk(SiteCondition condition) {
        double used = 100.0 * (condition.diskBytes() - condition.diskFreeBytes()) / condition.diskBytes();
        double least = Math.max(LEAST_FREE, Math.min(MUCH_FREE, FREE_SHARE * condition.diskBytes()));
        double limit = 100.0 * Math.max(0, condition.diskBytes() - least) / condition.diskBytes();
        String amount = String.format(Locale.ROOT, "%.0f %% full, %.0f MB free", used, condition.diskFreeBytes() / MB);
        String tail = String.format(Locale.ROOT, " (limit %.0f MB free)", least / MB);
        evaluate(
                AlertRule.DISK_FULL,
                "",
                condition.diskFreeBytes() < least,
                used,
                limit,
                1,
                new RuleWording("the disk of the site is %s" + tail, "the disk of the site was %s" + tail, amount));
    }

    private void evaluate(
            AlertRule rule, String subject, boolean bad, double value, double limit, int inARow, RuleWording wording) {
        alerts.evaluate(new RuleFinding(rule, subject, bad, value, limit, inARow, wording), monitor.time.nowMillis());
    }
}
