package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Tiles of the dashboard, and its panels of facts: memory, pool, cache, database, event loops, statuses, and the
 * monitor itself.
 */
final class TilesModel {

    /** A tile. Live updates find it by {@code id}; {@code path} is an SVG path of the series. */
    record DashboardTile(String id, String label, String value, String detail, String path) {}

    record PanelFact(String name, String value) {}

    record StatusCount(String code, String count, String level) {}

    /** A selectable sampling rate. */
    record SamplingRateChoice(String value, String label, boolean chosen) {}

    /** Gauges that count since the start. */
    private static final Set<String> SINCE_THE_START =
            Set.of("wal_checkpoints", "busy_waits", "busy_wait_ms", "deadlocks");

    private static final List<Double> RATES = List.of(1.0, 0.5, 0.1, 0.01, 0.0);

    private final JsonObject all;
    private final JsonObject summary;
    private final JsonObject series;

    TilesModel(JsonObject all) {
        this.all = all;
        this.summary = JsonAccess.object(all, "summary");
        this.series = JsonAccess.object(all, "series");
    }

    List<DashboardTile> tiles() {
        return List.of(
                tile("requests", "Requests/s", rate("requests_per_s"), requests(), "requests"),
                tile("latency", "Latency p50 / p99", pair(), middle(), "p99_ms"),
                tile("errors", "Errors", errors(), errorShare(), "errors"),
                tile("memory", "Memory", "RSS " + bytes("rss_bytes"), heap(), "rss_bytes"),
                tile("queries", "Queries/s", rate("queries_per_s"), pool(), "queries"));
    }

    private DashboardTile tile(String id, String label, String value, String detail, String column) {
        return new DashboardTile(id, label, value, detail, SparklinePath.path(JsonAccess.array(series, column)));
    }

    private String rate(String name) {
        return NumberFormats.digits(JsonAccess.number(summary, name));
    }

    private String bytes(String name) {
        return NumberFormats.bytes(JsonAccess.number(summary, name));
    }

    private String millis(String name) {
        return NumberFormats.millis(JsonAccess.number(summary, name));
    }

    private String requests() {
        return "last 10 s · " + NumberFormats.count(JsonAccess.number(summary, "requests")) + " since the start";
    }

    /** Formats p50 and p99 as a pair: 11 / 65 ms. The unit is written once if both have the same. */
    private String pair() {
        String low = millis("p50_ms");
        String high = millis("p99_ms");
        return (low.endsWith(" ms") && high.endsWith(" ms") ? low.substring(0, low.length() - 3) : low) + " / " + high;
    }

    private String middle() {
        return "2 min · p95 " + millis("p95_ms") + " · mean " + millis("mean_ms");
    }

    private String errors() {
        return NumberFormats.brief(JsonAccess.number(summary, "window_errors")) + " of "
                + NumberFormats.brief(JsonAccess.number(summary, "window_requests"));
    }

    private String errorShare() {
        return "in 15 min · " + NumberFormats.count(JsonAccess.number(summary, "errors")) + " since the start";
    }

    private String heap() {
        return "now · heap " + bytes("heap_bytes") + " of " + bytes("heap_max_bytes");
    }

    private String pool() {
        return "last 10 s · pool now " + NumberFormats.count(JsonAccess.number(summary, "pool_in_use")) + "/"
                + NumberFormats.count(JsonAccess.number(summary, "pool_size"));
    }

    List<PanelFact> memory() {
        JsonObject memory = JsonAccess.object(all, "memory");
        List<PanelFact> facts = new ArrayList<>();
        facts.add(new PanelFact("RSS, the whole process", NumberFormats.bytes(JsonAccess.number(memory, "rss_bytes"))));
        facts.add(new PanelFact("peak RSS", NumberFormats.bytes(JsonAccess.number(memory, "high_water_bytes"))));
        facts.add(new PanelFact(
                "RSS 5 s after the start", NumberFormats.bytes(JsonAccess.number(memory, "baseline_bytes"))));
        facts.add(new PanelFact("limit of the container", limit(memory)));
        facts.add(new PanelFact("virtual (VMS)", NumberFormats.bytes(JsonAccess.number(memory, "vms_bytes"))));
        facts.add(new PanelFact(
                "heap",
                NumberFormats.bytes(JsonAccess.number(memory, "heap_bytes")) + " of "
                        + NumberFormats.bytes(JsonAccess.number(memory, "heap_max_bytes"))));
        facts.add(new PanelFact(
                "old generation after GC", NumberFormats.bytes(JsonAccess.number(memory, "heap_after_gc_bytes"))));
        facts.add(new PanelFact(
                "classes and compiled code", NumberFormats.bytes(JsonAccess.number(memory, "non_heap_bytes"))));
        facts.add(new PanelFact(
                "native: buffers, threads", NumberFormats.bytes(JsonAccess.number(memory, "native_bytes"))));
        for (JsonObject gc : JsonAccess.list(memory, "gc")) {
            facts.add(new PanelFact("GC " + JsonAccess.text(gc, "name"), collections(gc)));
        }
        return facts;
    }

    List<PanelFact> machine() {
        JsonObject process = JsonAccess.object(all, "process");
        JsonObject system = JsonAccess.object(all, "system");
        return List.of(
                new PanelFact("this process", percent(process, "cpu_percent") + " of one core"),
                new PanelFact(
                        "the machine",
                        percent(system, "cpu_percent") + " of "
                                + NumberFormats.count(JsonAccess.number(system, "processors")) + " processors"),
                new PanelFact("taken by the host (steal)", percent(system, "steal_percent")),
                new PanelFact("waiting for a disk", percent(system, "iowait_percent")),
                new PanelFact(
                        "load of 1, 5, 15 min",
                        NumberFormats.digits(JsonAccess.number(system, "load_1m")) + " · "
                                + NumberFormats.digits(JsonAccess.number(system, "load_5m")) + " · "
                                + NumberFormats.digits(JsonAccess.number(system, "load_15m"))),
                new PanelFact("limit of the container", cores(JsonAccess.number(process, "cgroup_cores"))),
                new PanelFact("threads", NumberFormats.count(JsonAccess.number(process, "threads"))));
    }

    private static String percent(JsonObject of, String name) {
        Number value = JsonAccess.number(of, name);
        return value == null ? NumberFormats.UNKNOWN : NumberFormats.digits(value) + " %";
    }

    private static String cores(@Nullable Number limit) {
        return limit == null ? "none" : NumberFormats.digits(limit) + " cores";
    }

    private static String limit(JsonObject memory) {
        Number limit = JsonAccess.number(memory, "cgroup_limit_bytes");
        return limit == null
                ? "none"
                : NumberFormats.bytes(JsonAccess.number(memory, "cgroup_used_bytes")) + " of "
                        + NumberFormats.bytes(limit) + " used";
    }

    private static String collections(JsonObject gc) {
        return JsonAccess.value(gc, "count") == 0
                ? "none yet"
                : NumberFormats.count(JsonAccess.number(gc, "count")) + " × · "
                        + NumberFormats.millis(JsonAccess.number(gc, "time_ms")) + " since the start";
    }

    List<PanelFact> poolFacts() {
        JsonObject pool = JsonAccess.object(all, "pool");
        String size = " of " + NumberFormats.count(JsonAccess.number(pool, "size"));
        return List.of(
                new PanelFact("in use now", NumberFormats.count(JsonAccess.number(pool, "in_use")) + size),
                new PanelFact(
                        "most in use, last second", NumberFormats.count(JsonAccess.number(pool, "in_use_peak")) + size),
                new PanelFact("busy, last minute", NumberFormats.percent(JsonAccess.number(pool, "utilisation"))),
                new PanelFact("waiting now", NumberFormats.count(JsonAccess.number(pool, "waiting"))),
                new PanelFact(
                        "most waiting, last second", NumberFormats.count(JsonAccess.number(pool, "waiting_peak"))),
                new PanelFact("wait p99, last minute", NumberFormats.fine(JsonAccess.number(pool, "wait_p99_ms"))),
                new PanelFact("held, mean, last second of use", NumberFormats.fine(JsonAccess.number(pool, "held_ms"))),
                new PanelFact(
                        "held, longest, last second of use",
                        NumberFormats.fine(JsonAccess.number(pool, "held_max_ms"))),
                new PanelFact("refused since the start", NumberFormats.count(JsonAccess.number(pool, "refused"))),
                new PanelFact("opened since the start", NumberFormats.count(JsonAccess.number(pool, "created"))),
                new PanelFact("lost since the start", NumberFormats.count(JsonAccess.number(pool, "destroyed"))),
                new PanelFact(
                        "queries per second, last 10 s",
                        NumberFormats.digits(JsonAccess.number(pool, "queries_per_s"))));
    }

    List<PanelFact> cache() {
        JsonObject cache = JsonAccess.object(all, "cache");
        return List.of(
                new PanelFact("hit rate since the start", NumberFormats.percent(JsonAccess.number(cache, "hit_rate"))),
                new PanelFact("hits since the start", NumberFormats.count(JsonAccess.number(cache, "hits"))),
                new PanelFact("misses since the start", NumberFormats.count(JsonAccess.number(cache, "misses"))));
    }

    /** Returns the gauges of the store and of other parts. */
    List<PanelFact> gauges() {
        return JsonAccess.object(all, "gauges").stream()
                .map(gauge -> new PanelFact(name(gauge.getKey()), gauge(gauge)))
                .toList();
    }

    private static String name(String gauge) {
        String name = gauge.replaceFirst("_(bytes|ms)$", "").replace('_', ' ');
        return SINCE_THE_START.contains(gauge) ? name + ", since the start" : name;
    }

    private static String gauge(Map.Entry<String, Object> gauge) {
        Number value = gauge.getValue() instanceof Number number ? number : null;
        if (gauge.getKey().endsWith("_ms")) {
            return value != null && value.doubleValue() == 0 ? "none" : NumberFormats.fine(value);
        }
        return gauge.getKey().endsWith("_bytes") ? NumberFormats.bytes(value) : NumberFormats.count(value);
    }

    List<PanelFact> loops() {
        return JsonAccess.list(all, "loops").stream()
                .map(loop -> new PanelFact(
                        (JsonAccess.text(loop, "verticle")
                                        + ' '
                                        + JsonAccess.text(loop, "loop").replace("vert.x-", ""))
                                .strip(),
                        NumberFormats.fine(JsonAccess.number(loop, "lag_ms")) + " now · at most "
                                + NumberFormats.fine(JsonAccess.number(loop, "max_lag_ms")) + " in 15 min"))
                .toList();
    }

    /** Returns a text such as "since the start: 20 accepted, 19 ended; now 1 active". */
    String lifecycle() {
        return "since the start: " + NumberFormats.count(JsonAccess.number(summary, "accepted")) + " accepted, "
                + NumberFormats.count(JsonAccess.number(summary, "ended")) + " ended; now "
                + NumberFormats.count(JsonAccess.number(summary, "active")) + " active";
    }

    /** Returns the numbers of requests by outcome since the start, without zeros. */
    List<StatusCount> outcomes() {
        return JsonAccess.object(all, "outcomes").stream()
                .filter(outcome -> outcome.getValue() instanceof Number number && number.longValue() > 0)
                .map(outcome -> new StatusCount(
                        outcome.getKey().replace('_', ' '),
                        NumberFormats.count((Number) outcome.getValue()),
                        level(outcome.getKey())))
                .toList();
    }

    private static String level(String outcome) {
        return switch (outcome) {
            case "server_error", "timeout" -> "problem";
            case "ok" -> "";
            default -> "warning";
        };
    }

    List<StatusCount> statuses() {
        return JsonAccess.object(all, "statuses").stream()
                .map(status -> new StatusCount(
                        status.getKey(),
                        NumberFormats.count(status.getValue() instanceof Number number ? number : null),
                        status.getKey().startsWith("5")
                                ? "problem"
                                : status.getKey().startsWith("4") ? "warning" : ""))
                .toList();
    }

    /** Returns a text such as "0 of 4 210 queries over 1.0 s since the start". */
    String slowText() {
        Number threshold = JsonAccess.number(JsonAccess.object(all, "self"), "slow_threshold_ms");
        return NumberFormats.count(JsonAccess.number(summary, "slow_queries")) + " of "
                + NumberFormats.count(JsonAccess.number(summary, "queries")) + " queries over "
                + NumberFormats.limit(threshold)
                + " since the start";
    }

    /**
     * Returns the selectable rates, including the current one. No rate is selected if the types of events have
     * different ones.
     */
    List<SamplingRateChoice> rates() {
        List<Double> present = JsonAccess.object(JsonAccess.object(all, "stats"), "sampling_rates").stream()
                .map(rate -> ((Number) rate.getValue()).doubleValue())
                .distinct()
                .toList();
        Double now = present.size() == 1 ? present.get(0) : null;
        return Stream.concat(RATES.stream(), Stream.ofNullable(now))
                .distinct()
                .sorted(Comparator.reverseOrder())
                .map(rate -> new SamplingRateChoice(
                        rate.toString(),
                        rate == 0 ? "only errors and slow ones" : NumberFormats.percent(rate) + " of all",
                        rate.equals(now)))
                .toList();
    }

    String about(Instant now) {
        JsonObject stats = JsonAccess.object(all, "stats");
        JsonObject self = JsonAccess.object(all, "self");
        JsonObject rates = JsonAccess.object(stats, "sampling_rates");
        JsonArray parts = new JsonArray();
        parts.add(NumberFormats.count(JsonAccess.number(stats, "total_count")) + " of "
                + NumberFormats.count(JsonAccess.number(stats, "max_size")) + " stored");
        parts.add("oldest " + NumberFormats.ago(JsonAccess.text(stats, "oldest_at"), now));
        parts.add("sampling " + sampling(rates));
        parts.add("whole requests, slow and failed ones always");
        parts.add(NumberFormats.count(JsonAccess.number(self, "dropped")) + " dropped");
        parts.add("the monitor's own cost: " + cost(self));
        return String.join(" · ", parts.stream().map(String::valueOf).toList());
    }

    private static String cost(JsonObject self) {
        Number cpu = JsonAccess.number(self, "cpu_percent");
        return (cpu == null ? NumberFormats.UNKNOWN : NumberFormats.digits(cpu) + " %") + " CPU, "
                + NumberFormats.bytes(JsonAccess.number(self, "retained_bytes"));
    }

    private static String sampling(JsonObject rates) {
        List<String> texts = rates.stream()
                .map(rate -> NumberFormats.percent(rate.getValue() instanceof Number number ? number : null))
                .distinct()
                .toList();
        if (texts.size() == 1) {
            return texts.get(0);
        }
        return rates.isEmpty()
                ? NumberFormats.UNKNOWN
                : rates.stream()
                        .map(rate -> rate.getKey() + " "
                                + NumberFormats.percent(rate.getValue() instanceof Number number ? number : null))
                        .reduce((one, other) -> one + ", " + other)
                        .orElse("");
    }
}
