package org.starpunk.monitor;

import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Outcome;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;

/**
 * Counters and histograms for Prometheus since the start of the process, by label. They exist only if Prometheus is
 * configured. Idle rows of the dashboard are evicted; these series are never removed. Above a limit, new routes, tables
 * and names are counted as {@code other}, so that no series and no sum of series ever decreases.
 */
final class PrometheusHistograms {

    static final String NOTE_CREATED = "note_created";

    private static final String FEED = "feed_generated";
    private static final String OTHER = "other";
    private static final String UNKNOWN = "unknown";
    private static final int RESPONSES = 96;
    private static final int ROUTES = 64;
    private static final int TABLES = 48;
    private static final int EVENTS = 64;
    private static final int FORMATS = 8;

    /**
     * Subset of the bounds that OpenTelemetry recommends for HTTP and databases. They are few because every series has
     * all of them.
     */
    private static final double[] HTTP_BOUNDS = {0.01, 0.1, 0.5, 2.5};

    private static final double[] DATABASE_BOUNDS = {0.001, 0.05, 1};

    /** @param status status code, or its first digit for the whole class */
    private record ResponseLabels(Endpoint endpoint, int status, Outcome outcome) {

        ResponseLabels shared() {
            return new ResponseLabels(other(endpoint), status / 100, outcome);
        }

        Labels labels() {
            String code = Integer.toString(status) + (status < 10 ? "xx" : "");
            Labels labels = PrometheusHistograms.labels(endpoint).add("http_response_status_code", code);
            return switch (outcome) {
                case OK, CLIENT_ERROR -> labels;
                case SERVER_ERROR -> labels.add("error_type", code.startsWith("5") ? code : outcome.jsonName());
                case CLIENT_GONE, TIMEOUT, REFUSED -> labels.add("error_type", outcome.jsonName());
            };
        }
    }

    /** @param error kind of the failure; empty on success */
    private record OperationLabels(String name, String table, String error) {

        OperationLabels shared() {
            return new OperationLabels(OTHER, OTHER, error.isEmpty() ? "" : "_OTHER");
        }

        Labels labels(String system) {
            Labels labels = Labels.of("db_system_name", system, "db_operation_name", name);
            labels = table.equals(UNKNOWN) ? labels : labels.add("db_collection_name", table);
            return error.isEmpty() ? labels : labels.add("error_type", error);
        }
    }

    private static final class RouteTotal {
        long errors;
        long receiveNanos;
        long serverNanos;
        long sendNanos;
    }

    private final CumulativeHistograms<ResponseLabels> requests =
            new CumulativeHistograms<>(RESPONSES, ResponseLabels::shared, HTTP_BOUNDS);
    private final CumulativeHistograms<OperationLabels> statements =
            new CumulativeHistograms<>(TABLES, OperationLabels::shared, DATABASE_BOUNDS);
    private final CumulativeHistograms<String> feeds =
            new CumulativeHistograms<>(FORMATS, unused -> OTHER, DATABASE_BOUNDS);
    private final Map<Endpoint, RouteTotal> routes = new HashMap<>();
    private final Map<String, Long> events = new TreeMap<>();

    PrometheusHistograms() {
        for (String name : List.of(NOTE_CREATED, MonitorState.CACHE_HIT, MonitorState.CACHE_MISS)) {
            events.put(name, 0L);
        }
    }

    void request(RequestTiming request) {
        Endpoint endpoint = request.endpoint();
        requests.add(new ResponseLabels(endpoint, request.status(), request.outcome()), request.durationNanos());
        RouteTotal total = routes.get(endpoint);
        if (total == null) {
            Endpoint counted = routes.size() < ROUTES ? endpoint : other(endpoint);
            total = routes.computeIfAbsent(counted, unused -> new RouteTotal());
        }
        total.errors += request.failed() ? 1 : 0;
        total.receiveNanos += request.receiveNanos();
        total.serverNanos += request.durationNanos();
        total.sendNanos += request.sendNanos();
    }

    private static Endpoint other(Endpoint endpoint) {
        return new Endpoint(endpoint.method(), OTHER, false);
    }

    private static Labels labels(Endpoint endpoint) {
        Labels labels = Labels.of("http_request_method", endpoint.method());
        return endpoint.hasRoute() ? labels.add("http_route", endpoint.route()) : labels;
    }

    void statement(QueryTiming query) {
        String error = query.error();
        statements.add(
                new OperationLabels(
                        query.statement().operation(), query.statement().table(), error == null ? "" : error),
                query.executeNanos());
    }

    /** Counts a business event. */
    void event(String name) {
        String counted = events.containsKey(name) || events.size() < EVENTS ? name : OTHER;
        events.merge(counted, 1L, Long::sum);
    }

    void point(CustomEvent point) {
        if (point.name().equals(FEED)) {
            feeds.add(String.valueOf(point.metadata().get("format")), point.durationNanos());
        }
    }

    /** Returns the count of an event; 0 if it never occurred. */
    long count(String name) {
        return events.getOrDefault(name, 0L);
    }

    /** @param system type of the database, such as {@code sqlite} */
    List<MetricSnapshot> snapshots(String system) {
        return List.of(
                requests.snapshot(
                        "http_server_request_duration_seconds",
                        "Time that the server worked on requests, by route and status; all requests, whatever the"
                                + " sampling rate.",
                        ResponseLabels::labels),
                errors(),
                parts(),
                statements.snapshot(
                        "db_client_operation_duration_seconds",
                        "Execution time of statements, by operation and table, without the wait for a connection.",
                        operation -> operation.labels(system)),
                feeds.snapshot(
                        "starpunk_feed_render_duration_seconds",
                        "Rendering time of feeds, by format.",
                        format -> Labels.of("format", format)),
                events());
    }

    /**
     * Includes routes without an error with the value 0, because Prometheus sees no increase in a series that starts at
     * 1.
     */
    private CounterSnapshot errors() {
        CounterSnapshot.Builder errors = counter("starpunk_http_errors", "Requests that failed, by route.");
        routes.forEach((endpoint, total) -> add(errors, labels(endpoint), total.errors));
        return errors.build();
    }

    private CounterSnapshot parts() {
        CounterSnapshot.Builder parts = counter(
                "starpunk_http_request_part_seconds",
                "Time of requests by its part: receiving the body, the server's work, sending the response.");
        routes.forEach((endpoint, total) -> {
            addPart(parts, endpoint, "receiving", total.receiveNanos);
            addPart(parts, endpoint, "server", total.serverNanos);
            addPart(parts, endpoint, "sending", total.sendNanos);
        });
        return parts.build();
    }

    private static void addPart(CounterSnapshot.Builder parts, Endpoint endpoint, String part, long nanos) {
        if (nanos > 0) {
            add(parts, labels(endpoint).add("part", part), nanos / 1e9);
        }
    }

    private CounterSnapshot events() {
        CounterSnapshot.Builder counter = counter("starpunk_events", "Business events by name.");
        events.forEach((name, count) -> add(counter, Labels.of("name", name), count));
        return counter.build();
    }

    static CounterSnapshot.Builder counter(String name, String help) {
        return CounterSnapshot.builder().name(name).help(help);
    }

    static void add(CounterSnapshot.Builder counter, Labels labels, Number value) {
        counter.dataPoint(CounterDataPointSnapshot.builder()
                .labels(labels)
                .value(value.doubleValue())
                .build());
    }

    int bytes() {
        return 128 + requests.bytes() + statements.bytes() + feeds.bytes() + routes.size() * 160 + events.size() * 120;
    }
}
