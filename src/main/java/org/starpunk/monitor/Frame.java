package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Statement;

/** What is new since the last second, in at most two kilobytes: made once, for all viewers together. */
final class Frame {

    private static final int LARGEST = 1_990;
    private static final int SHORT_SQL = 120;
    private static final int ALERTS = 2;
    private static final int RECENT = 8;

    private final Monitor monitor;
    private final JsonObject json;
    private int room;

    private Frame(Monitor monitor, JsonObject json) {
        this.monitor = monitor;
        this.json = json;
        this.room = LARGEST - size(json) - 60;
    }

    /**
     * Makes a frame, and notes what it has shown.
     *
     * @param seen the number of the ring's first event that no frame has shown
     */
    static JsonObject make(Monitor monitor, Summary summary, List<Alert> firing, long seen) {
        monitor.settle();
        Course course = new Course(monitor);
        JsonArray alerts = new JsonArray();
        firing.stream().limit(ALERTS).forEach(alert -> alerts.add(alert.head()));
        JsonObject json = new JsonObject()
                .put("at", Metric.iso(monitor.clock.millis()))
                .put("uptime_s", Math.round(monitor.uptimeSeconds()))
                .put("started_at", Metric.iso(monitor.startMillis))
                .put("summary", summary.toJson())
                .put("point", course.point())
                .put("heat", course.heat())
                .put("alerts", alerts);
        Frame frame = new Frame(monitor, json);
        monitor.frame++;
        frame.addRecent(seen);
        frame.addRows();
        return json;
    }

    private void addRecent(long seen) {
        JsonArray recent = new JsonArray();
        int reserve = room / 2;
        for (Metric metric : newest(Math.max(seen, monitor.ring.begin()))) {
            JsonObject row = shorten(metric);
            int size = size(row) + 1;
            if (room - size < reserve) {
                break;
            }
            room -= size;
            recent.add(row);
        }
        json.put("recent", recent);
    }

    /** The newest of each type in turn, so that a page's many statements do not hide the page. */
    private List<Metric> newest(long from) {
        List<Metric> requests = new ArrayList<>();
        List<Metric> others = new ArrayList<>();
        for (long number = monitor.ring.end() - 1; number >= from; number--) {
            List<Metric> list = monitor.ring.type(number) == OperationType.HTTP ? requests : others;
            if (list.size() < RECENT) {
                list.add(monitor.ring.get(number));
            } else if (requests.size() + others.size() >= 2 * RECENT) {
                break;
            }
        }
        List<Metric> mixed = new ArrayList<>();
        for (int i = 0; i < RECENT; i++) {
            if (i < requests.size()) {
                mixed.add(requests.get(i));
            }
            if (i < others.size()) {
                mixed.add(others.get(i));
            }
        }
        return mixed;
    }

    /** A metric without what its name says already. */
    static JsonObject shorten(Metric metric) {
        JsonObject row = metric.toJson();
        row.remove("process_id");
        JsonObject metadata = row.getJsonObject("metadata");
        metadata.remove("method");
        metadata.remove("route");
        if (metadata.getValue("sql") instanceof String sql && sql.length() > SHORT_SQL) {
            metadata.remove("sql");
        }
        return row;
    }

    private void addRows() {
        Tables tables = new Tables(monitor, Window.QUARTER);
        JsonArray endpoints = new JsonArray();
        JsonArray queries = new JsonArray();
        int reserve = room / 2;
        for (Row<Endpoint> row : unsent(monitor.endpoints)) {
            JsonObject line = tables.endpoint(row);
            line.remove("endpoint");
            if (!add(endpoints, line, row, reserve)) {
                break;
            }
        }
        for (Row<Statement> row : unsent(monitor.shapes)) {
            JsonObject line = tables.query(row);
            line.remove("name");
            if (!add(queries, line, row, 0)) {
                break;
            }
        }
        json.put("endpoints", endpoints).put("queries", queries);
    }

    private boolean add(JsonArray array, JsonObject line, Row<?> row, int reserve) {
        int size = size(line) + 1;
        if (room - size < reserve) {
            return false;
        }
        room -= size;
        row.shown = monitor.frame;
        array.add(line);
        return true;
    }

    /** Rows that have changed since a frame last carried them, the longest unsent first. */
    private static <K> List<Row<K>> unsent(Rows<K> rows) {
        List<Row<K>> unsent = new ArrayList<>();
        for (Row<K> row : rows.named()) {
            if (row.changed > row.shown) {
                unsent.add(row);
            }
        }
        if (rows.other().changed > rows.other().shown) {
            unsent.add(rows.other());
        }
        unsent.sort(Comparator.comparingLong(row -> row.shown));
        return unsent;
    }

    private static int size(JsonObject json) {
        return json.encode().getBytes(StandardCharsets.UTF_8).length;
    }
}
