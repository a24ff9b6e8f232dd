package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Columns.Column;

/** JSON of time series and heat maps: the whole series for a snapshot, the newest points for a live update. */
final class Course {

    /** Maximum number of closed points in a live update. A snapshot has all points. */
    private static final int MOST_CLOSED = 3;

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

    /** Returns the current point of the 15-minute series. */
    JsonObject point() {
        Columns columns = monitor.site.series(Window.QUARTER);
        return point(columns, monitor.site.second() / columns.stepSeconds());
    }

    /**
     * Returns the closed points of a live update, oldest first: the last one, and those that closed since an earlier
     * update.
     *
     * @param shown second of that update; negative if there was none
     */
    JsonArray closedPoints(long shown) {
        Columns columns = monitor.site.series(Window.QUARTER);
        long growing = monitor.site.second() / columns.stepSeconds();
        long from = Math.max(
                growing - MOST_CLOSED, shown < 0 ? growing - 1 : Math.min(shown / columns.stepSeconds(), growing - 1));
        JsonArray points = new JsonArray();
        for (long number = Math.max(from, columns.oldest(growing)); number < growing; number++) {
            points.add(point(columns, number));
        }
        return points;
    }

    private JsonObject point(Columns columns, long number) {
        JsonObject json = new JsonObject().put("t", monitor.epochSecond(number * columns.stepSeconds()));
        for (Column column : Column.values()) {
            json.put(column.jsonName, value(column, columns.get(number, column)));
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

    /**
     * Returns whether a live update includes closed points, which the first two after the end of a step do. These omit
     * the heat map.
     */
    boolean carriesClosed(long shown) {
        long second = monitor.site.second();
        return shown < 0 || shown / Site.STEP < second / Site.STEP || second % Site.STEP == 2;
    }

    /**
     * Returns the heat map column of a live update, usually the current one. After the end of a column, two updates
     * repeat the ended column, because its last second was counted after the previous update.
     */
    JsonObject heat() {
        HeatMap map = monitor.site.heat(Window.QUARTER);
        long second = monitor.site.second();
        long growing = second / map.stepSeconds();
        long since = second % map.stepSeconds();
        boolean ended = (since == 1 || since == 3) && growing > map.oldest(growing);
        long number = ended ? growing - 1 : growing;
        return new JsonObject()
                .put("t", monitor.epochSecond(number * map.stepSeconds()))
                .put("column", column(map, number, !ended));
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
