package org.starpunk.monitor;

import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.List;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Point;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Statement;

/** What is counted for Prometheus alone, and only when it is configured: durations since the start, with its labels. */
final class Counters {

    private static final String FEED = "feed_generated";
    private static final int RESPONSES = 160;
    private static final int TABLES = 64;
    private static final int FORMATS = 8;

    /** A route's responses of one status. */
    record Response(String method, String route, int status) {}

    private record Operation(String name, String table) {}

    private final Totals<Response> requests = new Totals<>(RESPONSES, new Response("_OTHER", "other", 0));
    private final Totals<Operation> statements = new Totals<>(TABLES, new Operation("other", "other"));
    private final Totals<String> feeds = new Totals<>(FORMATS, "other");

    /** @param endpoint what stands for its endpoint */
    void request(RequestTiming request, Endpoint endpoint) {
        requests.add(new Response(endpoint.method(), endpoint.route(), request.status()), request.durationNanos());
    }

    /** @param statement what stands for its shape */
    void statement(Statement statement, long nanos) {
        statements.add(new Operation(statement.operation(), statement.table()), nanos);
    }

    void point(Point point) {
        if (point.name().equals(FEED)) {
            feeds.add(String.valueOf(point.metadata().get("format")), point.durationNanos());
        }
    }

    /** @param system the kind of database, {@code sqlite} for instance */
    List<HistogramSnapshot> snapshots(String system) {
        return List.of(
                requests.snapshot(
                        "http_server_request_duration_seconds",
                        "Requests by route and status, all of them, whatever the sampling rate.",
                        key -> Labels.of(
                                "http_request_method",
                                key.method,
                                "http_route",
                                key.route,
                                "http_response_status_code",
                                key.status == 0 ? "other" : Integer.toString(key.status))),
                statements.snapshot(
                        "db_client_operation_duration_seconds",
                        "Statements by operation and table, without waiting for a connection.",
                        key -> Labels.of(
                                "db_system_name",
                                system,
                                "db_operation_name",
                                key.name,
                                "db_collection_name",
                                key.table)),
                feeds.snapshot(
                        "starpunk_feed_render_duration_seconds",
                        "Feeds written, by format.",
                        format -> Labels.of("format", format)));
    }

    int bytes() {
        return 64 + requests.bytes() + statements.bytes() + feeds.bytes();
    }
}
