package org.starpunk.monitor;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.prometheus.metrics.model.snapshots.SummarySnapshot;
import io.prometheus.metrics.model.snapshots.SummarySnapshot.SummaryDataPointSnapshot;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.starpunk.monitor.ProcessMemory.MemoryReading;
import org.starpunk.telemetry.Outcome;

/**
 * Prometheus exporter: builds the metrics from the monitor's totals on each scrape, and writes them with the Prometheus
 * library. Names follow OpenTelemetry's semantic conventions where these define one.
 */
final class PrometheusExporter {

    /** Name of the store's connection pool, which is also the prefix of its threads. */
    private static final String POOL = "starpunk-store";

    private static final String POOL_NAME = "db_client_connection_pool_name";

    /** Names of the store's reported values that are counters since the start. All others are gauges. */
    private static final Set<String> REPORTED_COUNTERS =
            Set.of("wal_checkpoints", "busy_waits", "busy_wait_ms", "deadlocks");

    private final MonitorState monitor;
    private final PrometheusHistograms prometheusHistograms;
    private final List<MetricSnapshot> metrics = new ArrayList<>();

    PrometheusExporter(MonitorState monitor, PrometheusHistograms prometheusHistograms) {
        this.monitor = monitor;
        this.prometheusHistograms = prometheusHistograms;
    }

    /**
     * Metrics as text.
     *
     * @param contentType content type of the format
     * @param text the metrics
     */
    record PrometheusText(String contentType, Buffer text) {}

    /**
     * Returns all metrics as text.
     *
     * @param openMetrics whether to use the OpenMetrics format; otherwise the Prometheus text format
     * @param more further metrics
     */
    PrometheusText text(boolean openMetrics, MetricSnapshots more) {
        metrics.addAll(prometheusHistograms.snapshots(databaseSystem()));
        requests();
        pool();
        machine();
        events();
        own();
        more.forEach(metrics::add);
        ExpositionFormats formats = ExpositionFormats.init();
        ExpositionFormatWriter writer =
                openMetrics ? formats.getOpenMetricsTextFormatWriter() : formats.getPrometheusTextFormatWriter();
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        out.writeBytes(notesCreated(openMetrics).getBytes(StandardCharsets.UTF_8));
        try {
            writer.write(out, new MetricSnapshots(metrics));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PrometheusText(writer.getContentType(), Buffer.buffer(out.toByteArray()));
    }

    /**
     * Returns the counter of created notes. It is written manually because the library rejects names that end in {@code
     * _created_total}, although Prometheus accepts them. OpenMetrics declares a counter without its {@code _total}.
     */
    private String notesCreated(boolean openMetrics) {
        String declared = openMetrics ? "starpunk_notes_created" : "starpunk_notes_created_total";
        return "# TYPE " + declared + " counter\n# HELP " + declared + " Notes created.\nstarpunk_notes_created_total "
                + prometheusHistograms.count(PrometheusHistograms.NOTE_CREATED) + "\n";
    }

    /** Returns the type of the database. Only a database server has a number of connections. */
    private String databaseSystem() {
        return monitor.gauges.get("database_connections") == null ? "sqlite" : "postgresql";
    }

    private void requests() {
        CounterSnapshot.Builder outcomes = PrometheusHistograms.counter(
                "starpunk_http_outcomes", "Requests by outcome; errors are server_error and timeout.");
        for (Outcome outcome : Outcome.values()) {
            PrometheusHistograms.add(
                    outcomes, Labels.of("outcome", outcome.jsonName()), monitor.site.responses.of(outcome));
        }
        metrics.add(outcomes.build());
        count(
                "starpunk_http_requests_accepted",
                "Requests whose head was read, including the monitor's own.",
                monitor.lag.acceptedRequests());
        count(
                "starpunk_http_requests_ended",
                "Accepted requests that have ended, with any outcome.",
                monitor.lag.endedRequests());
        gauge(
                "http_server_active_requests",
                "Active requests, including streams.",
                Labels.EMPTY,
                monitor.lag.activeRequests());
    }

    private void pool() {
        Long size = monitor.gauges.pool("size");
        Long inUse = monitor.gauges.pool("in_use");
        Long waiting = monitor.gauges.pool("waiting");
        if (size == null || inUse == null || waiting == null) {
            return;
        }
        Labels pool = Labels.of(POOL_NAME, POOL);
        String state = "db_client_connection_state";
        metrics.add(GaugeSnapshot.builder()
                .name("db_client_connection_count")
                .help("Connections of the pool by their state.")
                .dataPoint(value(pool.add(state, "used"), inUse))
                .dataPoint(value(pool.add(state, "idle"), size - inUse))
                .build());
        gauge("db_client_connection_max", "Largest number of connections of the pool.", pool, size);
        gauge("db_client_connection_pending_requests", "Calls that wait for a connection.", pool, waiting);
        Long refused = monitor.gauges.pool("refused");
        if (refused != null) {
            count("db_client_connection_timeouts", "Calls that got no connection in time.", pool, refused);
        }
    }

    private void machine() {
        MemoryReading reading = monitor.memory.latest();
        GaugeSnapshot.Builder used = GaugeSnapshot.builder()
                .name("jvm_memory_used_bytes")
                .help("Memory of the JVM in use.")
                .dataPoint(value(Labels.of("jvm_memory_type", "heap"), GcStats.heapBytes()));
        if (reading != null) {
            used.dataPoint(value(Labels.of("jvm_memory_type", "non_heap"), reading.nonHeap()));
        }
        metrics.add(used.build());
        long cpuNanos = monitor.clock.processCpuNanos();
        if (cpuNanos >= 0) {
            count("process_cpu_seconds", "CPU time of the process.", cpuNanos / 1e9);
        }
        gauge(
                "process_start_time_seconds",
                "Start of the process, epoch seconds.",
                Labels.EMPTY,
                monitor.startMillis / 1e3);
        if (reading != null && reading.rss() >= 0) {
            gauge("process_resident_memory_bytes", "Resident memory of the process.", Labels.EMPTY, reading.rss());
        }
        SummarySnapshot.Builder pauses =
                SummarySnapshot.builder().name("jvm_gc_duration_seconds").help("Garbage collections.");
        for (GarbageCollectorMXBean gc : monitor.garbage.collectors()) {
            pauses.dataPoint(SummaryDataPointSnapshot.builder()
                    .labels(Labels.of("jvm_gc_name", gc.getName()))
                    .count(Math.max(0, gc.getCollectionCount()))
                    .sum(gc.getCollectionTime() / 1e3)
                    .build());
        }
        metrics.add(pauses.build());
    }

    private void events() {
        CounterSnapshot.Builder cache = PrometheusHistograms.counter("starpunk_cache_requests", "Page cache lookups.");
        PrometheusHistograms.add(cache, Labels.of("result", "hit"), prometheusHistograms.count(MonitorState.CACHE_HIT));
        PrometheusHistograms.add(
                cache, Labels.of("result", "miss"), prometheusHistograms.count(MonitorState.CACHE_MISS));
        metrics.add(cache.build());
        count("starpunk_slow_queries", "Statements over the slow threshold.", monitor.site.slowQueries);
        monitor.gauges.others().forEach(this::reported);
    }

    /** Adds a value that the store or another part reported, in base units. */
    private void reported(String name, long value) {
        boolean millis = name.endsWith("_ms");
        String unit = "starpunk_" + (millis ? name.substring(0, name.length() - 2) + "seconds" : name);
        Number amount = millis ? (Number) (value / 1e3) : (Number) value;
        String help = "Reported by the store.";
        if (REPORTED_COUNTERS.contains(name)) {
            count(unit, help, Labels.EMPTY, amount);
        } else {
            gauge(unit, help, Labels.EMPTY, amount);
        }
    }

    private void own() {
        gauge("starpunk_metrics_buffer_entries", "Events in the buffer.", Labels.EMPTY, monitor.ring.size());
        count("starpunk_metrics_dropped", "Events that the monitor has lost.", monitor.dropped);
        metrics.add(InfoSnapshot.builder()
                .name("starpunk_build")
                .help("Version of StarPunk and of Java.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "version",
                                monitor.version,
                                "java_version",
                                Runtime.version().toString()))
                        .build())
                .build());
    }

    private void count(String name, String help, Number value) {
        count(name, help, Labels.EMPTY, value);
    }

    private void count(String name, String help, Labels labels, Number value) {
        CounterSnapshot.Builder counter = PrometheusHistograms.counter(name, help);
        PrometheusHistograms.add(counter, labels, value);
        metrics.add(counter.build());
    }

    private void gauge(String name, String help, Labels labels, Number value) {
        metrics.add(GaugeSnapshot.builder()
                .name(name)
                .help(help)
                .dataPoint(value(labels, value))
                .build());
    }

    private static GaugeDataPointSnapshot value(Labels labels, Number value) {
        return GaugeDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build();
    }
}
