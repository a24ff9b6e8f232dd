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

/** Live update: the changes since the last second, in at most 2 kB. It is built once for all viewers. */
final class Frame {

    private static final int LARGEST = 1_990;
    /** Maximum length of an alert's text. The summary has the whole text. */
    private static final int SHORT_TEXT = 40;

    private static final int SHORT_SQL = 120;
    private static final int ALERTS = 2;
    private static final int RECENT = 8;

    private final Monitor monitor;
    private final JsonObject json;
    private int room;
    private int news;

    private Frame(Monitor monitor, JsonObject json) {
        this.monitor = monitor;
        this.json = json;
        this.room = LARGEST - size(json) - 60;
    }

    /**
     * Builds an update, and marks the rows in it as sent.
     *
     * @param seen number of events that had entered the ring buffer at the previous update
     */
    static JsonObject make(Monitor monitor, Summary summary, List<Alert> firing, long seen) {
        monitor.settle();
        Course course = new Course(monitor);
        boolean closed = course.carriesClosed(monitor.framedSecond);
        JsonArray alerts = new JsonArray();
        firing.stream()
                .limit(ALERTS)
                .map(Alert::head)
                .forEach(head -> alerts.add(head.put("text", Json.cut(head.getString("text"), SHORT_TEXT))));
        JsonObject json = new JsonObject()
                .put("at", Metric.iso(monitor.time.nowMillis()))
                .put("uptime_s", Math.round(monitor.uptimeSeconds()))
                .put("started_at", Metric.iso(monitor.time.startMillis()))
                .put("summary", summary.toJson())
                .put("point", course.point())
                .put("closed", closed ? course.closedPoints(monitor.framedSecond) : new JsonArray())
                .put("heat", closed ? null : course.heat())
                .put("alerts", alerts);
        monitor.framedSecond = monitor.site.second();
        Frame frame = new Frame(monitor, json);
        monitor.frame++;
        frame.addRecent(seen);
        frame.addRows();
        return json;
    }

    private void addRecent(long seen) {
        JsonArray recent = new JsonArray();
        Tables tables = new Tables(monitor, Window.QUARTER);
        int reserve = unsent(monitor.endpoints).stream()
                        .limit(1)
                        .mapToInt(row -> size(endpoint(tables, row)) + 1)
                        .sum()
                + unsent(monitor.shapes).stream()
                        .limit(1)
                        .mapToInt(row -> size(query(tables, row)) + 1)
                        .sum();
        int sent = 0;
        for (long number : newest(seen)) {
            JsonObject row = shorten(monitor.ring.get(number)).put("id", monitor.ring.sequence(number));
            int size = size(row) + 1;
            if (room - size < reserve) {
                break;
            }
            room -= size;
            recent.add(row);
            sent++;
        }
        json.put("recent", recent).put("recent_more", news - sent);
    }

    /**
     * Returns the numbers of the newest events. HTTP requests alternate with other events, so that many statements do
     * not displace their request.
     */
    private List<Long> newest(long seen) {
        List<Long> requests = new ArrayList<>();
        List<Long> others = new ArrayList<>();
        Ring ring = monitor.ring;
        for (long number = ring.end() - 1; number >= ring.begin(); number--) {
            if ((int) (ring.sequence(number) - seen) < 0) {
                continue;
            }
            news++;
            List<Long> list = ring.type(number) == OperationType.HTTP ? requests : others;
            if (list.size() < RECENT) {
                list.add(number);
            }
        }
        List<Long> mixed = new ArrayList<>();
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

    /** Returns the JSON of an event without fields that repeat its name or have their default value. */
    static JsonObject shorten(Metric metric) {
        JsonObject row = metric.toJson();
        row.remove("process_id");
        JsonObject metadata = row.getJsonObject("metadata");
        metadata.remove("method");
        metadata.remove("route");
        metadata.remove("request_bytes");
        if ("ok".equals(metadata.getValue("outcome"))) {
            metadata.remove("outcome");
        }
        if (Boolean.FALSE.equals(metadata.getValue("failed"))) {
            metadata.remove("failed");
        }
        if (metadata.getValue("sql") instanceof String sql && sql.length() > SHORT_SQL) {
            metadata.remove("sql");
        }
        return row;
    }

    private void addRows() {
        Tables tables = new Tables(monitor, Window.QUARTER);
        JsonArray endpoints = new JsonArray();
        JsonArray queries = new JsonArray();
        int reserve = unsent(monitor.shapes).stream()
                .limit(1)
                .mapToInt(row -> size(query(tables, row)) + 1)
                .sum();
        for (Row<Endpoint> row : unsent(monitor.endpoints)) {
            if (!add(endpoints, endpoint(tables, row), row, reserve)) {
                break;
            }
        }
        for (Row<Statement> row : unsent(monitor.shapes)) {
            if (!add(queries, query(tables, row), row, 0)) {
                break;
            }
        }
        json.put("endpoints", endpoints).put("queries", queries);
    }

    private static JsonObject endpoint(Tables tables, Row<Endpoint> row) {
        JsonObject line = tables.endpoint(row);
        line.remove("endpoint");
        return line;
    }

    private static JsonObject query(Tables tables, Row<Statement> row) {
        JsonObject line = tables.query(row);
        line.remove("name");
        return line;
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

    /** Returns the rows that have changed since they were last sent, longest unsent first. */
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
