package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Alert.Rule;
import org.starpunk.monitor.Trace.Why;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.Statement;

/**
 * What the monitor knew when an alert was raised: the newest events, the requests that say most about it, and the plans that look
 * bad. It is kept with the alert, whatever becomes of buffer and traces meanwhile.
 */
final class Evidence {

    private static final int EVENTS = 20;
    private static final int TRACES = 5;
    private static final int PLANS = 5;

    private List<Trace> traces;
    private String events;
    private String plans;

    private Evidence(List<Trace> traces, String events, String plans) {
        this.traces = traces;
        this.events = events;
        this.plans = plans;
    }

    /**
     * Gathers it.
     *
     * @param subject the endpoint's name, empty where the rule has none
     */
    static Evidence of(Monitor monitor, Rule rule, String subject) {
        JsonArray events = new JsonArray();
        monitor.ring.recent(EVENTS, metric -> events.add(Frame.shorten(metric)));
        JsonArray plans = new JsonArray();
        monitor.shapes.named().stream()
                .filter(Evidence::looksBad)
                .sorted(Comparator.comparingLong((Row<Statement> row) -> row.nanos)
                        .reversed())
                .limit(PLANS)
                .forEach(row -> plans.add(row.key.name() + ": " + (row.plan == null ? "" : row.plan.text())));
        return new Evidence(
                telling(monitor.traces.all().stream(), rule, subject)
                        .limit(TRACES)
                        .toList(),
                events.encode(),
                plans.encode());
    }

    private static boolean looksBad(Row<Statement> row) {
        Plan plan = row.plan;
        return plan != null && (plan.changed() || plan.fullScan() || plan.tempSort());
    }

    /** The kept requests that a rule is about, those that say most first. */
    private static Stream<Trace> telling(Stream<Trace> all, Rule rule, String subject) {
        return switch (rule) {
            case ENDPOINT_P99 ->
                all.filter(trace -> trace.endpoint.name().equals(subject))
                        .sorted(Comparator.comparingLong((Trace trace) -> trace.durationNanos)
                                .reversed());
            case ERROR_RATE -> all.filter(trace -> trace.why == Why.ERROR);
            case SLOW_QUERIES ->
                all.sorted(Comparator.comparingLong((Trace trace) -> trace.executeNanos)
                        .reversed());
            case POOL_EXHAUSTED ->
                all.sorted(Comparator.comparingLong((Trace trace) -> trace.waitNanos)
                        .reversed());
            case MEMORY_GROWTH, EVENT_LOOP_LAG, SENSOR_SILENT -> all;
        };
    }

    /** Lets it go, to bound memory: the alert stays without it. */
    void forget() {
        traces = List.of();
        events = "[]";
        plans = "[]";
    }

    /** A request that was kept with the alert, null when there is none of this id. */
    @Nullable
    Trace find(long id) {
        return traces.stream().filter(trace -> trace.id == id).findFirst().orElse(null);
    }

    JsonObject toJson() {
        JsonArray ids = new JsonArray();
        traces.forEach(trace -> ids.add(RequestId.format(trace.id)));
        return new JsonObject()
                .put("traces", ids)
                .put("metrics", new JsonArray(events))
                .put("plans", new JsonArray(plans));
    }

    /** What it retains at most, bytes: a trace may still be kept elsewhere too. */
    int bytes() {
        return 80
                + 2 * (events.length() + plans.length())
                + traces.stream().mapToInt(Trace::bytes).sum();
    }
}
