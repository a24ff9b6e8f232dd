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
final class Overview {

    /** A tile. Live updates find it by {@code id}; {@code path} is an SVG path of the series. */
    record Tile(String id, String label, String value, String detail, String path) {}

    record Fact(String name, String value) {}

    record Status(String code, String count, String level) {}

    /** A selectable sampling rate. */
    record Rate(String value, String label, boolean chosen) {}

    /** Gauges that count since the start. */
    private static final Set<String> SINCE_THE_START =
            Set.of("wal_checkpoints", "busy_waits", "busy_wait_ms", "deadlocks");

    private static final List<Double> RATES = List.of(1.0, 0.5, 0.1, 0.01, 0.0);

    private final JsonObject all;
    private final JsonObject summary;
    private final JsonObject series;

    Overview(JsonObject all) {
        this.all = all;
        this.summary = Read.object(all, "summary");
        this.series = Read.object(all, "series");
    }

    List<Tile> tiles() {
        return List.of(
                tile("requests", "Requests/s", rate("requests_per_s"), requests(), "requests"),
                tile("latency", "Latency p50 / p99", pair(), middle(), "p99_ms"),
                tile("errors", "Errors", errors(), errorShare(), "errors"),
                tile("memory", "Memory", "RSS " + bytes("rss_bytes"), heap(), "rss_bytes"),
                tile("queries", "Queries/s", rate("queries_per_s"), pool(), "queries"));
    }

    private Tile tile(String id, String label, String value, String detail, String column) {
        return new Tile(id, label, value, detail, Sparkline.path(Read.array(series, column)));
    }

    private String rate(String name) {
        return Format.digits(Read.number(summary, name));
    }

    private String bytes(String name) {
        return Format.bytes(Read.number(summary, name));
    }

    private String millis(String name) {
        return Format.millis(Read.number(summary, name));
    }

    private String requests() {
        return "last 10 s · " + Format.count(Read.number(summary, "requests")) + " since the start";
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
        return Format.brief(Read.number(summary, "window_errors")) + " of "
                + Format.brief(Read.number(summary, "window_requests"));
    }

    private String errorShare() {
        return "in 15 min · " + Format.count(Read.number(summary, "errors")) + " since the start";
    }

    private String heap() {
        return "now · heap " + bytes("heap_bytes") + " of " + bytes("heap_max_bytes");
    }

    private String pool() {
        return "last 10 s · pool now " + Format.count(Read.number(summary, "pool_in_use")) + "/"
                + Format.count(Read.number(summary, "pool_size"));
    }

    List<Fact> memory() {
        JsonObject memory = Read.object(all, "memory");
        List<Fact> facts = new ArrayList<>();
        facts.add(new Fact("RSS, the whole process", Format.bytes(Read.number(memory, "rss_bytes"))));
        facts.add(new Fact("peak RSS", Format.bytes(Read.number(memory, "high_water_bytes"))));
        facts.add(new Fact("RSS 5 s after the start", Format.bytes(Read.number(memory, "baseline_bytes"))));
        facts.add(new Fact("limit of the container", limit(memory)));
        facts.add(new Fact("virtual (VMS)", Format.bytes(Read.number(memory, "vms_bytes"))));
        facts.add(new Fact(
                "heap",
                Format.bytes(Read.number(memory, "heap_bytes")) + " of "
                        + Format.bytes(Read.number(memory, "heap_max_bytes"))));
        facts.add(new Fact("old generation after GC", Format.bytes(Read.number(memory, "heap_after_gc_bytes"))));
        facts.add(new Fact("classes and compiled code", Format.bytes(Read.number(memory, "non_heap_bytes"))));
        facts.add(new Fact("native: buffers, threads", Format.bytes(Read.number(memory, "native_bytes"))));
        for (JsonObject gc : Read.list(memory, "gc")) {
            facts.add(new Fact("GC " + Read.text(gc, "name"), collections(gc)));
        }
        return facts;
    }

    List<Fact> machine() {
        JsonObject process = Read.object(all, "process");
        JsonObject system = Read.object(all, "system");
        return List.of(
                new Fact("this process", percent(process, "cpu_percent") + " of one core"),
                new Fact(
                        "the machine",
                        percent(system, "cpu_percent") + " of " + Format.count(Read.number(system, "processors"))
                                + " processors"),
                new Fact("taken by the host (steal)", percent(system, "steal_percent")),
                new Fact("waiting for a disk", percent(system, "iowait_percent")),
                new Fact(
                        "load of 1, 5, 15 min",
                        Format.digits(Read.number(system, "load_1m")) + " · "
                                + Format.digits(Read.number(system, "load_5m")) + " · "
                                + Format.digits(Read.number(system, "load_15m"))),
                new Fact("limit of the container", cores(Read.number(process, "cgroup_cores"))),
                new Fact("threads", Format.count(Read.number(process, "threads"))));
    }

    private static String percent(JsonObject of, String name) {
        Number value = Read.number(of, name);
        return value == null ? Format.UNKNOWN : Format.digits(value) + " %";
    }

    private static String cores(@Nullable Number limit) {
        return limit == null ? "none" : Format.digits(limit) + " cores";
    }

    private static String limit(JsonObject memory) {
        Number limit = Read.number(memory, "cgroup_limit_bytes");
        return limit == null
                ? "none"
                : Format.bytes(Read.number(memory, "cgroup_used_bytes")) + " of " + Format.bytes(limit) + " used";
    }

    private static String collections(JsonObject gc) {
        return Read.value(gc, "count") == 0
                ? "none yet"
                : Format.count(Read.number(gc, "count")) + " × · " + Format.millis(Read.number(gc, "time_ms"))
                        + " since the start";
    }

    List<Fact> poolFacts() {
        JsonObject pool = Read.object(all, "pool");
        String size = " of " + Format.count(Read.number(pool, "size"));
        return List.of(
                new Fact("in use now", Format.count(Read.number(pool, "in_use")) + size),
                new Fact("most in use, last second", Format.count(Read.number(pool, "in_use_peak")) + size),
                new Fact("busy, last minute", Format.percent(Read.number(pool, "utilisation"))),
                new Fact("waiting now", Format.count(Read.number(pool, "waiting"))),
                new Fact("most waiting, last second", Format.count(Read.number(pool, "waiting_peak"))),
                new Fact("wait p99, last minute", Format.fine(Read.number(pool, "wait_p99_ms"))),
                new Fact("held, mean, last second of use", Format.fine(Read.number(pool, "held_ms"))),
                new Fact("held, longest, last second of use", Format.fine(Read.number(pool, "held_max_ms"))),
                new Fact("refused since the start", Format.count(Read.number(pool, "refused"))),
                new Fact("opened since the start", Format.count(Read.number(pool, "created"))),
                new Fact("lost since the start", Format.count(Read.number(pool, "destroyed"))),
                new Fact("queries per second, last 10 s", Format.digits(Read.number(pool, "queries_per_s"))));
    }

    List<Fact> cache() {
        JsonObject cache = Read.object(all, "cache");
        return List.of(
                new Fact("hit rate since the start", Format.percent(Read.number(cache, "hit_rate"))),
                new Fact("hits since the start", Format.count(Read.number(cache, "hits"))),
                new Fact("misses since the start", Format.count(Read.number(cache, "misses"))));
    }

    /** Returns the gauges of the store and of other parts. */
    List<Fact> gauges() {
        return Read.object(all, "gauges").stream()
                .map(gauge -> new Fact(name(gauge.getKey()), gauge(gauge)))
                .toList();
    }

    private static String name(String gauge) {
        String name = gauge.replaceFirst("_(bytes|ms)$", "").replace('_', ' ');
        return SINCE_THE_START.contains(gauge) ? name + ", since the start" : name;
    }

    private static String gauge(Map.Entry<String, Object> gauge) {
        Number value = gauge.getValue() instanceof Number number ? number : null;
        if (gauge.getKey().endsWith("_ms")) {
            return value != null && value.doubleValue() == 0 ? "none" : Format.fine(value);
        }
        return gauge.getKey().endsWith("_bytes") ? Format.bytes(value) : Format.count(value);
    }

    List<Fact> loops() {
        return Read.list(all, "loops").stream()
                .map(loop -> new Fact(
                        (Read.text(loop, "verticle")
                                        + ' '
                                        + Read.text(loop, "loop").replace("vert.x-", ""))
                                .strip(),
                        Format.fine(Read.number(loop, "lag_ms")) + " now · at most "
                                + Format.fine(Read.number(loop, "max_lag_ms")) + " in 15 min"))
                .toList();
    }

    /** Returns a text such as "since the start: 20 accepted, 19 ended; now 1 active". */
    String lifecycle() {
        return "since the start: " + Format.count(Read.number(summary, "accepted")) + " accepted, "
                + Format.count(Read.number(summary, "ended")) + " ended; now "
                + Format.count(Read.number(summary, "active")) + " active";
    }

    /** Returns the numbers of requests by outcome since the start, without zeros. */
    List<Status> outcomes() {
        return Read.object(all, "outcomes").stream()
                .filter(outcome -> outcome.getValue() instanceof Number number && number.longValue() > 0)
                .map(outcome -> new Status(
                        outcome.getKey().replace('_', ' '),
                        Format.count((Number) outcome.getValue()),
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

    List<Status> statuses() {
        return Read.object(all, "statuses").stream()
                .map(status -> new Status(
                        status.getKey(),
                        Format.count(status.getValue() instanceof Number number ? number : null),
                        status.getKey().startsWith("5")
                                ? "problem"
                                : status.getKey().startsWith("4") ? "warning" : ""))
                .toList();
    }

    /** Returns a text such as "0 of 4 210 queries over 1.0 s since the start". */
    String slowText() {
        Number threshold = Read.number(Read.object(all, "self"), "slow_threshold_ms");
        return Format.count(Read.number(summary, "slow_queries")) + " of "
                + Format.count(Read.number(summary, "queries")) + " queries over " + Format.limit(threshold)
                + " since the start";
    }

    /**
     * Returns the selectable rates, including the current one. No rate is selected if the types of events have
     * different ones.
     */
    List<Rate> rates() {
        List<Double> present = Read.object(Read.object(all, "stats"), "sampling_rates").stream()
                .map(rate -> ((Number) rate.getValue()).doubleValue())
                .distinct()
                .toList();
        Double now = present.size() == 1 ? present.get(0) : null;
        return Stream.concat(RATES.stream(), Stream.ofNullable(now))
                .distinct()
                .sorted(Comparator.reverseOrder())
                .map(rate -> new Rate(
                        rate.toString(),
                        rate == 0 ? "only errors and slow ones" : Format.percent(rate) + " of all",
                        rate.equals(now)))
                .toList();
    }

    String about(Instant now) {
        JsonObject stats = Read.object(all, "stats");
        JsonObject self = Read.object(all, "self");
        JsonObject rates = Read.object(stats, "sampling_rates");
        JsonArray parts = new JsonArray();
        parts.add(Format.count(Read.number(stats, "total_count")) + " of "
                + Format.count(Read.number(stats, "max_size")) + " stored");
        parts.add("oldest " + Format.ago(Read.text(stats, "oldest_at"), now));
        parts.add("sampling " + sampling(rates));
        parts.add("whole requests, slow and failed ones always");
        parts.add(Format.count(Read.number(self, "dropped")) + " dropped");
        parts.add("the monitor's own cost: " + cost(self));
        return String.join(" · ", parts.stream().map(String::valueOf).toList());
    }

    private static String cost(JsonObject self) {
        Number cpu = Read.number(self, "cpu_percent");
        return (cpu == null ? Format.UNKNOWN : Format.digits(cpu) + " %") + " CPU, "
                + Format.bytes(Read.number(self, "retained_bytes"));
    }

    private static String sampling(JsonObject rates) {
        List<String> texts = rates.stream()
                .map(rate -> Format.percent(rate.getValue() instanceof Number number ? number : null))
                .distinct()
                .toList();
        if (texts.size() == 1) {
            return texts.get(0);
        }
        return rates.isEmpty()
                ? Format.UNKNOWN
                : rates.stream()
                        .map(rate -> rate.getKey() + " "
                                + Format.percent(rate.getValue() instanceof Number number ? number : null))
                        .reduce((one, other) -> one + ", " + other)
                        .orElse("");
    }
}
