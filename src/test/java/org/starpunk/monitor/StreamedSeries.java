package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;

/** Series of 15 minutes as a client of the stream assembles them: a snapshot, then the points of the updates. */
public final class StreamedSeries {

    private static final int POINTS = 180;
    private static final int HEAT_COLUMNS = 60;

    private JsonObject series = new JsonObject();
    private JsonObject heat = new JsonObject();

    /** Starts with the data of a {@code snapshot} event. */
    public void snapshot(JsonObject all) {
        series = all.getJsonObject("series").copy();
        heat = all.getJsonObject("heatmap").copy();
    }

    /** Adds the data of a {@code frame} event. */
    public void update(JsonObject frame) {
        for (Object closed : frame.getJsonArray("closed", new JsonArray())) {
            point((JsonObject) closed);
        }
        point(frame.getJsonObject("point"));
        if (frame.getJsonObject("heat") != null) {
            column(frame.getJsonObject("heat"));
        }
    }

    private void point(JsonObject point) {
        JsonArray times = series.getJsonArray("t");
        int place = times.getList().indexOf(point.getValue("t"));
        boolean grows = place < 0;
        for (String name : names()) {
            JsonArray values = series.getJsonArray(name);
            put(values, place, point.getValue(name));
        }
        if (grows && times.size() > POINTS) {
            names().forEach(name -> series.getJsonArray(name).remove(0));
        }
    }

    private void column(JsonObject column) {
        JsonArray times = heat.getJsonArray("t");
        int place = times.getList().indexOf(column.getValue("t"));
        put(times, place, column.getValue("t"));
        put(heat.getJsonArray("columns"), place, column.getValue("column"));
        if (times.size() > HEAT_COLUMNS) {
            times.remove(0);
            heat.getJsonArray("columns").remove(0);
        }
    }

    private static void put(JsonArray values, int place, Object value) {
        if (place < 0) {
            values.add(value);
        } else {
            values.set(place, value);
        }
    }

    private List<String> names() {
        return series.fieldNames().stream()
                .filter(name -> series.getValue(name) instanceof JsonArray)
                .toList();
    }

    JsonObject series() {
        return series;
    }

    /** Returns the times of the closed points of a snapshot. */
    public List<Object> points(JsonObject all) {
        return closed(all.getJsonObject("series"));
    }

    private static List<Object> closed(JsonObject of) {
        List<Object> times = new ArrayList<>();
        of.getJsonArray("t").forEach(times::add);
        times.remove(times.size() - 1);
        return times;
    }

    /** Returns one line for each closed point or column that differs from a snapshot; empty if there is none. */
    public List<String> differences(JsonObject all) {
        List<String> differences = new ArrayList<>();
        for (Object time : points(all)) {
            for (String name : names()) {
                compare(differences, name, time, at(series, name, time), at(all.getJsonObject("series"), name, time));
            }
        }
        JsonObject map = all.getJsonObject("heatmap");
        for (Object time : closed(map)) {
            compare(differences, "columns", time, at(heat, "columns", time), at(map, "columns", time));
        }
        return differences;
    }

    private static void compare(List<String> differences, String name, Object time, Object streamed, Object expected) {
        if (!String.valueOf(streamed).equals(String.valueOf(expected))) {
            differences.add(name + " at " + time + ": " + streamed + " in the stream, " + expected + " in the JSON");
        }
    }

    private static Object at(JsonObject from, String name, Object time) {
        int place = from.getJsonArray("t").getList().indexOf(time);
        return place < 0 ? "absent" : from.getJsonArray(name).getValue(place);
    }
}
