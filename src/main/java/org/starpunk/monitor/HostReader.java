package org.starpunk.monitor;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.monitor.MachineLoad.CpuCounters;
import org.starpunk.monitor.ProcessMemory.MemoryReading;
import org.starpunk.telemetry.MonitorCost;
import org.starpunk.telemetry.SiteCondition;

/**
 * Reads memory, CPU, disk and backup together on a worker thread, and passes the values to the monitor on its event
 * loop.
 */
final class HostReader {

    private static final Logger LOG = LoggerFactory.getLogger(HostReader.class);
    private static final Path PROC = Path.of("/proc");
    private static final Path STATUS = PROC.resolve("self/status");
    private static final long MAX_AGE_NANOS = 900_000_000L;

    private final Vertx vertx;
    private final MonitorState monitor;
    private final MonitorService service;
    private final Supplier<SiteCondition> condition;
    private final MonitorCost cost;
    private final CgroupLimits cgroup = CgroupLimits.ofThisProcess();
    private final ProcessMemory process = new ProcessMemory(STATUS, cgroup);
    private @Nullable Future<Void> reading;
    private long readNanos;

    private record HostReading(MemoryReading memory, CpuCounters load, SiteCondition condition) {}

    /** @param condition reads disk and backup; called on a worker thread */
    HostReader(Vertx vertx, MonitorState monitor, MonitorService service, Supplier<SiteCondition> condition) {
        this.vertx = vertx;
        this.monitor = monitor;
        this.service = service;
        this.condition = condition;
        this.cost = MonitorCost.of(vertx);
    }

    /**
     * Starts the first reading on Linux, where it is cheap. On other systems it would load a native library during the
     * start.
     */
    void start() {
        if (Files.exists(STATUS)) {
            startReading(false);
        }
    }

    /** Returns whether the newest reading is less than 0.9 s old. */
    boolean isFresh() {
        return readNanos != 0 && monitor.clock.nanos() - readNanos < MAX_AGE_NANOS;
    }

    /** Starts a reading without waiting for it. */
    void startReading(boolean baseline) {
        Future<Void> unused = read(baseline);
    }

    /**
     * Starts a reading. The future completes even if the reading fails.
     *
     * @param baseline whether the growth of memory is measured from this reading
     */
    Future<Void> read(boolean baseline) {
        Future<Void> current = reading;
        if (current != null) {
            return baseline ? current.compose(unused -> read(true)) : current;
        }
        Future<Void> started = vertx.executeBlocking(this::readNow)
                .onSuccess(read -> accept(read, baseline))
                .onFailure(failure -> LOG.warn("memory and load could not be read", failure))
                .<Void>mapEmpty()
                .otherwiseEmpty();
        reading = started;
        started.onComplete(unused -> reading = null);
        return started;
    }

    private HostReading readNow() {
        return cost.onWorker(
                () -> new HostReading(process.read(), MachineLoad.read(PROC, monitor.clock, cgroup), condition.get()));
    }

    private void accept(HostReading read, boolean baseline) {
        readNanos = monitor.clock.nanos();
        monitor.load.accept(read.load);
        service.condition(read.condition);
        if (baseline) {
            monitor.memory.baseline(read.memory, readNanos / 1_000_000);
        } else {
            monitor.memory.accept(read.memory, readNanos / 1_000_000, monitor.site.requests);
        }
        monitor.memory.readAt(monitor.time.nowMillis());
        if (read.memory.rss() >= 0) {
            monitor.site.rss(read.memory.rss());
        }
        service.onMemoryReading();
    }
}
