package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A cell of the heat map: requests of some seconds and of a range of latency.
 *
 * @param from its first moment, epoch milliseconds
 * @param to the moment after its last, epoch milliseconds
 * @param least its shortest duration, milliseconds
 * @param most the duration after its longest, milliseconds
 * @param count how many requests it holds; null when the heat map does not reach back to it any more
 */
record Cell(
        long from,
        long to,
        double least,
        double most,
        @Nullable Long count) {

    /** Columns begin at any part of a second, which their times leave out; and what ends late is counted a little later. */
    private static final long SLACK_MILLIS = 1_000;

    private static final Pattern TEXT = Pattern.compile("(\\d{1,12})\\.(\\d{1,3})");

    /**
     * Reads a cell as links write it.
     *
     * @param text the column's epoch second, a point, the row's number
     * @return null when it is no cell of this heat map
     */
    static @Nullable Cell of(String text, JsonObject heatmap) {
        JsonArray bounds = Read.array(heatmap, "bounds_ms");
        Matcher numbers = TEXT.matcher(text);
        if (!numbers.matches() || Integer.parseInt(numbers.group(2)) >= bounds.size()) {
            return null;
        }
        long second = Long.parseLong(numbers.group(1));
        int row = Integer.parseInt(numbers.group(2));
        return new Cell(
                second * 1_000,
                (second + (long) Read.value(heatmap, "step_s")) * 1_000,
                bounds.getDouble(row),
                row + 1 < bounds.size() ? bounds.getDouble(row + 1) : Double.MAX_VALUE,
                count(heatmap, second, row));
    }

    private static @Nullable Long count(JsonObject heatmap, long second, int row) {
        JsonArray times = Read.array(heatmap, "t");
        for (int column = 0; column < times.size(); column++) {
            if (times.getLong(column) == second) {
                return count(Read.array(heatmap, "columns").getJsonArray(column), row);
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

    /** The first moment of what may have been counted in it, epoch milliseconds. */
    long earliest() {
        return from - SLACK_MILLIS;
    }

    /** The moment after the last one of what may have been counted in it, epoch milliseconds. */
    long latest() {
        return to + SLACK_MILLIS;
    }

    /** Whether it may have counted a request. */
    boolean holds(Instant at, double millis) {
        return at.toEpochMilli() >= earliest() && at.toEpochMilli() < latest() && millis >= least && millis < most;
    }

    /** For people. {@code at} is its first moment; {@code count} is empty when it is not known any more. */
    record Shown(String at, String range, String count) {}

    Shown shown() {
        String range = most == Double.MAX_VALUE
                ? Format.fine(least) + " or more"
                : Format.fine(least) + " to " + Format.fine(most);
        return new Shown(Instant.ofEpochMilli(from).toString(), range, count == null ? "" : Format.count(count));
    }
}
