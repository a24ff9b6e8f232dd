package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Data table of a chart: the same numbers, newest first. */
record Twin(List<String> heads, List<Row> rows) {

    /** A point of the chart: time (ISO 8601) and numbers. */
    record Row(String at, List<Value> cells) {}

    /** A number as text, and a link to its requests; empty if there is none. */
    record Value(String text, String href) {}

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
                            .map(text -> new Value(text, ""))
                            .toList()));
        }
        return new Twin(columns.stream().map(Column::label).toList(), rows);
    }

    private static @Nullable Number at(JsonArray column, int index) {
        return index < column.size() && column.getValue(index) instanceof Number number ? number : null;
    }

    /**
     * Returns the table of the heat map: the number of requests in each column, and its lowest and highest duration,
     * with links to the requests.
     */
    static Twin heat(JsonObject heatmap, Wanted wanted) {
        JsonArray times = Read.array(heatmap, "t");
        JsonArray bounds = Read.array(heatmap, "bounds_ms");
        JsonArray columns = Read.array(heatmap, "columns");
        List<Row> rows = new ArrayList<>();
        for (int i = Math.min(times.size(), columns.size()) - 1; i >= 0; i--) {
            JsonArray column = columns.getJsonArray(i);
            long second = times.getLong(i);
            rows.add(new Row(
                    time(times, i),
                    List.of(
                            new Value(Format.count(sum(column)), ""),
                            bound(column, 0, bounds, second, wanted),
                            bound(column, column.size() - 1, bounds, second, wanted))));
        }
        return new Twin(List.of("requests", "fastest from", "slowest from"), rows);
    }

    private static long sum(JsonArray column) {
        long count = 0;
        for (int i = 0; i < column.size(); i++) {
            count += column.getJsonArray(i).getLong(1);
        }
        return count;
    }

    private static Value bound(JsonArray column, int place, JsonArray bounds, long second, Wanted wanted) {
        if (column.isEmpty()) {
            return new Value(Format.UNKNOWN, "");
        }
        int row = column.getJsonArray(place).getInteger(0);
        return new Value(Format.fine(at(bounds, row)), wanted.cell(second, row));
    }

    private static String time(JsonArray times, int index) {
        Number time = at(times, index);
        return time == null ? "" : Instant.ofEpochSecond(time.longValue()).toString();
    }
}
