package org.starpunk.monitor.web;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Lists of the dashboard: recent events, slow statements, failures, traces and alerts. */
final class EventListsModel {

    /** A time, as relative text and exact. */
    record DisplayedTime(String ago, String exact) {}

    /** A recent request or statement. {@code kind} is its type; {@code outcome} a status, or the kind of an error. */
    record RecentOperation(
            String key,
            DisplayedTime when,
            String kind,
            String name,
            String outcome,
            boolean failed,
            String took,
            String sql,
            String id,
            String href) {}

    record SlowOperation(DisplayedTime when, String took, String sql, String route, String traceHref, String plan) {}

    record TraceItem(
            DisplayedTime when,
            String endpoint,
            String href,
            String took,
            int status,
            int queries,
            String why,
            String sql) {}

    record AlertItem(
            String text,
            String rule,
            boolean firing,
            DisplayedTime since,
            String ended,
            List<ItemLink> traces,
            List<String> plans) {}

    record ItemLink(String text, String href) {}

    private static final int TAIL = 8;
    private static final int EVIDENCE = 8;

    /** Number of traces listed by default. */
    static final int FIRST_TRACES = 20;

    /** Field in which the page puts the buffered requests of the selected heat map cell, and the nodes without reply. */
    static final String CELL_REQUESTS = "cell_requests";

    /** Relative error of a percentile, by which it may exceed the durations of its requests. */
    private static final double BUCKET_ERROR = 0.03;

    private final JsonObject all;
    private final DashboardQuery query;
    private final Instant now;
    private final @Nullable HeatMapCell cell;
    private final Map<String, String> routes = new HashMap<>();

    EventListsModel(JsonObject all, DashboardQuery query, Instant now) {
        this.all = all;
        this.query = query;
        this.now = now;
        this.cell = HeatMapCell.of(query.get(DashboardQuery.CELL), JsonAccess.object(all, "heatmap"));
        JsonAccess.list(all, "recent").forEach(metric -> {
            JsonObject metadata = JsonAccess.object(metric, "metadata");
            if (JsonAccess.text(metric, "operation_type").equals("http")) {
                routes.put(JsonAccess.text(metadata, "request_id"), JsonAccess.text(metric, "operation_name"));
            }
        });
        JsonAccess.list(all, "traces")
                .forEach(trace -> routes.put(JsonAccess.text(trace, "request_id"), JsonAccess.text(trace, "endpoint")));
    }

    static String tail(String requestId) {
        return requestId.substring(Math.max(0, requestId.length() - TAIL));
    }

    private DisplayedTime when(JsonObject from, String name) {
        return when(from, name, now);
    }

    static DisplayedTime when(JsonObject from, String name, Instant now) {
        return new DisplayedTime(NumberFormats.ago(JsonAccess.text(from, name), now), JsonAccess.text(from, name));
    }

    List<RecentOperation> recent() {
        return JsonAccess.list(all, "recent").stream().map(this::recent).toList();
    }

    private RecentOperation recent(JsonObject metric) {
        JsonObject metadata = JsonAccess.object(metric, "metadata");
        String status = metadata.getValue("status") == null ? "" : String.valueOf(metadata.getValue("status"));
        String error = JsonAccess.text(metadata, "error");
        String id = JsonAccess.text(metadata, "request_id");
        return new RecentOperation(
                key(metric),
                when(metric, "timestamp"),
                JsonAccess.text(metric, "operation_type"),
                JsonAccess.text(metric, "operation_name"),
                result(metadata, status.isEmpty() ? error : status),
                failed(metric),
                NumberFormats.fine(JsonAccess.number(metric, "duration_ms")),
                JsonAccess.text(metadata, "sql"),
                tail(id),
                id.isEmpty() ? "" : query.href(DashboardQuery.TRACE, id));
    }

    /** Returns how much of a response was sent before the client disconnected, or else the given text. */
    private static String result(JsonObject from, String otherwise) {
        String left = JsonAccess.text(from, "left");
        return left.isEmpty() ? otherwise : left;
    }

    private static String key(JsonObject metric) {
        return JsonAccess.text(metric, "timestamp")
                + '/'
                + metric.getLong("id")
                + '/'
                + JsonAccess.text(metric, "node");
    }

    private static boolean failed(JsonObject metric) {
        JsonObject metadata = JsonAccess.object(metric, "metadata");
        return Boolean.TRUE.equals(metadata.getValue("failed"))
                || !JsonAccess.text(metadata, "error").isEmpty();
    }

    List<SlowOperation> slow() {
        Map<String, String> plans = new HashMap<>();
        JsonAccess.list(all, "queries")
                .forEach(shape -> plans.put(JsonAccess.text(shape, "shape"), JsonAccess.text(shape, "plan")));
        return JsonAccess.list(all, "slow_statements").stream()
                .map(metric -> slow(metric, plans))
                .toList();
    }

    private SlowOperation slow(JsonObject metric, Map<String, String> plans) {
        JsonObject metadata = JsonAccess.object(metric, "metadata");
        String id = JsonAccess.text(metadata, "request_id");
        String sql = JsonAccess.text(metadata, "sql");
        String endpoint = JsonAccess.text(metric, "endpoint");
        return new SlowOperation(
                when(metric, "timestamp"),
                NumberFormats.millis(JsonAccess.number(metric, "duration_ms")),
                sql,
                endpoint.isEmpty() ? NumberFormats.UNKNOWN : endpoint,
                endpoint.isEmpty() ? "" : query.href(DashboardQuery.TRACE, id),
                plans.getOrDefault(sql, ""));
    }

    /** Returns failed requests and statements among the retained ones, newest first. */
    List<RecentOperation> failures() {
        Map<String, RecentOperation> failures = new LinkedHashMap<>();
        JsonAccess.list(all, "recent").stream()
                .filter(EventListsModel::failed)
                .forEach(metric -> failures.put(failureKey(metric), recent(metric)));
        JsonAccess.list(all, "traces").stream()
                .filter(trace -> JsonAccess.text(trace, "why").equals("error"))
                .forEach(trace -> failures.putIfAbsent(JsonAccess.text(trace, "request_id"), failure(trace)));
        return failures.values().stream()
                .sorted(Comparator.comparing(
                                (RecentOperation recent) -> recent.when().exact())
                        .reversed())
                .limit(20)
                .toList();
    }

    /** Returns the id of a request, which its trace has too. A statement is identified by its event. */
    private static String failureKey(JsonObject metric) {
        String requestId = JsonAccess.text(JsonAccess.object(metric, "metadata"), "request_id");
        boolean isRequest = JsonAccess.text(metric, "operation_type").equals("http") && !requestId.isEmpty();
        return isRequest ? requestId : key(metric);
    }

    private RecentOperation failure(JsonObject trace) {
        String status = String.valueOf(trace.getValue("status"));
        String took = NumberFormats.fine(JsonAccess.number(trace, "duration_ms"));
        String id = JsonAccess.text(trace, "request_id");
        return new RecentOperation(
                id,
                when(trace, "at"),
                "http",
                JsonAccess.text(trace, "endpoint"),
                status,
                true,
                took,
                "",
                tail(id),
                query.href(DashboardQuery.TRACE, id));
    }

    /** Returns the traces of the page: the newest, those of an endpoint, the slowest, or those of a heat map cell. */
    List<TraceItem> traces() {
        return cell == null ? allTraces() : tracesOf(cell);
    }

    /** Returns the traces of a cell, then the requests of the cell that only the ring buffer has. */
    private List<TraceItem> tracesOf(HeatMapCell of) {
        Map<String, TraceItem> found = new LinkedHashMap<>();
        JsonAccess.list(all, "traces").stream()
                .filter(trace ->
                        of.holds(Instant.parse(JsonAccess.text(trace, "at")), JsonAccess.value(trace, "duration_ms")))
                .forEach(trace -> found.put(JsonAccess.text(trace, "request_id"), trace(trace)));
        for (JsonObject metric : JsonAccess.list(JsonAccess.object(all, CELL_REQUESTS), "requests")) {
            found.putIfAbsent(JsonAccess.text(JsonAccess.object(metric, "metadata"), "request_id"), buffered(metric));
        }
        return List.copyOf(found.values());
    }

    private TraceItem buffered(JsonObject metric) {
        JsonObject metadata = JsonAccess.object(metric, "metadata");
        return new TraceItem(
                when(metric, "timestamp"),
                JsonAccess.text(metric, "operation_name"),
                query.href(DashboardQuery.TRACE, JsonAccess.text(metadata, "request_id")),
                NumberFormats.fine(JsonAccess.number(metric, "duration_ms")),
                (int) JsonAccess.value(metadata, "status"),
                (int) JsonAccess.value(metadata, "queries"),
                "in the buffer",
                NumberFormats.UNKNOWN);
    }

    /** Returns the selected heat map cell; null if there is none. */
    HeatMapCell.@Nullable CellText cell() {
        return cell == null ? null : cell.shown();
    }

    /** Returns the nodes whose buffered requests of the selected cell are not listed, separated by commas. */
    String cellMissing() {
        return String.join(", ", JsonAccess.texts(JsonAccess.object(all, CELL_REQUESTS), "missing"));
    }

    private List<TraceItem> allTraces() {
        String endpoint = query.get(DashboardQuery.ENDPOINT);
        Stream<JsonObject> traces = JsonAccess.list(all, "traces").stream();
        double least = overMillis() * (1 - BUCKET_ERROR);
        if (!endpoint.isEmpty()) {
            traces = traces.filter(trace -> JsonAccess.text(trace, "endpoint").equals(endpoint));
        }
        if (tracesText().isEmpty()) {
            traces = traces.limit(query.allRows() ? Long.MAX_VALUE : FIRST_TRACES);
        } else {
            traces = traces.filter(trace -> JsonAccess.value(trace, "duration_ms") >= least)
                    .sorted(Comparator.comparingDouble((JsonObject trace) -> JsonAccess.value(trace, "duration_ms"))
                            .reversed());
        }
        return traces.map(this::trace).toList();
    }

    /** Describes the selection of traces for the heading; empty if all are listed. */
    String tracesText() {
        String endpoint = query.get(DashboardQuery.ENDPOINT);
        String over = query.get(DashboardQuery.OVER);
        double least = overMillis();
        if (endpoint.isEmpty() && least == 0) {
            return "";
        }
        return (endpoint.isEmpty() ? "of all endpoints" : "of " + endpoint)
                + (least > 0 ? ", at its " + over + " of " + NumberFormats.fine(least) + " or above" : "")
                + ", the slowest first";
    }

    /**
     * Returns the percentile above which requests are listed, for the endpoint or for all requests, milliseconds; 0
     * without a selection.
     */
    private double overMillis() {
        String over = query.get(DashboardQuery.OVER);
        String endpoint = query.get(DashboardQuery.ENDPOINT);
        if (!over.matches("p(50|95|99)")) {
            return 0;
        }
        JsonObject of = endpoint.isEmpty()
                ? JsonAccess.object(all, "summary")
                : JsonAccess.list(all, "endpoints").stream()
                        .filter(row -> JsonAccess.text(row, "endpoint").equals(endpoint))
                        .findFirst()
                        .orElseGet(JsonObject::new);
        return JsonAccess.value(of, over + "_ms");
    }

    private TraceItem trace(JsonObject trace) {
        return new TraceItem(
                when(trace, "at"),
                JsonAccess.text(trace, "endpoint"),
                query.href(DashboardQuery.TRACE, JsonAccess.text(trace, "request_id")),
                NumberFormats.fine(JsonAccess.number(trace, "duration_ms")),
                (int) JsonAccess.value(trace, "status"),
                (int) JsonAccess.value(trace, "query_count"),
                JsonAccess.text(trace, "why"),
                JsonAccess.value(trace, "query_count") == 0
                        ? NumberFormats.UNKNOWN
                        : NumberFormats.fine(JsonAccess.number(JsonAccess.object(trace, "split"), "sql_ms")));
    }

    List<AlertItem> alerts() {
        return JsonAccess.list(all, "alerts").stream().map(this::alert).toList();
    }

    private AlertItem alert(JsonObject alert) {
        JsonObject evidence = JsonAccess.object(alert, "evidence");
        return new AlertItem(
                JsonAccess.text(alert, "text"),
                JsonAccess.text(alert, "rule").replace('_', ' '),
                JsonAccess.text(alert, "state").equals("firing"),
                when(alert, "since"),
                JsonAccess.text(alert, "ended_at").isEmpty()
                        ? ""
                        : NumberFormats.ago(JsonAccess.text(alert, "ended_at"), now),
                JsonAccess.texts(evidence, "traces").stream()
                        .limit(EVIDENCE)
                        .map(id ->
                                new ItemLink(routes.getOrDefault(id, tail(id)), query.href(DashboardQuery.TRACE, id)))
                        .toList(),
                JsonAccess.texts(evidence, "plans").stream().distinct().toList());
    }
}
