package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Columns.Column;

/** Time series and heat map as JSON: whole, and their growing last point for frames. */
final class Course {

    private final Monitor monitor;

    Course(Monitor monitor) {
        this.monitor = monitor;
    }

    JsonObject series(Window window) {
        Columns columns = monitor.site.series(window);
        long last = monitor.site.second() / columns.stepSeconds();
        JsonArray times = new JsonArray();
        for (long point = columns.oldest(last); point <= last; point++) {
            times.add(monitor.epochSecond(point * columns.stepSeconds()));
        }
        JsonObject json = new JsonObject()
                .put("window", window.label())
                .put("step_s", columns.stepSeconds())
                .put("t", times);
        for (Column column : Column.values()) {
            JsonArray values = new JsonArray();
            for (long point = columns.oldest(last); point <= last; point++) {
                values.add(value(column, columns.get(point, column)));
            }
            json.put(column.jsonName, values);
        }
        return json;
    }

    /** The growing point of the 15 minutes. */
    JsonObject point() {
        Columns columns = monitor.site.series(Window.QUARTER);
        long last = monitor.site.second() / columns.stepSeconds();
        JsonObject json = new JsonObject().put("t", monitor.epochSecond(last * columns.stepSeconds()));
        for (Column column : Column.values()) {
            json.put(column.jsonName, value(column, columns.get(last, column)));
        }
        return json;
    }

    private static @Nullable Number value(Column column, int stored) {
        if (stored == Columns.NONE) {
            return null;
        }
        return switch (column) {
            case P50_MICROS, P95_MICROS, P99_MICROS, LAG_MICROS -> (Number) (stored / 1_000.0);
            case RSS_KIB, HEAP_KIB -> (Number) (stored * 1_024L);
            case REQUESTS, ERRORS, QUERIES, GC_MILLIS -> (Number) stored;
        };
    }

    JsonObject heatmap(Window window) {
        HeatMap map = monitor.site.heat(window);
        long last = monitor.site.second() / map.stepSeconds();
        JsonArray times = new JsonArray();
        JsonArray columns = new JsonArray();
        for (long column = map.oldest(last); column <= last; column++) {
            times.add(monitor.epochSecond(column * map.stepSeconds()));
            columns.add(column(map, column, column == last));
        }
        JsonArray bounds = new JsonArray();
        for (int row = 0; row < HeatMap.ROWS; row++) {
            bounds.add(Metric.millis(HeatMap.lowerNanos(row)));
        }
        return new JsonObject()
                .put("step_s", map.stepSeconds())
                .put("t", times)
                .put("bounds_ms", bounds)
                .put("columns", columns);
    }

    /** The growing column of the 15 minutes. */
    JsonObject heat() {
        HeatMap map = monitor.site.heat(Window.QUARTER);
        long last = monitor.site.second() / map.stepSeconds();
        return new JsonObject()
                .put("t", monitor.epochSecond(last * map.stepSeconds()))
                .put("column", column(map, last, true));
    }

    private JsonArray column(HeatMap map, long column, boolean present) {
        int[] counts = new int[HeatMap.ROWS];
        for (int row = 0; row < counts.length; row++) {
            counts[row] = map.get(column, row);
        }
        if (present) {
            HeatMap.addTo(counts, monitor.site.five().durations);
        }
        JsonArray cells = new JsonArray();
        for (int row = 0; row < counts.length; row++) {
            if (counts[row] > 0) {
                cells.add(new JsonArray().add(row).add(counts[row]));
            }
        }
        return cells;
    }
}
