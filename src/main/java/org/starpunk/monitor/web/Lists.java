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
final class Lists {

    /** A time, as relative text and exact. */
    record When(String ago, String exact) {}

    /** A recent request or statement. {@code kind} is its type; {@code outcome} a status, or the kind of an error. */
    record Recent(
            String key,
            When when,
            String kind,
            String name,
            String outcome,
            boolean failed,
            String took,
            String sql,
            String id,
            String href) {}

    record Slow(When when, String took, String sql, String route, String traceHref, String plan) {}

    record Trace(
            When when, String endpoint, String href, String took, int status, int queries, String why, String sql) {}

    record Alert(
            String text,
            String rule,
            boolean firing,
            When since,
            String ended,
            List<Link> traces,
            List<String> plans) {}

    record Link(String text, String href) {}

    private static final int TAIL = 8;
    private static final int EVIDENCE = 8;

    /** Number of traces listed by default. */
    static final int FIRST_TRACES = 20;

    /** Field in which the page puts the buffered requests of the selected heat map cell. */
    static final String REQUESTS = "cell_requests";

    /** Relative error of a percentile, by which it may exceed the durations of its requests. */
    private static final double BUCKET_ERROR = 0.03;

    private final JsonObject all;
    private final Wanted wanted;
    private final Instant now;
    private final @Nullable Cell cell;
    private final Map<String, String> routes = new HashMap<>();

    Lists(JsonObject all, Wanted wanted, Instant now) {
        this.all = all;
        this.wanted = wanted;
        this.now = now;
        this.cell = Cell.of(wanted.get(Wanted.CELL), Read.object(all, "heatmap"));
        Read.list(all, "recent").forEach(metric -> {
            JsonObject metadata = Read.object(metric, "metadata");
            if (Read.text(metric, "operation_type").equals("http")) {
                routes.put(Read.text(metadata, "request_id"), Read.text(metric, "operation_name"));
            }
        });
        Read.list(all, "traces")
                .forEach(trace -> routes.put(Read.text(trace, "request_id"), Read.text(trace, "endpoint")));
    }

    static String tail(String requestId) {
        return requestId.substring(Math.max(0, requestId.length() - TAIL));
    }

    private When when(JsonObject from, String name) {
        return when(from, name, now);
    }

    static When when(JsonObject from, String name, Instant now) {
        return new When(Format.ago(Read.text(from, name), now), Read.text(from, name));
    }

    List<Recent> recent() {
        return Read.list(all, "recent").stream().map(this::recent).toList();
    }

    private Recent recent(JsonObject metric) {
        JsonObject metadata = Read.object(metric, "metadata");
        String status = metadata.getValue("status") == null ? "" : String.valueOf(metadata.getValue("status"));
        String error = Read.text(metadata, "error");
        String id = Read.text(metadata, "request_id");
        return new Recent(
                key(metric),
                when(metric, "timestamp"),
                Read.text(metric, "operation_type"),
                Read.text(metric, "operation_name"),
                result(metadata, status.isEmpty() ? error : status),
                failed(metric),
                Format.fine(Read.number(metric, "duration_ms")),
                Read.text(metadata, "sql"),
                tail(id),
                id.isEmpty() ? "" : wanted.href(Wanted.TRACE, id));
    }

    /** Returns how much of a response was sent before the client disconnected, or else the given text. */
    private static String result(JsonObject from, String otherwise) {
        String left = Read.text(from, "left");
        return left.isEmpty() ? otherwise : left;
    }

    private static String key(JsonObject metric) {
        return Read.text(metric, "timestamp") + '/' + metric.getLong("id") + '/' + Read.text(metric, "node");
    }

    private static boolean failed(JsonObject metric) {
        JsonObject metadata = Read.object(metric, "metadata");
        return Boolean.TRUE.equals(metadata.getValue("failed"))
                || !Read.text(metadata, "error").isEmpty();
    }

    List<Slow> slow() {
        Map<String, String> plans = new HashMap<>();
        Read.list(all, "queries").forEach(shape -> plans.put(Read.text(shape, "shape"), Read.text(shape, "plan")));
        return Read.list(all, "slow_statements").stream()
                .map(metric -> slow(metric, plans))
                .toList();
    }

    private Slow slow(JsonObject metric, Map<String, String> plans) {
        JsonObject metadata = Read.object(metric, "metadata");
        String id = Read.text(metadata, "request_id");
        String sql = Read.text(metadata, "sql");
        String endpoint = Read.text(metric, "endpoint");
        return new Slow(
                when(metric, "timestamp"),
                Format.millis(Read.number(metric, "duration_ms")),
                sql,
                endpoint.isEmpty() ? Format.UNKNOWN : endpoint,
                endpoint.isEmpty() ? "" : wanted.href(Wanted.TRACE, id),
                plans.getOrDefault(sql, ""));
    }

    /** Returns failed requests and statements among the retained ones, newest first. */
    List<Recent> failures() {
        Map<String, Recent> failures = new HashMap<>();
        Read.list(all, "traces").stream()
                .filter(trace -> Read.text(trace, "why").equals("error"))
                .map(this::failure)
                .forEach(failure -> failures.put(failure.id() + failure.kind(), failure));
        Read.list(all, "recent").stream()
                .filter(Lists::failed)
                .map(this::recent)
                .forEach(failure -> failures.put(failure.id() + failure.kind(), failure));
        return failures.values().stream()
                .sorted(Comparator.comparing((Recent recent) -> recent.when().exact())
                        .reversed())
                .limit(20)
                .toList();
    }

    private Recent failure(JsonObject trace) {
        String status = String.valueOf(trace.getValue("status"));
        String took = Format.fine(Read.number(trace, "duration_ms"));
        String id = Read.text(trace, "request_id");
        return new Recent(
                id,
                when(trace, "at"),
                "http",
                Read.text(trace, "endpoint"),
                status,
                true,
                took,
                "",
                tail(id),
                wanted.href(Wanted.TRACE, id));
    }

    /** Returns the traces of the page: the newest, those of an endpoint, the slowest, or those of a heat map cell. */
    List<Trace> traces() {
        return cell == null ? allTraces() : tracesOf(cell);
    }

    /** Returns the traces of a cell, then the requests of the cell that only the ring buffer has. */
    private List<Trace> tracesOf(Cell of) {
        Map<String, Trace> found = new LinkedHashMap<>();
        Read.list(all, "traces").stream()
                .filter(trace -> of.holds(Instant.parse(Read.text(trace, "at")), Read.value(trace, "duration_ms")))
                .forEach(trace -> found.put(Read.text(trace, "request_id"), trace(trace)));
        for (JsonObject metric : Read.list(all, REQUESTS)) {
            found.putIfAbsent(Read.text(Read.object(metric, "metadata"), "request_id"), buffered(metric));
        }
        return List.copyOf(found.values());
    }

    private Trace buffered(JsonObject metric) {
        JsonObject metadata = Read.object(metric, "metadata");
        return new Trace(
                when(metric, "timestamp"),
                Read.text(metric, "operation_name"),
                wanted.href(Wanted.TRACE, Read.text(metadata, "request_id")),
                Format.fine(Read.number(metric, "duration_ms")),
                (int) Read.value(metadata, "status"),
                (int) Read.value(metadata, "queries"),
                "in the buffer",
                Format.UNKNOWN);
    }

    /** Returns the selected heat map cell; null if there is none. */
    Cell.@Nullable Shown cell() {
        return cell == null ? null : cell.shown();
    }

    private List<Trace> allTraces() {
        String endpoint = wanted.get(Wanted.ENDPOINT);
        Stream<JsonObject> traces = Read.list(all, "traces").stream();
        double least = overMillis() * (1 - BUCKET_ERROR);
        if (!endpoint.isEmpty()) {
            traces = traces.filter(trace -> Read.text(trace, "endpoint").equals(endpoint));
        }
        if (tracesText().isEmpty()) {
            traces = traces.limit(wanted.allRows() ? Long.MAX_VALUE : FIRST_TRACES);
        } else {
            traces = traces.filter(trace -> Read.value(trace, "duration_ms") >= least)
                    .sorted(Comparator.comparingDouble((JsonObject trace) -> Read.value(trace, "duration_ms"))
                            .reversed());
        }
        return traces.map(this::trace).toList();
    }

    /** Describes the selection of traces for the heading; empty if all are listed. */
    String tracesText() {
        String endpoint = wanted.get(Wanted.ENDPOINT);
        String over = wanted.get(Wanted.OVER);
        double least = overMillis();
        if (endpoint.isEmpty() && least == 0) {
            return "";
        }
        return (endpoint.isEmpty() ? "of all endpoints" : "of " + endpoint)
                + (least > 0 ? ", at its " + over + " of " + Format.fine(least) + " or above" : "")
                + ", the slowest first";
    }

    /**
     * Returns the percentile above which requests are listed, for the endpoint or for all requests, milliseconds; 0
     * without a selection.
     */
    private double overMillis() {
        String over = wanted.get(Wanted.OVER);
        String endpoint = wanted.get(Wanted.ENDPOINT);
        if (!over.matches("p(50|95|99)")) {
            return 0;
        }
        JsonObject of = endpoint.isEmpty()
                ? Read.object(all, "summary")
                : Read.list(all, "endpoints").stream()
                        .filter(row -> Read.text(row, "endpoint").equals(endpoint))
                        .findFirst()
                        .orElseGet(JsonObject::new);
        return Read.value(of, over + "_ms");
    }

    private Trace trace(JsonObject trace) {
        return new Trace(
                when(trace, "at"),
                Read.text(trace, "endpoint"),
                wanted.href(Wanted.TRACE, Read.text(trace, "request_id")),
                Format.fine(Read.number(trace, "duration_ms")),
                (int) Read.value(trace, "status"),
                (int) Read.value(trace, "query_count"),
                Read.text(trace, "why"),
                Read.value(trace, "query_count") == 0
                        ? Format.UNKNOWN
                        : Format.fine(Read.number(Read.object(trace, "split"), "sql_ms")));
    }

    List<Alert> alerts() {
        return Read.list(all, "alerts").stream().map(this::alert).toList();
    }

    private Alert alert(JsonObject alert) {
        JsonObject evidence = Read.object(alert, "evidence");
        return new Alert(
                Read.text(alert, "text"),
                Read.text(alert, "rule").replace('_', ' '),
                Read.text(alert, "state").equals("firing"),
                when(alert, "since"),
                Read.text(alert, "ended_at").isEmpty() ? "" : Format.ago(Read.text(alert, "ended_at"), now),
                Read.texts(evidence, "traces").stream()
                        .limit(EVIDENCE)
                        .map(id -> new Link(routes.getOrDefault(id, tail(id)), wanted.href(Wanted.TRACE, id)))
                        .toList(),
                Read.texts(evidence, "plans").stream().distinct().toList());
    }
}
