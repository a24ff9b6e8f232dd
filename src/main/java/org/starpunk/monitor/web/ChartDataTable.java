package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Data table of a chart: the same numbers, newest first. */
record ChartDataTable(List<String> heads, List<ChartRow> rows) {

    /** A point of the chart: time (ISO 8601) and numbers. */
    record ChartRow(String at, List<ChartValue> cells) {}

    /** A number as text, and a link to its requests; empty if there is none. */
    record ChartValue(String text, String href) {}

    private record ChartColumn(String field, String label, Function<@Nullable Number, String> format) {}

    private static final List<ChartColumn> LATENCY = List.of(
            new ChartColumn("requests", "requests", NumberFormats::count),
            new ChartColumn("p50_ms", "p50", NumberFormats::fine),
            new ChartColumn("p95_ms", "p95", NumberFormats::fine),
            new ChartColumn("p99_ms", "p99", NumberFormats::fine),
            new ChartColumn("errors", "errors", NumberFormats::count));

    private static final List<ChartColumn> MEMORY = List.of(
            new ChartColumn("rss_bytes", "RSS", NumberFormats::bytes),
            new ChartColumn("heap_bytes", "heap", NumberFormats::bytes),
            new ChartColumn("gc_ms", "GC", ChartDataTable::pause));

    private static String pause(@Nullable Number millis) {
        return millis != null && millis.doubleValue() == 0 ? "none" : NumberFormats.millis(millis);
    }

    static ChartDataTable latency(JsonObject series) {
        return of(series, LATENCY);
    }

    static ChartDataTable memory(JsonObject series) {
        return of(series, MEMORY);
    }

    private static ChartDataTable of(JsonObject series, List<ChartColumn> columns) {
        JsonArray times = JsonAccess.array(series, "t");
        List<ChartRow> rows = new ArrayList<>();
        for (int i = times.size() - 1; i >= 0; i--) {
            int point = i;
            rows.add(new ChartRow(
                    time(times, i),
                    columns.stream()
                            .map(column -> column.format().apply(at(JsonAccess.array(series, column.field()), point)))
                            .map(text -> new ChartValue(text, ""))
                            .toList()));
        }
        return new ChartDataTable(columns.stream().map(ChartColumn::label).toList(), rows);
    }

    private static @Nullable Number at(JsonArray column, int index) {
        return index < column.size() && column.getValue(index) instanceof Number number ? number : null;
    }

    /**
     * Returns the table of the heat map: the number of requests in each column, and its lowest and highest duration,
     * with links to the requests.
     */
    static ChartDataTable heat(JsonObject heatmap, DashboardQuery query) {
        JsonArray times = JsonAccess.array(heatmap, "t");
        JsonArray bounds = JsonAccess.array(heatmap, "bounds_ms");
        JsonArray columns = JsonAccess.array(heatmap, "columns");
        List<ChartRow> rows = new ArrayList<>();
        for (int i = Math.min(times.size(), columns.size()) - 1; i >= 0; i--) {
            JsonArray column = columns.getJsonArray(i);
            long second = times.getLong(i);
            rows.add(new ChartRow(
                    time(times, i),
                    List.of(
                            new ChartValue(NumberFormats.count(sum(column)), ""),
                            bound(column, 0, bounds, second, query),
                            bound(column, column.size() - 1, bounds, second, query))));
        }
        return new ChartDataTable(List.of("requests", "fastest from", "slowest from"), rows);
    }

    private static long sum(JsonArray column) {
        long count = 0;
        for (int i = 0; i < column.size(); i++) {
            count += column.getJsonArray(i).getLong(1);
        }
        return count;
    }

    private static ChartValue bound(JsonArray column, int place, JsonArray bounds, long second, DashboardQuery query) {
        if (column.isEmpty()) {
            return new ChartValue(NumberFormats.UNKNOWN, "");
        }
        int row = column.getJsonArray(place).getInteger(0);
        return new ChartValue(NumberFormats.fine(at(bounds, row)), query.cell(second, row));
    }

    private static String time(JsonArray times, int index) {
        Number time = at(times, index);
        return time == null ? "" : Instant.ofEpochSecond(time.longValue()).toString();
    }
}
