package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A chart's twin: the same numbers as a table, newest first. */
record Twin(List<String> heads, List<Row> rows) {

    /** A point of the chart: its time (ISO 8601), and its numbers as text. */
    record Row(String at, List<String> cells) {}

    private record Column(String field, String label, Function<@Nullable Number, String> format) {}

    private static final List<Column> LATENCY = List.of(
            new Column("requests", "requests", Format::count),
            new Column("p50_ms", "p50", Format::fine),
            new Column("p95_ms", "p95", Format::fine),
            new Column("p99_ms", "p99", Format::fine),
            new Column("errors", "errors", Format::count));

    private static final List<Column> MEMORY = List.of(
            new Column("rss_bytes", "RSS", Format::bytes),
            new Column("heap_bytes", "heap", Format::bytes),
            new Column("gc_ms", "GC", Twin::pause));

    private static String pause(@Nullable Number millis) {
        return millis != null && millis.doubleValue() == 0 ? "none" : Format.millis(millis);
    }

    static Twin latency(JsonObject series) {
        return of(series, LATENCY);
    }

    static Twin memory(JsonObject series) {
        return of(series, MEMORY);
    }

    private static Twin of(JsonObject series, List<Column> columns) {
        JsonArray times = Read.array(series, "t");
        List<Row> rows = new ArrayList<>();
        for (int i = times.size() - 1; i >= 0; i--) {
            int point = i;
            rows.add(new Row(
                    time(times, i),
                    columns.stream()
                            .map(column -> column.format().apply(at(Read.array(series, column.field()), point)))
                            .toList()));
        }
        return new Twin(columns.stream().map(Column::label).toList(), rows);
    }

    private static @Nullable Number at(JsonArray column, int index) {
        return index < column.size() && column.getValue(index) instanceof Number number ? number : null;
    }

    /** Of the heat map: how many requests each column holds, and the latencies between which they lie. */
    static Twin heat(JsonObject heatmap) {
        JsonArray times = Read.array(heatmap, "t");
        JsonArray bounds = Read.array(heatmap, "bounds_ms");
        JsonArray columns = Read.array(heatmap, "columns");
        List<Row> rows = new ArrayList<>();
        for (int i = Math.min(times.size(), columns.size()) - 1; i >= 0; i--) {
            rows.add(new Row(time(times, i), heat(columns.getJsonArray(i), bounds)));
        }
        return new Twin(List.of("requests", "fastest from", "slowest from"), rows);
    }

    private static List<String> heat(JsonArray column, JsonArray bounds) {
        long count = 0;
        for (int i = 0; i < column.size(); i++) {
            count += column.getJsonArray(i).getLong(1);
        }
        return List.of(
                Format.count(count),
                column.isEmpty() ? Format.UNKNOWN : bound(column.getJsonArray(0), bounds),
                column.isEmpty() ? Format.UNKNOWN : bound(column.getJsonArray(column.size() - 1), bounds));
    }

    private static String bound(JsonArray cell, JsonArray bounds) {
        return Format.fine(at(bounds, cell.getInteger(0)));
    }

    private static String time(JsonArray times, int index) {
        Number time = at(times, index);
        return time == null ? "" : Instant.ofEpochSecond(time.longValue()).toString();
    }
}
