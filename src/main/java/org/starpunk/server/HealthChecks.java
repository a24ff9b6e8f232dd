package org.starpunk.server;

import com.sun.management.UnixOperatingSystemMXBean;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.Settings;
import org.starpunk.job.BackupStatus;
import org.starpunk.monitor.MonitorClient;
import org.starpunk.note.DiskErrorMeaning;

/**
 * Health checks of the parts of the server. The status of a part is {@code up}, {@code degraded} (the site responds,
 * but needs attention), {@code down} (the site does not respond) or {@code off} (disabled).
 */
final class HealthChecks {

    private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
    private static final long MIN_FREE_BYTES = 100L * 1024 * 1024;
    private static final double HIGH_SHARE = 0.95;
    private static final double LATE_MILLIS = 200;

    private final Vertx vertx;
    private final Settings settings;
    private final ServerContext shared;
    private final MonitorClient monitor;
    private final Path media;

    /** Whether the media directory has ever existed. Written by worker threads. */
    private volatile boolean hadPictures;

    HealthChecks(Vertx vertx, Settings settings, ServerContext shared) {
        this.vertx = vertx;
        this.settings = settings;
        this.shared = shared;
        this.monitor = new MonitorClient(vertx);
        this.media = settings.dataDir().resolve("media");
        this.hadPictures = Files.isDirectory(media);
    }

    /** Runs all checks. A failure of the monitor does not make the site unhealthy. */
    Future<JsonObject> run() {
        Map<String, Future<JsonObject>> checks = new LinkedHashMap<>();
        checks.put("database", timed(() -> shared.store.ping().map(unused -> status("up"))));
        checks.put("pool", timed(this::pool));
        checks.put("disk", timed(() -> vertx.executeBlocking(this::disk, false)));
        checks.put("memory", timed(() -> Future.succeededFuture(memory())));
        checks.put("event_loop", timed(this::eventLoop));
        checks.put("connections", timed(() -> Future.succeededFuture(connections())));
        checks.put("monitor", settings.metrics().enabled() ? timed(this::monitor) : timed(() -> known("off")));
        checks.put("backup", timed(() -> Future.succeededFuture(backup())));
        List<Future<JsonObject>> all = new ArrayList<>(checks.values());
        return Future.all(all).map(unused -> {
            JsonObject results = new JsonObject();
            checks.forEach((name, check) -> results.put(name, check.result()));
            return results;
        });
    }

    static boolean allUp(JsonObject checks) {
        return checks.stream().noneMatch(check -> "down".equals(((JsonObject) check.getValue()).getString("status")));
    }

    private static JsonObject status(String status) {
        return new JsonObject().put("status", status);
    }

    private static Future<JsonObject> known(String status) {
        return Future.succeededFuture(status(status));
    }

    private static Future<JsonObject> timed(Callable<Future<JsonObject>> check) {
        long start = System.nanoTime();
        return Future.succeededFuture()
                .compose(unused -> {
                    try {
                        return check.call();
                    } catch (Exception e) {
                        return Future.failedFuture(e);
                    }
                })
                .otherwise(failure -> {
                    LOG.warn("a health check failed: {}", failure.getMessage());
                    return status("down");
                })
                .map(result -> result.put("time_ms", (System.nanoTime() - start) / 1e6));
    }

    /** A waiting reader only means a slow site. */
    private Future<JsonObject> pool() {
        return shared.store
                .pool()
                .map(pool -> status(pool.waiting() > 0 ? "degraded" : "up")
                        .put("size", pool.size())
                        .put("in_use", pool.inUse())
                        .put("waiting", pool.waiting()));
    }

    private JsonObject disk() throws IOException {
        long free = Files.getFileStore(settings.dataDir()).getUsableSpace();
        JsonObject disk = status(free > MIN_FREE_BYTES ? "up" : "down").put("free_bytes", free);
        if (free < DiskSpaceCheck.FULL) {
            disk.put("message", DiskErrorMeaning.FULL + ": nothing can be saved");
        }
        boolean pictures = Files.isDirectory(media);
        if (hadPictures && !pictures) {
            disk.put("status", "down").put("message", "the folder of the pictures is missing: " + media);
        }
        hadPictures |= pictures;
        return disk;
    }

    private static JsonObject memory() {
        MemoryUsage heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        boolean enough = heap.getMax() <= 0 || heap.getUsed() < HIGH_SHARE * heap.getMax();
        return status(enough ? "up" : "degraded")
                .put("heap_used_bytes", heap.getUsed())
                .put("heap_max_bytes", heap.getMax());
    }

    /** Measures the delay of a task on the event loop of this request. */
    private Future<JsonObject> eventLoop() {
        Context loop = vertx.getOrCreateContext();
        Promise<JsonObject> turn = Promise.promise();
        long asked = System.nanoTime();
        loop.runOnContext(unused -> {
            double waited = (System.nanoTime() - asked) / 1e6;
            turn.complete(status(waited < LATE_MILLIS ? "up" : "degraded").put("lag_ms", waited));
        });
        return turn.future();
    }

    private JsonObject connections() {
        ConnectionLimiter connectionLimiter = shared.connectionLimiter;
        JsonObject result = status(
                        connectionLimiter.open() < HIGH_SHARE * connectionLimiter.maxConnections() ? "up" : "degraded")
                .put("open", connectionLimiter.open())
                .put("most", connectionLimiter.maxConnections())
                .put("refused", connectionLimiter.refused());
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
            result.put("descriptors_open", unix.getOpenFileDescriptorCount())
                    .put("descriptors_most", unix.getMaxFileDescriptorCount());
        }
        return result;
    }

    /** A missing backup only degrades the site: it responds, and the dashboard shows the problem. */
    private JsonObject backup() {
        BackupStatus state = shared.jobs.backup().orElse(null);
        if (state == null) {
            return status("starting");
        }
        boolean troubled = state.hasProblem(shared.clock.instant());
        return status(troubled ? "degraded" : state.automatic() ? "up" : "off")
                .put("last", state.last() == null ? null : state.last().toString())
                .put("ahead", state.ahead() == null ? null : state.ahead().toString())
                .put("message", state.failure());
    }

    private Future<JsonObject> monitor() {
        return monitor.ping().map(done -> status("up")).otherwise(failure -> status("degraded"));
    }
}
