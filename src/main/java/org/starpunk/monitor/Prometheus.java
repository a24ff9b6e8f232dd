package org.starpunk.monitor;

import io.vertx.core.buffer.Buffer;
import java.lang.management.GarbageCollectorMXBean;
import java.util.Map;
import java.util.TreeMap;
import org.starpunk.monitor.ProcessMemory.Reading;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Statement;

/** The counters in Prometheus' text format, version 0.0.4, made from the monitor's own totals when they are asked for. */
final class Prometheus {

    private static final String HTTP = "http_server_request_duration_seconds";
    private static final String DATABASE = "db_client_operation_duration_seconds";

    private final Monitor monitor;
    private final StringBuilder text = new StringBuilder(8_192);

    Prometheus(Monitor monitor) {
        this.monitor = monitor;
    }

    Buffer text() {
        requests();
        statements();
        pool();
        machine();
        own();
        return Buffer.buffer(text.toString());
    }

    private void requests() {
        head(HTTP, "summary", "Requests by route, all of them, whatever the sampling rate.");
        for (Row<Endpoint> row : monitor.endpoints.named()) {
            summary(HTTP, route(row), row.count, row.nanos);
        }
        summary(HTTP, "http_route=\"other\"", monitor.endpoints.other().count, monitor.endpoints.other().nanos);
        head("starpunk_http_errors_total", "counter", "Requests that failed, by route.");
        for (Row<Endpoint> row : monitor.endpoints.named()) {
            line("starpunk_http_errors_total", route(row), row.errors);
        }
        head("starpunk_http_responses_total", "counter", "Responses by status.");
        for (int status = 0; status < Site.statuses(); status++) {
            if (monitor.site.status(status) > 0) {
                String label = label("http_response_status_code", Integer.toString(status));
                line("starpunk_http_responses_total", label, monitor.site.status(status));
            }
        }
    }

    private static String route(Row<Endpoint> row) {
        return label("http_request_method", row.key.method()) + ',' + label("http_route", row.key.route());
    }

    /** Statements by operation and table; several shapes may share a name. */
    private void statements() {
        Map<String, long[]> byName = new TreeMap<>();
        for (Row<Statement> row : monitor.shapes.named()) {
            add(byName, row);
        }
        add(byName, monitor.shapes.other());
        head(DATABASE, "summary", "Statements by operation and table, without waiting for a connection.");
        byName.forEach((labels, sums) -> summary(DATABASE, labels, sums[0], sums[1]));
    }

    private static void add(Map<String, long[]> byName, Row<Statement> row) {
        String labels = label("db_system_name", "sqlite")
                + ','
                + label("db_operation_name", row.key.operation())
                + ','
                + label("db_collection_name", row.key.table());
        long[] sums = byName.computeIfAbsent(labels, unused -> new long[2]);
        sums[0] += row.count;
        sums[1] += row.nanos;
    }

    private void pool() {
        Long size = monitor.gauges.pool("size");
        Long inUse = monitor.gauges.pool("in_use");
        if (size != null && inUse != null) {
            head("db_client_connection_count", "gauge", "Connections of the pool.");
            line("db_client_connection_count", label("state", "used"), inUse);
            line("db_client_connection_count", label("state", "idle"), size - inUse);
        }
    }

    private void machine() {
        head("jvm_memory_used_bytes", "gauge", "Memory of the JVM in use.");
        line("jvm_memory_used_bytes", label("jvm_memory_type", "heap"), Monitor.heapBytes());
        Reading reading = monitor.memory.latest();
        if (reading != null) {
            line("jvm_memory_used_bytes", label("jvm_memory_type", "non_heap"), reading.nonHeap());
        }
        if (reading != null && reading.rss() >= 0) {
            head("process_resident_memory_bytes", "gauge", "Resident memory of the process.");
            line("process_resident_memory_bytes", "", reading.rss());
        }
        head("jvm_gc_duration_seconds", "summary", "Garbage collections.");
        for (GarbageCollectorMXBean gc : monitor.garbage.collectors()) {
            summary(
                    "jvm_gc_duration_seconds",
                    label("jvm_gc_name", gc.getName()),
                    gc.getCollectionCount(),
                    gc.getCollectionTime() * 1_000_000L);
        }
    }

    private void own() {
        head("starpunk_events_total", "counter", "Business events by name.");
        for (Row<String> row : monitor.business.named()) {
            line("starpunk_events_total", label("name", row.key), row.count);
        }
        head("starpunk_cache_requests_total", "counter", "Look-ups in the cache of pages.");
        long hits = monitor.businessCount(Monitor.CACHE_HIT);
        line("starpunk_cache_requests_total", label("result", "hit"), hits);
        line("starpunk_cache_requests_total", label("result", "miss"), monitor.businessCount(Monitor.CACHE_MISS));
        single(
                "starpunk_slow_queries_total",
                "counter",
                "Statements over the slow threshold.",
                monitor.site.slowQueries);
        single("starpunk_metrics_buffer_entries", "gauge", "Events in the buffer.", monitor.ring.size());
        single("starpunk_metrics_dropped_total", "counter", "Events that the monitor has lost.", monitor.dropped);
    }

    private void single(String name, String type, String help, long value) {
        head(name, type, help);
        line(name, "", value);
    }

    private void head(String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private void summary(String name, String labels, long count, long nanos) {
        line(name + "_count", labels, count);
        text.append(name)
                .append("_sum{")
                .append(labels)
                .append("} ")
                .append(nanos / 1e9)
                .append('\n');
    }

    private void line(String name, String labels, long value) {
        text.append(name);
        if (!labels.isEmpty()) {
            text.append('{').append(labels).append('}');
        }
        text.append(' ').append(value).append('\n');
    }

    private static String label(String name, String value) {
        String escaped = value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n");
        return name + "=\"" + escaped + '"';
    }
}
