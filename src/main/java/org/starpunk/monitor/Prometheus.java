package org.starpunk.monitor;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
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
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.ProcessMemory.Reading;
import org.starpunk.telemetry.Endpoint;

/**
 * What Prometheus reads, made from the monitor's own totals when it is asked for and written by Prometheus' own library. Names are
 * those of OpenTelemetry's semantic conventions where it has one.
 */
final class Prometheus {

    private static final String ROUTE = "http_route";
    private static final String METHOD = "http_request_method";

    private final Monitor monitor;
    private final List<MetricSnapshot> metrics = new ArrayList<>();

    Prometheus(Monitor monitor) {
        this.monitor = monitor;
    }

    /**
     * What was read.
     *
     * @param contentType the format that was chosen
     */
    record Text(String contentType, Buffer text) {}

    /**
     * Everything in the format that the reader prefers.
     *
     * @param accept the reader's {@code Accept}, null for the plain text format
     * @param more further metrics
     */
    Text text(@Nullable String accept, MetricSnapshots more) {
        if (monitor.counters != null) {
            metrics.addAll(monitor.counters.snapshots(databaseSystem()));
        }
        failures();
        pool();
        machine();
        events();
        own();
        more.forEach(metrics::add);
        ExpositionFormats formats = ExpositionFormats.init();
        boolean openMetrics = formats.getOpenMetricsTextFormatWriter().accepts(accept);
        ExpositionFormatWriter writer =
                openMetrics ? formats.getOpenMetricsTextFormatWriter() : formats.getPrometheusTextFormatWriter();
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 * 1024);
        out.writeBytes(notesCreated(openMetrics).getBytes(StandardCharsets.UTF_8));
        try {
            writer.write(out, new MetricSnapshots(metrics));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Text(writer.getContentType(), Buffer.buffer(out.toByteArray()));
    }

    /**
     * By hand: the library lets no name end in {@code _created_total}, which Prometheus takes all the same. In OpenMetrics a
     * counter is declared without its {@code _total}.
     */
    private String notesCreated(boolean openMetrics) {
        String declared = openMetrics ? "starpunk_notes_created" : "starpunk_notes_created_total";
        return "# TYPE " + declared + " counter\n# HELP " + declared + " Notes created.\nstarpunk_notes_created_total "
                + monitor.business.count("note_created") + "\n";
    }

    /** Only a server has connections to count. */
    private String databaseSystem() {
        return monitor.gauges.get("database_connections") == null ? "sqlite" : "postgresql";
    }

    private void failures() {
        CounterSnapshot.Builder errors = counter("starpunk_http_errors", "Requests that failed, by route.");
        for (Row<Endpoint> row : monitor.endpoints.named()) {
            add(errors, Labels.of(METHOD, row.key.method(), ROUTE, row.key.route()), row.errors);
        }
        metrics.add(errors.build());
        gauge(
                "http_server_active_requests",
                "Requests that are being answered, streams among them.",
                Labels.EMPTY,
                monitor.loops.activeRequests());
    }

    private void pool() {
        Long size = monitor.gauges.pool("size");
        Long inUse = monitor.gauges.pool("in_use");
        Long waiting = monitor.gauges.pool("waiting");
        if (size == null || inUse == null || waiting == null) {
            return;
        }
        metrics.add(GaugeSnapshot.builder()
                .name("db_client_connection_count")
                .help("Connections of the pool.")
                .dataPoint(value(Labels.of("state", "used"), inUse))
                .dataPoint(value(Labels.of("state", "idle"), size - inUse))
                .build());
        gauge("db_client_connection_pending_requests", "Calls that wait for a connection.", Labels.EMPTY, waiting);
    }

    private void machine() {
        Reading reading = monitor.memory.latest();
        GaugeSnapshot.Builder used = GaugeSnapshot.builder()
                .name("jvm_memory_used_bytes")
                .help("Memory of the JVM in use.")
                .dataPoint(value(Labels.of("jvm_memory_type", "heap"), GarbageCollection.heapBytes()));
        if (reading != null) {
            used.dataPoint(value(Labels.of("jvm_memory_type", "non_heap"), reading.nonHeap()));
        }
        metrics.add(used.build());
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
        CounterSnapshot.Builder events = counter("starpunk_events", "Business events by name.");
        for (Row<String> row : monitor.business.named()) {
            add(events, Labels.of("name", row.key), row.count);
        }
        metrics.add(events.build());
        CounterSnapshot.Builder cache = counter("starpunk_cache_requests", "Look-ups in the cache of pages.");
        add(cache, Labels.of("result", "hit"), monitor.business.count(Monitor.CACHE_HIT));
        add(cache, Labels.of("result", "miss"), monitor.business.count(Monitor.CACHE_MISS));
        metrics.add(cache.build());
        count("starpunk_slow_queries", "Statements over the slow threshold.", monitor.site.slowQueries);
        monitor.gauges.others().forEach(this::reported);
    }

    /** A gauge of the store or of others, in base units. */
    private void reported(String name, long value) {
        boolean millis = name.endsWith("_ms");
        gauge(
                "starpunk_" + (millis ? name.substring(0, name.length() - 2) + "seconds" : name),
                "As the store and others report it.",
                Labels.EMPTY,
                millis ? (Number) (value / 1e3) : (Number) value);
    }

    private void own() {
        gauge("starpunk_metrics_buffer_entries", "Events in the buffer.", Labels.EMPTY, monitor.ring.size());
        count("starpunk_metrics_dropped", "Events that the monitor has lost.", monitor.dropped);
        metrics.add(InfoSnapshot.builder()
                .name("starpunk_build")
                .help("The program.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of(
                                "version",
                                monitor.version,
                                "java_version",
                                Runtime.version().toString()))
                        .build())
                .build());
    }

    private static CounterSnapshot.Builder counter(String name, String help) {
        return CounterSnapshot.builder().name(name).help(help);
    }

    private static void add(CounterSnapshot.Builder counter, Labels labels, long value) {
        counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) value)
                .build());
    }

    private void count(String name, String help, long value) {
        CounterSnapshot.Builder counter = counter(name, help);
        add(counter, Labels.EMPTY, value);
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
