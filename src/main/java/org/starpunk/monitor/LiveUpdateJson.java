package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.SqlShape;

/** Live update: the changes since the last second, in at most 2 kB. It is built once for all viewers. */
final class LiveUpdateJson {

    private static final int LARGEST = 1_990;
    /** Maximum length of an alert's text. The summary has the whole text. */
    private static final int SHORT_TEXT = 40;

    private static final int SHORT_SQL = 120;
    private static final int ALERTS = 2;
    private static final int RECENT = 8;

    private final MonitorState monitor;
    private final JsonObject json;
    private int room;
    private int news;

    private LiveUpdateJson(MonitorState monitor, JsonObject json) {
        this.monitor = monitor;
        this.json = json;
        this.room = LARGEST - size(json) - 60;
    }

    /**
     * Builds an update, and marks the rows in it as sent.
     *
     * @param seen number of events that had entered the ring buffer at the previous update
     */
    static JsonObject make(MonitorState monitor, DashboardSummary summary, List<Alert> firing, long seen) {
        monitor.closeSecond();
        SeriesJson seriesJson = new SeriesJson(monitor);
        boolean closed = seriesJson.carriesClosed(monitor.framedSecond);
        JsonArray alerts = new JsonArray();
        firing.stream()
                .limit(ALERTS)
                .map(Alert::headerJson)
                .forEach(head -> alerts.add(head.put("text", JsonFields.cut(head.getString("text"), SHORT_TEXT))));
        JsonObject json = new JsonObject()
                .put("at", EventView.iso(monitor.time.nowMillis()))
                .put("uptime_s", Math.round(monitor.uptimeSeconds()))
                .put("started_at", EventView.iso(monitor.time.startMillis()))
                .put("summary", summary.toJson())
                .put("point", seriesJson.point())
                .put("closed", closed ? seriesJson.closedPoints(monitor.framedSecond) : new JsonArray())
                .put("heat", closed ? null : seriesJson.heat())
                .put("alerts", alerts);
        monitor.framedSecond = monitor.site.currentSecond();
        LiveUpdateJson liveUpdateJson = new LiveUpdateJson(monitor, json);
        monitor.frame++;
        liveUpdateJson.addRecent(seen);
        liveUpdateJson.addRows();
        return json;
    }

    private void addRecent(long seen) {
        JsonArray recent = new JsonArray();
        TablesJson tablesJson = new TablesJson(monitor, TimeWindow.QUARTER);
        int reserve = unsent(monitor.endpoints).stream()
                        .limit(1)
                        .mapToInt(keyStats -> size(endpoint(tablesJson, keyStats)) + 1)
                        .sum()
                + unsent(monitor.shapes).stream()
                        .limit(1)
                        .mapToInt(keyStats -> size(query(tablesJson, keyStats)) + 1)
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
        EventRingBuffer ring = monitor.ring;
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
    static JsonObject shorten(EventView metric) {
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
        TablesJson tablesJson = new TablesJson(monitor, TimeWindow.QUARTER);
        JsonArray endpoints = new JsonArray();
        JsonArray queries = new JsonArray();
        int reserve = unsent(monitor.shapes).stream()
                .limit(1)
                .mapToInt(keyStats -> size(query(tablesJson, keyStats)) + 1)
                .sum();
        for (KeyStats<Endpoint> keyStats : unsent(monitor.endpoints)) {
            if (!add(endpoints, endpoint(tablesJson, keyStats), keyStats, reserve)) {
                break;
            }
        }
        for (KeyStats<SqlShape> keyStats : unsent(monitor.shapes)) {
            if (!add(queries, query(tablesJson, keyStats), keyStats, 0)) {
                break;
            }
        }
        json.put("endpoints", endpoints).put("queries", queries);
    }

    private static JsonObject endpoint(TablesJson tablesJson, KeyStats<Endpoint> keyStats) {
        JsonObject line = tablesJson.endpoint(keyStats);
        line.remove("endpoint");
        return line;
    }

    private static JsonObject query(TablesJson tablesJson, KeyStats<SqlShape> keyStats) {
        JsonObject line = tablesJson.query(keyStats);
        line.remove("name");
        return line;
    }

    private boolean add(JsonArray array, JsonObject line, KeyStats<?> keyStats, int reserve) {
        int size = size(line) + 1;
        if (room - size < reserve) {
            return false;
        }
        room -= size;
        keyStats.shown = monitor.frame;
        array.add(line);
        return true;
    }

    /** Returns the rows that have changed since they were last sent, longest unsent first. */
    private static <K> List<KeyStats<K>> unsent(BoundedStatsTable<K> table) {
        List<KeyStats<K>> unsent = new ArrayList<>();
        for (KeyStats<K> keyStats : table.named()) {
            if (keyStats.changed > keyStats.shown) {
                unsent.add(keyStats);
            }
        }
        if (table.other().changed > table.other().shown) {
            unsent.add(table.other());
        }
        unsent.sort(Comparator.comparingLong(keyStats -> keyStats.shown));
        return unsent;
    }

    private static int size(JsonObject json) {
        return json.encode().getBytes(StandardCharsets.UTF_8).length;
    }
}
