package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Statement;

/** Tables of the dashboard: endpoints, SQL shapes, business events. */
final class Tables {

    private final Monitor monitor;
    private final Window window;
    private final long minute;
    private final double seconds;

    Tables(Monitor monitor, Window window) {
        this.monitor = monitor;
        this.window = window;
        this.minute = monitor.site.minute();
        this.seconds = windowSeconds(monitor, window);
    }

    /** Returns the actual length of a window in the tables, seconds, at least 1. */
    static double windowSeconds(Monitor monitor, Window window) {
        long second = monitor.site.second();
        long reach = Timeline.reach(window, second / 60) * 60 + second % 60;
        return Math.max(1, Math.min(reach, monitor.site.seconds()));
    }

    /** Row with its tally over the window. */
    private record Line<K>(Row<K> row, Tally tally) {}

    private <K> List<Line<K>> lines(Rows<K> rows) {
        List<Line<K>> lines = new ArrayList<>();
        for (Row<K> row : rows.named()) {
            addLine(lines, row);
        }
        addLine(lines, rows.other());
        return lines;
    }

    private <K> void addLine(List<Line<K>> lines, Row<K> row) {
        Tally tally = row.timeline.window(window, minute);
        if (!tally.isEmpty()) {
            lines.add(new Line<>(row, tally));
        }
    }

    /** Returns endpoints by count, largest first. */
    JsonArray endpoints(Rows<Endpoint> rows) {
        List<Line<Endpoint>> lines = lines(rows);
        lines.sort(Comparator.comparingLong((Line<Endpoint> line) -> line.tally.count())
                .reversed());
        JsonArray array = new JsonArray();
        for (Line<Endpoint> line : lines) {
            JsonObject json = endpoint(line.row, line.tally)
                    .put("spark", spark(line.row))
                    .put("outcomes", Json.outcomes(line.tally::count))
                    .put("split", line.row.split.toJson())
                    .put("allocated_bytes", Json.positiveOrNull(line.row.split.allocatedPerRequest()));
            if (line.row.repetition.isCurrent(monitor.time.nowMillis())) {
                json.put("n_plus_one", line.row.repetition.toJson(line.row.key.name()));
            }
            array.add(json);
        }
        return array;
    }

    /** Returns the row of an endpoint for a live update. */
    JsonObject endpoint(Row<Endpoint> row) {
        return endpoint(row, row.timeline.window(window, minute));
    }

    private JsonObject endpoint(Row<Endpoint> row, Tally tally) {
        String name = row.id == 0 ? "other" : row.key.name();
        JsonObject json = new JsonObject().put("id", row.id).put("endpoint", name);
        return numbers(json, row, tally)
                .put("receiving_ms", Json.mean(tally.receiveNanos, tally.count()))
                .put("sending_ms", Json.mean(tally.sendNanos, tally.count()))
                .put("bytes", tally.volume);
    }

    private JsonObject numbers(JsonObject json, Row<?> row, Tally tally) {
        Histogram durations = tally.durations;
        return json.put("count", tally.count())
                .put("errors", tally.errors)
                .put("rate_per_s", Json.round(tally.count() / seconds))
                .put("mean_ms", Json.mean(durations.sum(), durations.count()))
                .put("p50_ms", Json.millisOrNull(durations.percentile(0.50)))
                .put("p95_ms", Json.millisOrNull(durations.percentile(0.95)))
                .put("p99_ms", Json.millisOrNull(durations.percentile(0.99)))
                .put("max_ms", Metric.millis(durations.max()))
                .put("total_count", row.count);
    }

    private JsonArray spark(Row<?> row) {
        JsonArray spark = new JsonArray();
        for (long count : row.timeline.counts(minute)) {
            spark.add(count);
        }
        return spark;
    }

    /** Returns SQL shapes by their share of the database time, largest first. */
    JsonArray queries() {
        List<Line<Statement>> lines = lines(monitor.shapes);
        long whole = 0;
        for (Line<Statement> line : lines) {
            whole += line.tally.durations.sum();
        }
        lines.sort(Comparator.comparingLong((Line<Statement> line) -> line.tally.durations.sum())
                .reversed());
        JsonArray array = new JsonArray();
        for (Line<Statement> line : lines) {
            array.add(query(line, whole));
        }
        return array;
    }

    private JsonObject query(Line<Statement> line, long whole) {
        Row<Statement> row = line.row;
        JsonObject json = query(row, line.tally)
                .put("shape", Json.cut(row.key.sql(), Json.LONGEST_SQL))
                .put("query_type", row.key.operation())
                .put("table", row.key.table())
                .put("wait_mean_ms", Json.mean(row.waitNanos, row.count))
                .put("time_share", whole == 0 ? 0.0 : Json.round((double) line.tally.durations.sum() / whole));
        Plan plan = row.plan;
        if (plan == null) {
            return json.putNull("plan").putNull("rows_examined").put("flags", new JsonArray());
        }
        PlanVerdict verdict = PlanVerdict.of(plan, row.key.sql(), line.tally);
        return json.put("plan", plan.text())
                .put("rows_examined", Json.positiveOrNull(verdict.rowsExamined()))
                .put("flags", new JsonArray(verdict.flags()));
    }

    /** Returns the row of an SQL shape for a live update. */
    JsonObject query(Row<Statement> row) {
        return query(row, row.timeline.window(window, minute));
    }

    private JsonObject query(Row<Statement> row, Tally tally) {
        String name = row.id == 0 ? "other" : row.key.name();
        JsonObject json = new JsonObject().put("id", row.id).put("name", name);
        return numbers(json, row, tally).put("rows", tally.volume);
    }

    /** Returns business events since the start, by name. */
    JsonArray business() {
        List<Row<String>> rows = new ArrayList<>(monitor.business.named());
        rows.sort(Comparator.comparing(row -> row.key));
        if (monitor.business.other().count > 0) {
            rows.add(monitor.business.other());
        }
        JsonArray array = new JsonArray();
        for (Row<String> row : rows) {
            array.add(new JsonObject()
                    .put("name", row.key)
                    .put("count", row.count)
                    .put("mean_ms", Json.mean(row.nanos, row.count))
                    .put("max_ms", Metric.millis(row.maxNanos))
                    .put("last_at", Metric.iso(row.lastMillis)));
        }
        return array;
    }
}
