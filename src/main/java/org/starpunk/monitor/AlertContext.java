package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Alert.AlertRule;
import org.starpunk.monitor.AlertTracker.RuleFinding;
import org.starpunk.monitor.RequestTrace.RetentionReason;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.SqlShape;

/**
 * Evidence of an alert from the moment at which it was raised: only events, requests, query plans and figures that
 * concern its rule. It is retained with the alert, even after the ring buffer and the trace store have evicted them.
 */
final class AlertContext {

    private static final int EVENTS = 20;
    private static final int TRACES = 5;
    private static final int PLANS = 5;
    private static final int EVENTS_SEARCHED = 2_000;
    private static final long RECENT_MILLIS = 120_000;
    private static final double WAITED_MILLIS = 1;

    private List<RequestTrace> traces;
    private String events;
    private String plans;
    private String facts;

    private AlertContext(List<RequestTrace> traces, String events, String plans, String facts) {
        this.traces = traces;
        this.events = events;
        this.plans = plans;
        this.facts = facts;
    }

    /**
     * Collects the evidence.
     *
     * @param slowNanos threshold of a slow statement, nanoseconds
     */
    static AlertContext of(MonitorState monitor, RuleFinding finding, long slowNanos) {
        List<RequestTrace> traces =
                traces(monitor, finding, slowNanos).limit(TRACES).toList();
        JsonArray events = new JsonArray();
        Predicate<EventView> wanted = event -> belongs(event, finding, slowNanos);
        long oldest = Math.max(monitor.ring.begin(), monitor.ring.end() - EVENTS_SEARCHED);
        for (long number = monitor.ring.end() - 1; number >= oldest && events.size() < EVENTS; number--) {
            EventView event = monitor.ring.get(number);
            if (wanted.test(event)) {
                events.add(LiveUpdateJson.shorten(event));
            }
        }
        JsonArray plans = new JsonArray();
        shapes(monitor, finding, traces, slowNanos)
                .sorted(Comparator.comparingLong((KeyStats<SqlShape> keyStats) -> keyStats.nanos)
                        .reversed())
                .limit(PLANS)
                .forEach(keyStats ->
                        plans.add(keyStats.key.name() + ": " + (keyStats.plan == null ? "" : keyStats.plan.text())));
        return new AlertContext(
                traces, events.encode(), plans.encode(), facts(monitor, finding).encode());
    }

    /** Returns whether an event concerns the rule. */
    private static boolean belongs(EventView event, RuleFinding finding, long slowNanos) {
        boolean request = event.type() == OperationType.HTTP;
        boolean statement = event.type() == OperationType.DATABASE;
        return switch (finding.rule()) {
            case ENDPOINT_P99 -> request && event.name().equals(finding.subject());
            case ERROR_RATE ->
                (request && Boolean.TRUE.equals(event.metadata().get("failed")) && isOf(event.name(), finding))
                        || (statement && event.metadata().containsKey("error"));
            case SLOW_QUERIES -> statement && event.durationNanos() >= slowNanos;
            case POOL_EXHAUSTED ->
                statement
                        && event.metadata().get("wait_ms") instanceof Number wait
                        && wait.doubleValue() >= WAITED_MILLIS;
            case EVENT_LOOP_LAG -> request && EventView.millis(event.durationNanos()) >= finding.limit();
            default -> false;
        };
    }

    private static boolean isOf(String endpoint, RuleFinding finding) {
        return finding.subject().isEmpty() || endpoint.equals(finding.subject());
    }

    /** Returns the traces that concern the rule, most relevant first. */
    private static Stream<RequestTrace> traces(MonitorState monitor, RuleFinding finding, long slowNanos) {
        Stream<RequestTrace> all = monitor.traces.all().stream();
        long recent = monitor.time.nowMillis() - RECENT_MILLIS;
        return switch (finding.rule()) {
            case ENDPOINT_P99 ->
                all.filter(trace -> isOf(trace.endpoint.name(), finding))
                        .sorted(Comparator.comparingLong((RequestTrace trace) -> trace.durationNanos)
                                .reversed());
            case ERROR_RATE ->
                all.filter(trace -> trace.why == RetentionReason.ERROR && isOf(trace.endpoint.name(), finding));
            case SLOW_QUERIES ->
                all.filter(trace -> trace.executeNanos >= slowNanos)
                        .sorted(Comparator.comparingLong((RequestTrace trace) -> trace.executeNanos)
                                .reversed());
            case POOL_EXHAUSTED ->
                all.filter(trace -> EventView.millis(trace.waitNanos) >= WAITED_MILLIS && trace.atMillis >= recent)
                        .sorted(Comparator.comparingLong((RequestTrace trace) -> trace.waitNanos)
                                .reversed());
            case EVENT_LOOP_LAG ->
                all.filter(trace ->
                                trace.atMillis >= recent && EventView.millis(trace.durationNanos) >= finding.limit())
                        .sorted(Comparator.comparingLong((RequestTrace trace) -> trace.loopNanos + trace.otherNanos())
                                .reversed());
            default -> Stream.empty();
        };
    }

    /** Returns the statements whose plans are relevant: slow statements, or those of the traces. */
    private static Stream<KeyStats<SqlShape>> shapes(
            MonitorState monitor, RuleFinding finding, List<RequestTrace> traces, long slowNanos) {
        if (finding.rule() == AlertRule.SLOW_QUERIES) {
            return monitor.shapes.named().stream()
                    .filter(keyStats -> keyStats.plan != null && keyStats.maxNanos >= slowNanos);
        }
        if (finding.rule() != AlertRule.ENDPOINT_P99 && finding.rule() != AlertRule.POOL_EXHAUSTED) {
            return Stream.empty();
        }
        Set<SqlShape> ran = new HashSet<>();
        for (RequestTrace trace : traces) {
            for (int span = 0; span < trace.spans(); span++) {
                ran.add(trace.statement(span));
            }
        }
        return monitor.shapes.named().stream()
                .filter(keyStats -> ran.contains(keyStats.key) && looksBad(keyStats, monitor));
    }

    private static boolean looksBad(KeyStats<SqlShape> keyStats, MonitorState monitor) {
        DurationStats stats = keyStats.history.window(TimeWindow.QUARTER, monitor.site.minute());
        return keyStats.plan != null
                && !PlanVerdict.of(keyStats.plan, keyStats.key.sql(), stats)
                        .flags()
                        .isEmpty();
    }

    /** Returns the figures that the rule has evaluated. */
    private static JsonObject facts(MonitorState monitor, RuleFinding finding) {
        return switch (finding.rule()) {
            case MEMORY_GROWTH, HEAP_LEAK, NATIVE_GROWTH, MEMORY_LIMIT -> SnapshotJson.figures(monitor.memory);
            case POOL_EXHAUSTED -> monitor.gauges.pool();
            case EVENT_LOOP_LAG -> new JsonObject().put("loops", monitor.lag.toJson());
            default -> new JsonObject();
        };
    }

    /**
     * Shifts the times of traces and events after an adjustment of the wall clock.
     *
     * @param moved traces that were shifted already; those of this evidence are added
     */
    void shift(long millis, Set<RequestTrace> moved) {
        for (RequestTrace trace : traces) {
            trace.atMillis += moved.add(trace) ? millis : 0;
        }
        JsonArray shifted = new JsonArray(events);
        for (int i = 0; i < shifted.size(); i++) {
            JsonObject event = shifted.getJsonObject(i);
            long at = Instant.parse(event.getString("timestamp")).toEpochMilli();
            event.put("timestamp", EventView.iso(at + millis));
        }
        events = shifted.encode();
    }

    /**
     * Returns whether the evidence has no trace although the rule concerns requests. Statements are counted before
     * their request ends, so an alert may be raised before the first trace exists.
     */
    boolean awaitsTraces(AlertRule rule) {
        return traces.isEmpty()
                && switch (rule) {
                    case ENDPOINT_P99, ERROR_RATE, SLOW_QUERIES, POOL_EXHAUSTED, EVENT_LOOP_LAG -> true;
                    default -> false;
                };
    }

    /** Takes the traces of later evidence of the same alert, with their plans. */
    void addTraces(AlertContext later) {
        if (!later.traces.isEmpty()) {
            traces = later.traces;
            plans = later.plans;
        }
    }

    /** Drops the content, to bound memory. The alert stays. */
    void clear() {
        traces = List.of();
        events = "[]";
        plans = "[]";
        facts = "{}";
    }

    /** Returns the trace of this id; null if there is none. */
    @Nullable
    RequestTrace find(long id) {
        return traces.stream().filter(trace -> trace.id == id).findFirst().orElse(null);
    }

    JsonObject toJson() {
        JsonArray ids = new JsonArray();
        traces.forEach(trace -> ids.add(RequestId.format(trace.id)));
        return new JsonObject()
                .put("traces", ids)
                .put("metrics", new JsonArray(events))
                .put("plans", new JsonArray(plans))
                .put("facts", new JsonObject(facts));
    }

    /** Returns the maximum retained size in bytes. Traces may be shared with the trace store. */
    int bytes() {
        return 120
                + 2 * (events.length() + plans.length() + facts.length())
                + traces.stream().mapToInt(RequestTrace::bytes).sum();
    }
}
