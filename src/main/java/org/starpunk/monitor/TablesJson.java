package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.SqlShape;

/** Tables of the dashboard: endpoints, SQL shapes, business events. */
final class TablesJson {

    private final MonitorState monitor;
    private final TimeWindow window;
    private final long minute;
    private final double seconds;

    TablesJson(MonitorState monitor, TimeWindow window) {
        this.monitor = monitor;
        this.window = window;
        this.minute = monitor.site.minute();
        this.seconds = windowSeconds(monitor, window);
    }

    /** Returns the actual length of a window in the tables, seconds, at least 1. */
    static double windowSeconds(MonitorState monitor, TimeWindow window) {
        long second = monitor.site.currentSecond();
        long reach = RollupHistory.reach(window, second / 60) * 60 + second % 60;
        return Math.max(1, Math.min(reach, monitor.site.seconds()));
    }

    /** Row with its tally over the window. */
    private record WindowedRow<K>(KeyStats<K> row, DurationStats tally) {}

    private <K> List<WindowedRow<K>> lines(BoundedStatsTable<K> table) {
        List<WindowedRow<K>> lines = new ArrayList<>();
        for (KeyStats<K> keyStats : table.named()) {
            addLine(lines, keyStats);
        }
        addLine(lines, table.other());
        return lines;
    }

    private <K> void addLine(List<WindowedRow<K>> lines, KeyStats<K> keyStats) {
        DurationStats stats = keyStats.history.window(window, minute);
        if (!stats.isEmpty()) {
            lines.add(new WindowedRow<>(keyStats, stats));
        }
    }

    /** Returns endpoints by count, largest first. */
    JsonArray endpoints(BoundedStatsTable<Endpoint> table) {
        List<WindowedRow<Endpoint>> lines = lines(table);
        lines.sort(Comparator.comparingLong((WindowedRow<Endpoint> line) -> line.tally.count())
                .reversed());
        JsonArray array = new JsonArray();
        for (WindowedRow<Endpoint> line : lines) {
            JsonObject json = endpoint(line.row, line.tally)
                    .put("spark", spark(line.row))
                    .put("outcomes", JsonFields.outcomes(line.tally::count))
                    .put("split", line.row.breakdown.toJson())
                    .put("allocated_bytes", JsonFields.positiveOrNull(line.row.breakdown.allocatedPerRequest()));
            if (line.row.detector.isCurrent(monitor.time.nowMillis())) {
                json.put("n_plus_one", line.row.detector.toJson(line.row.key.name()));
            }
            array.add(json);
        }
        return array;
    }

    /** Returns the row of an endpoint for a live update. */
    JsonObject endpoint(KeyStats<Endpoint> keyStats) {
        return endpoint(keyStats, keyStats.history.window(window, minute));
    }

    private JsonObject endpoint(KeyStats<Endpoint> keyStats, DurationStats stats) {
        String name = keyStats.id == 0 ? "other" : keyStats.key.name();
        JsonObject json = new JsonObject().put("id", keyStats.id).put("endpoint", name);
        return numbers(json, keyStats, stats)
                .put("receiving_ms", JsonFields.mean(stats.receiveNanos, stats.count()))
                .put("sending_ms", JsonFields.mean(stats.sendNanos, stats.count()))
                .put("bytes", stats.volume);
    }

    private JsonObject numbers(JsonObject json, KeyStats<?> keyStats, DurationStats stats) {
        DurationHistogram durations = stats.durations;
        return json.put("count", stats.count())
                .put("errors", stats.errors)
                .put("rate_per_s", JsonFields.round(stats.count() / seconds))
                .put("mean_ms", JsonFields.mean(durations.sum(), durations.count()))
                .put("p50_ms", JsonFields.millisOrNull(durations.percentile(0.50)))
                .put("p95_ms", JsonFields.millisOrNull(durations.percentile(0.95)))
                .put("p99_ms", JsonFields.millisOrNull(durations.percentile(0.99)))
                .put("max_ms", EventView.millis(durations.max()))
                .put("total_count", keyStats.count);
    }

    private JsonArray spark(KeyStats<?> keyStats) {
        JsonArray spark = new JsonArray();
        for (long count : keyStats.history.counts(minute)) {
            spark.add(count);
        }
        return spark;
    }

    /** Returns SQL shapes by their share of the database time, largest first. */
    JsonArray queries() {
        List<WindowedRow<SqlShape>> lines = lines(monitor.shapes);
        long whole = 0;
        for (WindowedRow<SqlShape> line : lines) {
            whole += line.tally.durations.sum();
        }
        lines.sort(Comparator.comparingLong((WindowedRow<SqlShape> line) -> line.tally.durations.sum())
                .reversed());
        JsonArray array = new JsonArray();
        for (WindowedRow<SqlShape> line : lines) {
            array.add(query(line, whole));
        }
        return array;
    }

    private JsonObject query(WindowedRow<SqlShape> line, long whole) {
        KeyStats<SqlShape> keyStats = line.row;
        JsonObject json = query(keyStats, line.tally)
                .put("shape", JsonFields.cut(keyStats.key.sql(), JsonFields.LONGEST_SQL))
                .put("query_type", keyStats.key.operation())
                .put("table", keyStats.key.table())
                .put("wait_mean_ms", JsonFields.mean(keyStats.waitNanos, keyStats.count))
                .put("time_share", whole == 0 ? 0.0 : JsonFields.round((double) line.tally.durations.sum() / whole));
        StatementPlan plan = keyStats.plan;
        if (plan == null) {
            return json.putNull("plan").putNull("rows_examined").put("flags", new JsonArray());
        }
        PlanVerdict verdict = PlanVerdict.of(plan, keyStats.key.sql(), line.tally);
        return json.put("plan", plan.text())
                .put("rows_examined", JsonFields.positiveOrNull(verdict.rowsExamined()))
                .put("flags", new JsonArray(verdict.flags()));
    }

    /** Returns the row of an SQL shape for a live update. */
    JsonObject query(KeyStats<SqlShape> keyStats) {
        return query(keyStats, keyStats.history.window(window, minute));
    }

    private JsonObject query(KeyStats<SqlShape> keyStats, DurationStats stats) {
        String name = keyStats.id == 0 ? "other" : keyStats.key.name();
        JsonObject json = new JsonObject().put("id", keyStats.id).put("name", name);
        return numbers(json, keyStats, stats).put("rows", stats.volume);
    }

    /** Returns business events since the start, by name. */
    JsonArray business() {
        List<KeyStats<String>> rows = new ArrayList<>(monitor.business.named());
        rows.sort(Comparator.comparing(keyStats -> keyStats.key));
        if (monitor.business.other().count > 0) {
            rows.add(monitor.business.other());
        }
        JsonArray array = new JsonArray();
        for (KeyStats<String> keyStats : rows) {
            array.add(new JsonObject()
                    .put("name", keyStats.key)
                    .put("count", keyStats.count)
                    .put("mean_ms", JsonFields.mean(keyStats.nanos, keyStats.count))
                    .put("max_ms", EventView.millis(keyStats.maxNanos))
                    .put("last_at", EventView.iso(keyStats.lastMillis)));
        }
        return array;
    }
}
