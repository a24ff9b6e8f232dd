package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.PeerRegistry.PeerState;

/**
 * Merges the lists of several nodes. Rows of events, traces and similar get the name of their node; counts and sizes are
 * summed, of shares and settings there is one value.
 */
final class NodeListMerger {

    /** Number of events in a live update. */
    static final int FRAME = 4;

    private static final int SLOW = 50;
    private static final int TRACES = 100;
    private static final Set<String> WARNINGS = Set.of("growth_warning");

    /** Shares, costs of one update and steps: the greatest of the nodes. */
    private static final Set<String> GREATEST =
            Set.of("utilisation", "work_share", "frame_bytes", "frame_us", "sampling_lowered", "update_interval_s");

    /** Settings, where nodes differ, and the time of the oldest event: the least of the nodes. */
    private static final Set<String> LEAST = Set.of("slow_threshold_ms", "oldest_at");

    private final Map<String, NodeState> states;
    private final PeerRegistry peers;
    private final int recent;

    /**
     * @param states state of each node, by name
     * @param recent maximum number of newest events
     */
    NodeListMerger(Map<String, NodeState> states, PeerRegistry peers, int recent) {
        this.states = states;
        this.peers = peers;
        this.recent = recent;
    }

    /** Completes a snapshot of the merged numbers. */
    JsonObject merge(JsonObject json) {
        json.put("recent", list("recent", "timestamp", recent))
                .put("slow", list("slow", "duration_ms", SLOW))
                .put("slow_statements", list("slow_statements", "duration_ms", SLOW))
                .put("traces", list("traces", "at", TRACES))
                .put("alerts", list("alerts", "since", TRACES))
                .put("markers", list("markers", "t", TRACES))
                .put("loops", list("loops", "node", TRACES))
                .put("memory", sum("memory"))
                .put("process", sum("process"))
                .put("system", busiestMachine(states))
                .put("gauges", merge("gauges", name -> MergeRule.GREATEST))
                .put("stats", stats())
                .put("self", sum("self"));
        JsonObject pool = json.getJsonObject("pool");
        sum("pool").forEach(entry -> {
            if (pool.getValue(entry.getKey()) == null) {
                pool.put(entry.getKey(), entry.getValue());
            }
        });
        return json.put("process_id", json.getJsonObject("stats").getValue("process_id"))
                .put("summary", summary(json.getJsonObject("summary")));
    }

    /**
     * Newest event of a node in earlier updates.
     *
     * @param startMillis start of the node's process, which numbers its events
     * @param id number of the event, modulo 2^32
     */
    record NewestEvent(long startMillis, int id) {}

    /**
     * Completes a live update of the merged numbers. Events are compared within their node: the state of a node may
     * arrive after newer events of another one.
     *
     * @param seen newest event of each node in earlier updates
     * @return newest event of each node in this or an earlier update
     */
    Map<String, NewestEvent> mergeLiveUpdates(JsonObject frame, Map<String, NewestEvent> seen) {
        Map<String, NewestEvent> newest = new HashMap<>(seen);
        List<JsonObject> events = new ArrayList<>();
        long count = 0;
        for (Map.Entry<String, NodeState> entry : states.entrySet()) {
            String node = entry.getKey();
            count += addUnseen(node, entry.getValue(), newest, events);
        }
        events.sort(Comparator.comparing((JsonObject event) -> event.getString("timestamp"))
                .thenComparing(event -> event.getInteger("id", 0))
                .reversed());
        List<JsonObject> shown = events.subList(0, Math.min(recent, events.size()));
        frame.put("recent", new JsonArray(new ArrayList<>(shown)))
                .put("recent_more", count - shown.size())
                .put("alerts", new JsonArray());
        frame.put("summary", summary(frame.getJsonObject("summary")));
        return newest;
    }

    /**
     * Adds the events of a node that no earlier update has counted.
     *
     * @return number of these events, including those that the node's state no longer contains
     */
    private static long addUnseen(
            String node, NodeState state, Map<String, NewestEvent> newest, List<JsonObject> events) {
        long startMillis = state.numbers().startMillis;
        NewestEvent before = newest.get(node);
        boolean isKnown = before != null && before.startMillis() == startMillis;
        int after = before == null ? 0 : before.id();
        int last = after;
        int added = 0;
        for (Object row : state.lists().getJsonArray("recent", new JsonArray())) {
            int id = ((JsonObject) row).getInteger("id", 0);
            if (isKnown && id - after <= 0) {
                continue;
            }
            events.add(((JsonObject) row).copy().put("node", node));
            last = added == 0 || id - last > 0 ? id : last;
            added++;
        }
        if (added > 0) {
            newest.put(node, new NewestEvent(startMillis, last));
        }
        return isKnown ? last - after : added;
    }

    /** Returns the rows of a list of all nodes, largest first. */
    private JsonArray list(String name, String by, int max) {
        List<JsonObject> rows = new ArrayList<>();
        states.forEach((node, state) -> {
            for (Object row : state.lists().getJsonArray(name, new JsonArray())) {
                rows.add(((JsonObject) row).copy().put("node", node));
            }
        });
        rows.sort(
                Comparator.comparing((JsonObject row) -> key(row.getValue(by))).reversed());
        return new JsonArray(new ArrayList<>(rows.subList(0, Math.min(max, rows.size()))));
    }

    /** Returns a sort key that orders numbers numerically and times chronologically. */
    private static String key(@Nullable Object value) {
        return value instanceof Number number
                ? String.format(Locale.ROOT, "%020.6f", number.doubleValue())
                : String.valueOf(value);
    }

    /**
     * Returns the load of the machine with the least idle CPU, with its node. Shares of different machines cannot be
     * summed.
     */
    static JsonObject busiestMachine(Map<String, NodeState> states) {
        JsonObject busiest = new JsonObject();
        for (Map.Entry<String, NodeState> entry : states.entrySet()) {
            JsonObject machine = entry.getValue().lists().getJsonObject("system", new JsonObject());
            if (taken(machine) > taken(busiest)) {
                String text = machine.getString("text");
                busiest = machine.copy()
                        .put("node", entry.getKey())
                        .put("text", text == null ? null : entry.getKey() + ": " + text);
            }
        }
        return busiest;
    }

    private static double taken(JsonObject machine) {
        Double percent = machine.getDouble("cpu_percent");
        return percent == null ? -1 : percent;
    }

    /** How the values of a field are merged. */
    private enum MergeRule {
        SUM,
        GREATEST,
        LEAST
    }

    private static MergeRule ruleOf(String name) {
        if (GREATEST.contains(name) || name.startsWith("held_") || name.startsWith("wait_p99")) {
            return MergeRule.GREATEST;
        }
        return LEAST.contains(name) ? MergeRule.LEAST : MergeRule.SUM;
    }

    /** Merges an object of all nodes by the meaning of its fields. Of other values than numbers the first is used. */
    private JsonObject sum(String name) {
        return merge(name, NodeListMerger::ruleOf);
    }

    private JsonObject merge(String name, Function<String, MergeRule> how) {
        JsonObject merged = new JsonObject();
        for (NodeState state : states.values()) {
            state.lists().getJsonObject(name, new JsonObject()).forEach(entry -> {
                String field = entry.getKey();
                merged.put(field, merge(field, how.apply(field), merged.getValue(field), entry.getValue()));
            });
        }
        return merged;
    }

    private static @Nullable Object merge(String name, MergeRule how, @Nullable Object one, @Nullable Object other) {
        if (one instanceof Number a && other instanceof Number b) {
            boolean isGreater = a.doubleValue() > b.doubleValue();
            return switch (how) {
                case GREATEST -> isGreater ? a : b;
                case LEAST -> isGreater ? b : a;
                case SUM -> add(a, b);
            };
        }
        if (one instanceof String a && other instanceof String b && how == MergeRule.LEAST) {
            return a.compareTo(b) > 0 ? b : a;
        }
        if (one instanceof Boolean a && other instanceof Boolean b && WARNINGS.contains(name)) {
            return a || b;
        }
        return one == null ? other : one;
    }

    private static Number add(Number a, Number b) {
        if (a instanceof Double || b instanceof Double) {
            return a.doubleValue() + b.doubleValue();
        }
        return a.longValue() + b.longValue();
    }

    private JsonObject stats() {
        JsonObject stats = sum("stats").put("sampling_rates", lowestRates());
        if (states.size() > 1) {
            stats.putNull("process_id");
        }
        TreeMap<String, Object> types = new TreeMap<>();
        for (NodeState state : states.values()) {
            JsonObject theirs = state.lists().getJsonObject("stats", new JsonObject());
            theirs.getJsonObject("by_type", new JsonObject())
                    .forEach(entry -> types.merge(
                            entry.getKey(), entry.getValue(), (a, b) -> sameType((JsonObject) a, (JsonObject) b)));
        }
        return stats.put("by_type", new JsonObject(types));
    }

    private JsonObject lowestRates() {
        JsonObject rates = new JsonObject();
        for (NodeState state : states.values()) {
            JsonObject stats = state.lists().getJsonObject("stats", new JsonObject());
            stats.getJsonObject("sampling_rates", new JsonObject())
                    .forEach(rate -> rates.put(
                            rate.getKey(), merge("", MergeRule.LEAST, rates.getValue(rate.getKey()), rate.getValue())));
        }
        return rates;
    }

    private static JsonObject sameType(JsonObject a, JsonObject b) {
        long counts = a.getLong("count") + b.getLong("count");
        double sum = a.getLong("count") * a.getDouble("avg_duration_ms")
                + b.getLong("count") * b.getDouble("avg_duration_ms");
        boolean both = a.getLong("count") > 0 && b.getLong("count") > 0;
        double least = both
                ? Math.min(a.getDouble("min_duration_ms"), b.getDouble("min_duration_ms"))
                : a.getDouble("min_duration_ms") + b.getDouble("min_duration_ms");
        return new JsonObject()
                .put("count", counts)
                .put("avg_duration_ms", counts == 0 ? 0.0 : JsonFields.round(sum / counts))
                .put("min_duration_ms", least)
                .put("max_duration_ms", Math.max(a.getDouble("max_duration_ms"), b.getDouble("max_duration_ms")));
    }

    private JsonObject summary(JsonObject numbers) {
        JsonObject sum = sum("summary");
        for (String name : List.of(
                "rss_bytes",
                "heap_bytes",
                "heap_max_bytes",
                "pool_in_use",
                "pool_size",
                "pool_waiting",
                "alerts",
                "accepted",
                "ended",
                "active")) {
            numbers.put(name, sum.getValue(name));
        }
        String level = "ok";
        List<String> troubles = new ArrayList<>();
        for (PeerState peer : peers.all()) {
            if (peers.isGone(peer) && !peer.left && (states.containsKey(peer.name) || peer.state == null)) {
                level = "problem";
                troubles.add("Node " + peer.name + " has been gone since " + EventView.iso(peer.seenMillis));
            }
        }
        for (Map.Entry<String, NodeState> entry : states.entrySet()) {
            JsonObject theirs = entry.getValue().lists().getJsonObject("summary", new JsonObject());
            String theirLevel = theirs.getString("level", "ok");
            if (!theirLevel.equals("ok")) {
                level = level.equals("problem") ? level : theirLevel;
                String text = theirs.getString("text", "");
                troubles.add(
                        entry.getKey() + ": " + (text.endsWith(".") ? text.substring(0, text.length() - 1) : text));
            }
        }
        return numbers.put("level", level)
                .put("text", troubles.isEmpty() ? allWellSentence(numbers) : problemSentence(troubles));
    }

    private static String problemSentence(List<String> troubles) {
        return troubles.size() == 1
                ? troubles.get(0) + '.'
                : troubles.get(0) + ", and " + (troubles.size() - 1) + " more.";
    }

    private String allWellSentence(JsonObject numbers) {
        Double p99 = numbers.getDouble("p99_ms");
        String latency = p99 == null
                ? "no requests in the last 2 min"
                : "p99 " + (p99 < 1 ? "<1" : Long.toString(Math.round(p99))) + " ms";
        long errors = numbers.getLong("window_errors");
        return "All well on %d %s: %s, %d %s in 15 min, heap %d/%d MB."
                .formatted(
                        states.size(),
                        states.size() == 1 ? "node" : "nodes",
                        latency,
                        errors,
                        errors == 1 ? "error" : "errors",
                        megabytes(numbers.getLong("heap_bytes")),
                        megabytes(numbers.getLong("heap_max_bytes")));
    }

    private static long megabytes(@Nullable Long bytes) {
        return bytes == null ? 0 : bytes >> 20;
    }
}
