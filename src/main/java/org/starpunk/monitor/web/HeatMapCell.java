package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Cell of the heat map: requests in a period and in a range of durations.
 *
 * @param from start, epoch milliseconds
 * @param to end, exclusive, epoch milliseconds
 * @param minMillis shortest duration, milliseconds
 * @param maxMillis longest duration, exclusive, milliseconds
 * @param count number of requests; null if the heat map no longer contains the cell
 */
record HeatMapCell(
        long from,
        long to,
        double minMillis,
        double maxMillis,
        @Nullable Long count) {

    /**
     * Tolerance for the times. Columns begin within a second, but their times are whole seconds, and a request near the
     * end is counted in the next column.
     */
    private static final long SLACK_MILLIS = 1_000;

    private static final Pattern TEXT = Pattern.compile("(\\d{1,12})\\.(\\d{1,3})");

    /**
     * Parses the form used in links.
     *
     * @param text epoch second of the column, a point, number of the row
     * @return null if it is not a cell of this heat map
     */
    static @Nullable HeatMapCell of(String text, JsonObject heatmap) {
        JsonArray bounds = JsonAccess.array(heatmap, "bounds_ms");
        Matcher numbers = TEXT.matcher(text);
        if (!numbers.matches() || Integer.parseInt(numbers.group(2)) >= bounds.size()) {
            return null;
        }
        long second = Long.parseLong(numbers.group(1));
        int row = Integer.parseInt(numbers.group(2));
        return new HeatMapCell(
                second * 1_000,
                (second + (long) JsonAccess.value(heatmap, "step_s")) * 1_000,
                bounds.getDouble(row),
                row + 1 < bounds.size() ? bounds.getDouble(row + 1) : Double.MAX_VALUE,
                count(heatmap, second, row));
    }

    private static @Nullable Long count(JsonObject heatmap, long second, int row) {
        JsonArray times = JsonAccess.array(heatmap, "t");
        for (int column = 0; column < times.size(); column++) {
            if (times.getLong(column) == second) {
                return count(JsonAccess.array(heatmap, "columns").getJsonArray(column), row);
            }
        }
        return null;
    }

    private static long count(JsonArray column, int row) {
        for (int i = 0; i < column.size(); i++) {
            if (column.getJsonArray(i).getInteger(0) == row) {
                return column.getJsonArray(i).getLong(1);
            }
        }
        return 0;
    }

    /** Returns the earliest end time of a request in this cell, epoch milliseconds. */
    long earliest() {
        return from - SLACK_MILLIS;
    }

    /** Returns the latest end time of a request in this cell, exclusive, epoch milliseconds. */
    long latest() {
        return to + SLACK_MILLIS;
    }

    /** Returns whether the cell may contain a request. */
    boolean holds(Instant at, double millis) {
        return at.toEpochMilli() >= earliest()
                && at.toEpochMilli() < latest()
                && millis >= minMillis
                && millis < maxMillis;
    }

    /** Cell as text. {@code at} is its start; {@code count} is empty if unknown. */
    record CellText(String at, String range, String count) {}

    CellText shown() {
        String range = maxMillis == Double.MAX_VALUE
                ? NumberFormats.fine(minMillis) + " or more"
                : NumberFormats.fine(minMillis) + " to " + NumberFormats.fine(maxMillis);
        return new CellText(
                Instant.ofEpochMilli(from).toString(), range, count == null ? "" : NumberFormats.count(count));
    }
}
