package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.TimeSeries.SeriesColumn;

/** JSON of time series and heat maps: the whole series for a snapshot, the newest points for a live update. */
final class SeriesJson {

    /** Maximum number of closed points in a live update. A snapshot has all points. */
    private static final int MOST_CLOSED = 3;

    private final MonitorState monitor;

    SeriesJson(MonitorState monitor) {
        this.monitor = monitor;
    }

    JsonObject series(TimeWindow window) {
        TimeSeries series = monitor.site.series(window);
        long last = monitor.site.currentSecond() / series.stepSeconds();
        JsonArray times = new JsonArray();
        for (long point = series.oldestPoint(last); point <= last; point++) {
            times.add(monitor.epochSecond(point * series.stepSeconds()));
        }
        JsonObject json = new JsonObject()
                .put("window", window.label())
                .put("step_s", series.stepSeconds())
                .put("t", times);
        for (SeriesColumn column : SeriesColumn.values()) {
            JsonArray values = new JsonArray();
            for (long point = series.oldestPoint(last); point <= last; point++) {
                values.add(value(column, series.get(point, column)));
            }
            json.put(column.jsonName, values);
        }
        return json;
    }

    /** Returns the current point of the 15-minute series. */
    JsonObject point() {
        TimeSeries series = monitor.site.series(TimeWindow.QUARTER);
        return point(series, monitor.site.currentSecond() / series.stepSeconds());
    }

    /**
     * Returns the closed points of a live update, oldest first: the last one, and those that closed since an earlier
     * update.
     *
     * @param shown second of that update; negative if there was none
     */
    JsonArray closedPoints(long shown) {
        TimeSeries series = monitor.site.series(TimeWindow.QUARTER);
        long growing = monitor.site.currentSecond() / series.stepSeconds();
        long from = Math.max(
                growing - MOST_CLOSED, shown < 0 ? growing - 1 : Math.min(shown / series.stepSeconds(), growing - 1));
        JsonArray points = new JsonArray();
        for (long number = Math.max(from, series.oldestPoint(growing)); number < growing; number++) {
            points.add(point(series, number));
        }
        return points;
    }

    private JsonObject point(TimeSeries series, long number) {
        JsonObject json = new JsonObject().put("t", monitor.epochSecond(number * series.stepSeconds()));
        for (SeriesColumn column : SeriesColumn.values()) {
            json.put(column.jsonName, value(column, series.get(number, column)));
        }
        return json;
    }

    private static @Nullable Number value(SeriesColumn column, int stored) {
        if (stored == TimeSeries.NONE) {
            return null;
        }
        return switch (column) {
            case P50_MICROS, P95_MICROS, P99_MICROS, LAG_MICROS -> (Number) (stored / 1_000.0);
            case RSS_KIB, HEAP_KIB -> (Number) (stored * 1_024L);
            case REQUESTS, ERRORS, QUERIES, GC_MILLIS -> (Number) stored;
        };
    }

    JsonObject heatmap(TimeWindow window) {
        LatencyHeatMap map = monitor.site.heat(window);
        long last = monitor.site.currentSecond() / map.stepSeconds();
        JsonArray times = new JsonArray();
        JsonArray columns = new JsonArray();
        for (long column = map.oldestColumn(last); column <= last; column++) {
            times.add(monitor.epochSecond(column * map.stepSeconds()));
            columns.add(column(map, column, column == last));
        }
        JsonArray bounds = new JsonArray();
        for (int row = 0; row < LatencyHeatMap.ROWS; row++) {
            bounds.add(EventView.millis(LatencyHeatMap.lowerNanos(row)));
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
        long second = monitor.site.currentSecond();
        return shown < 0 || shown / SiteStats.STEP < second / SiteStats.STEP || second % SiteStats.STEP == 2;
    }

    /**
     * Returns the heat map column of a live update, usually the current one. After the end of a column, two updates
     * repeat the ended column, because its last second was counted after the previous update.
     */
    JsonObject heat() {
        LatencyHeatMap map = monitor.site.heat(TimeWindow.QUARTER);
        long second = monitor.site.currentSecond();
        long growing = second / map.stepSeconds();
        long since = second % map.stepSeconds();
        boolean ended = (since == 1 || since == 3) && growing > map.oldestColumn(growing);
        long number = ended ? growing - 1 : growing;
        return new JsonObject()
                .put("t", monitor.epochSecond(number * map.stepSeconds()))
                .put("column", column(map, number, !ended));
    }

    private JsonArray column(LatencyHeatMap map, long column, boolean present) {
        int[] counts = new int[LatencyHeatMap.ROWS];
        for (int row = 0; row < counts.length; row++) {
            counts[row] = map.get(column, row);
        }
        if (present) {
            LatencyHeatMap.addTo(counts, monitor.site.fiveSeconds().durations);
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
