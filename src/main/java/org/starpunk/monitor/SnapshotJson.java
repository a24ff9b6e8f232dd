package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.management.GarbageCollectorMXBean;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.ProcessMemory.MemoryReading;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.SamplingRates;

/** Snapshot of the monitor: the JSON response of {@code GET /admin/metrics}. */
final class SnapshotJson {

    private static final int VERSION = 1;
    private static final int SLOW = 50;

    private final MonitorState monitor;
    private final MonitorService service;
    private final SamplingRates sampling;

    SnapshotJson(MonitorState monitor, MonitorService service, SamplingRates sampling) {
        this.monitor = monitor;
        this.service = service;
        this.sampling = sampling;
    }

    JsonObject toJson(TimeWindow window, int recent) {
        monitor.closeSecond();
        TablesJson tablesJson = new TablesJson(monitor, window);
        SeriesJson seriesJson = new SeriesJson(monitor);
        double windowSeconds = TablesJson.windowSeconds(monitor, window);
        long from = monitor.time.nowMillis() - Math.round(windowSeconds * 1_000);
        return lists(window, recent)
                .put("version", VERSION)
                .put("at", EventView.iso(monitor.time.nowMillis()))
                .put("process_id", EventView.processId())
                .put("started_at", EventView.iso(monitor.time.startMillis()))
                .put("uptime_s", JsonFields.round(monitor.uptimeSeconds()))
                .put("window", window.label())
                .put("window_s", windowSeconds)
                .put("window_from", EventView.iso(Math.max(monitor.time.startMillis(), from)))
                .put("endpoints", tablesJson.endpoints(monitor.endpoints))
                .put("own_endpoints", tablesJson.endpoints(monitor.internalEndpoints))
                .put("queries", tablesJson.queries())
                .put("statuses", statuses())
                .put("outcomes", JsonFields.outcomes(monitor.site.responses::of))
                .put("window_outcomes", JsonFields.outcomes(monitor.site.window(window)::count))
                .put("cache", cache())
                .put("business", tablesJson.business())
                .put("webhook", service.webhook())
                .put("series", seriesJson.series(window))
                .put("heatmap", seriesJson.heatmap(window))
                .put("sensors", new InstrumentationStatus(monitor).toJson());
    }

    /**
     * Returns the values that belong to one process. A view of several nodes lists them per node instead of merging
     * histograms.
     */
    JsonObject lists(TimeWindow window, int recent) {
        return new JsonObject()
                .put("summary", service.summary().toJson())
                .put("stats", stats())
                .put("recent", recent(recent))
                .put("slow", slow())
                .put("slow_statements", SlowStatements.of(monitor, sampling.slowQueryNanos()))
                .put("pool", pool(window))
                .put("memory", memory())
                .put("process", monitor.load.process())
                .put("system", monitor.load.system())
                .put("alerts", alerts())
                .put("traces", traces())
                .put("markers", JsonFields.markers(monitor.annotations))
                .put("gauges", gauges())
                .put("loops", monitor.lag.toJson())
                .put("self", self());
    }

    /** Returns the statistics of the ring buffer. */
    JsonObject stats() {
        JsonObject rates = new JsonObject();
        JsonObject byType = new JsonObject();
        for (OperationType type : OperationType.values()) {
            rates.put(type.jsonName(), sampling.rate(type));
            byType.put(type.jsonName(), stats(type));
        }
        EventRingBuffer ring = monitor.ring;
        return new JsonObject()
                .put("total_count", ring.size())
                .put("max_size", ring.capacity())
                .put("process_id", EventView.processId())
                .put("sampling_rates", rates)
                .put("by_type", byType)
                .put("recorded", ring.recorded())
                .put("oldest_at", ring.size() == 0 ? null : EventView.iso(ring.atMillis(ring.begin())));
    }

    private JsonObject stats(OperationType type) {
        EventRingBuffer ring = monitor.ring;
        long count = 0;
        long sum = 0;
        long min = Long.MAX_VALUE;
        long max = 0;
        for (long number = ring.begin(); number < ring.end(); number++) {
            if (ring.type(number) == type) {
                long nanos = ring.durationNanos(number);
                count++;
                sum += nanos;
                min = Math.min(min, nanos);
                max = Math.max(max, nanos);
            }
        }
        return new JsonObject()
                .put("count", count)
                .put("avg_duration_ms", count == 0 ? 0.0 : EventView.millis(sum / count))
                .put("min_duration_ms", count == 0 ? 0.0 : EventView.millis(min))
                .put("max_duration_ms", EventView.millis(max));
    }

    private JsonArray recent(int max) {
        EventRingBuffer ring = monitor.ring;
        JsonArray recent = new JsonArray();
        for (long number = ring.end() - 1; number >= Math.max(ring.begin(), ring.end() - max); number--) {
            recent.add(ring.get(number).toJson().put("id", ring.sequence(number)));
        }
        return recent;
    }

    private JsonArray slow() {
        List<EventView> slow = new ArrayList<>();
        monitor.ring.slow(sampling.slowQueryNanos(), null, slow::add);
        slow.sort(Comparator.comparingLong(EventView::durationNanos).reversed());
        return JsonFields.metrics(slow.subList(0, Math.min(SLOW, slow.size())));
    }

    private JsonObject statuses() {
        JsonObject statuses = new JsonObject();
        for (int status = 0; status < ResponseCounts.STATUSES; status++) {
            if (monitor.site.responses.of(status) > 0) {
                statuses.put(Integer.toString(status), monitor.site.responses.of(status));
            }
        }
        return statuses;
    }

    private JsonObject pool(TimeWindow window) {
        GaugeTable gauges = monitor.gauges;
        Long size = gauges.pool("size");
        Long inUse = gauges.pool("in_use");
        Long utilisation = gauges.pool("utilisation_permille");
        DurationStats waits = monitor.waits.window(window, monitor.site.minute());
        return new JsonObject()
                .put("size", size)
                .put("in_use", inUse)
                .put("in_use_peak", gauges.pool("in_use_peak"))
                .put("idle", size == null || inUse == null ? null : Long.valueOf(size - inUse))
                .put("waiting", gauges.pool("waiting"))
                .put("waiting_peak", gauges.pool("waiting_peak"))
                .put("utilisation", utilisation == null ? null : Double.valueOf(utilisation / 1e3))
                .put("refused", gauges.pool("refused"))
                .put("created", gauges.pool("created"))
                .put("destroyed", gauges.pool("destroyed"))
                .put("wait_mean_ms", JsonFields.mean(waits.durations.sum(), waits.count()))
                .put("wait_p99_ms", waitP99(gauges.pool("wait_p99_us")))
                .put("held_ms", millis(gauges.pool("held_us")))
                .put("held_max_ms", millis(gauges.pool("held_max_us")))
                .put("queries_per_s", DashboardSummary.queriesPerSecond(monitor));
    }

    private static @Nullable Double waitP99(@Nullable Long micros) {
        return micros == null || micros < 0 ? null : millis(micros);
    }

    private static @Nullable Double millis(@Nullable Long micros) {
        return micros == null ? null : Double.valueOf(micros / 1_000.0);
    }

    private JsonObject cache() {
        return new JsonObject()
                .put("hits", monitor.business.count(MonitorState.CACHE_HIT))
                .put("misses", monitor.business.count(MonitorState.CACHE_MISS))
                .put("hit_rate", DashboardSummary.hitRate(monitor));
    }

    private JsonObject memory() {
        JsonArray gc = new JsonArray();
        for (GarbageCollectorMXBean collector : monitor.garbage.collectors()) {
            gc.add(new JsonObject()
                    .put("name", collector.getName())
                    .put("count", collector.getCollectionCount())
                    .put("time_ms", collector.getCollectionTime()));
        }
        MemoryGrowthDetector watch = monitor.memory;
        boolean grown = watch.grown()
                || watch.heapLeak().leaking()
                || watch.nativeGrowth().growing();
        return figures(watch)
                .put("growth_bytes", watch.growth())
                .put("growth_warning", grown)
                .put("growth_judged", watch.judging())
                .put("read_at", watch.latest() == null ? null : EventView.iso(watch.readMillis()))
                .put("gc", gc);
    }

    /** Returns the memory figures. All are from the same reading, so that they can be compared. */
    static JsonObject figures(MemoryGrowthDetector watch) {
        MemoryReading reading = watch.latest();
        Runtime runtime = Runtime.getRuntime();
        if (reading == null) {
            return new JsonObject()
                    .putNull("rss_bytes")
                    .putNull("vms_bytes")
                    .put("heap_bytes", GcStats.heapBytes())
                    .put("heap_committed_bytes", runtime.totalMemory())
                    .put("heap_max_bytes", runtime.maxMemory())
                    .putNull("heap_after_gc_bytes")
                    .putNull("non_heap_bytes")
                    .putNull("native_bytes")
                    .putNull("native_median_bytes")
                    .putNull("high_water_bytes")
                    .putNull("baseline_bytes")
                    .putNull("cgroup_limit_bytes")
                    .putNull("cgroup_used_bytes");
        }
        return new JsonObject()
                .put("rss_bytes", JsonFields.positiveOrNull(reading.rss()))
                .put("vms_bytes", JsonFields.positiveOrNull(reading.vms()))
                .put("heap_bytes", reading.heap())
                .put("heap_committed_bytes", reading.heapCommitted())
                .put("heap_max_bytes", runtime.maxMemory())
                .put("heap_after_gc_bytes", reading.collections() == 0 ? null : reading.heapAfterCollection())
                .put("non_heap_bytes", JsonFields.positiveOrNull(reading.nonHeap()))
                .put("native_bytes", JsonFields.positiveOrNull(reading.nativeBytes()))
                .put(
                        "native_median_bytes",
                        JsonFields.positiveOrNull(watch.nativeGrowth().median()))
                .put("high_water_bytes", JsonFields.positiveOrNull(watch.highWater()))
                .put("baseline_bytes", JsonFields.positiveOrNull(watch.baseline()))
                .put(
                        "cgroup_limit_bytes",
                        JsonFields.positiveOrNull(reading.cgroup().limit()))
                .put(
                        "cgroup_used_bytes",
                        JsonFields.positiveOrNull(reading.cgroup().used()));
    }

    private JsonArray alerts() {
        JsonArray alerts = new JsonArray();
        for (Alert alert : service.alerts().all()) {
            alerts.add(alert.toJson());
        }
        return alerts;
    }

    private JsonArray traces() {
        JsonArray traces = new JsonArray();
        for (RequestTrace trace : monitor.traces.all()) {
            traces.add(JsonFields.traceHead(trace));
        }
        return traces;
    }

    private JsonObject gauges() {
        JsonObject gauges = new JsonObject();
        monitor.gauges.others().forEach(gauges::put);
        return gauges;
    }

    private JsonObject self() {
        double share = monitor.cost.workShare();
        return new JsonObject()
                .put("cpu_percent", JsonFields.round(monitor.cost.cpuPercent()))
                .put("work_share", share < 0 ? null : Double.valueOf(Math.round(share * 1e6) / 1e6))
                .put("retained_bytes", service.retainedBytes())
                .put("recorder_bytes", monitor.lag.recorderBytes())
                .put("events", monitor.events)
                .put("dropped", monitor.dropped)
                .put("viewers", service.viewers())
                .put("frame_bytes", service.frameBytes())
                .put("frame_us", service.frameMicros())
                .put("ring_percent", JsonFields.round(monitor.cost.ringPercent()))
                .put("sampling_lowered", service.samplingLowered())
                .put("update_interval_s", service.updateSeconds())
                .put("slow_threshold_ms", EventView.millis(sampling.slowQueryNanos()))
                .put("buffer_filled", monitor.ring.size())
                .put("buffer_size", monitor.ring.capacity())
                .put("histories_evicted", monitor.evicted);
    }
}
