package org.starpunk.monitor.web;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Model of the page's template, built from the monitor's JSON. It contains texts and complete links. */
final class PageModel {

    /** A time range: label, link, and whether it is selected. */
    record RangeChoice(String label, String href, boolean current) {}

    /** Path of the page in links that must load it again, with its stream. */
    private static final String PAGE = "/admin/performance";

    /** A node of the picker: name, link, whether it is selected, and the reason if it is grey. */
    record NodeChoice(String name, String href, boolean current, boolean gone, String why) {}

    private final JsonObject all;
    private final DashboardQuery query;
    private final Instant now;
    private final Map<String, Object> model = new HashMap<>();

    private PageModel(JsonObject all, DashboardQuery query, Instant now) {
        this.all = all;
        this.query = query;
        this.now = now;
    }

    static Map<String, Object> of(JsonObject all, DashboardQuery query, Instant now) {
        PageModel page = new PageModel(all, query, now);
        page.top();
        page.charts();
        page.tables();
        page.lists();
        page.facts();
        return page.model;
    }

    private void top() {
        JsonObject summary = JsonAccess.object(all, "summary");
        model.put("level", JsonAccess.text(summary, "level"));
        model.put("sentence", JsonAccess.text(summary, "text"));
        model.put("silent", JsonAccess.text(JsonAccess.object(all, "sensors"), "text"));
        model.put("fresh", JsonAccess.value(summary, "requests") == 0);
        model.put("uptime", NumberFormats.span(JsonAccess.number(all, "uptime_s")));
        model.put("started", JsonAccess.text(all, "started_at"));
        model.put("tiles", new TilesModel(all).tiles());
        List<NodeChoice> nodes = nodes();
        model.put("nodes", nodes);
        model.put("gone", nodes.stream().anyMatch(node -> node.gone && node.current));
        model.put("ranges", List.of(range("15m", "15 min"), range("1h", "1 h"), range("24h", "24 h")));
        model.put(
                "rangeLabel",
                query.window().equals("15m") ? "15 min" : query.window().replace("h", " h"));
        model.put("spanText", spanText());
        model.put("window", query.window());
        model.put(
                "kept",
                query.values().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(DashboardQuery.FILTER))
                        .toList());
        model.put("here", query.href(DashboardQuery.TRACE, ""));
    }

    /** Returns the start of the data if the process is younger than the range. */
    private String spanText() {
        double range = switch (query.window()) {
            case "1h" -> 3_600;
            case "24h" -> 86_400;
            default -> 900;
        };
        double seconds = JsonAccess.value(all, "window_s");
        return seconds >= range ? "" : ", data since the start " + NumberFormats.span(seconds) + " ago";
    }

    /** Returns the nodes of the picker; empty without a cluster. */
    private List<NodeChoice> nodes() {
        List<NodeChoice> nodes = new ArrayList<>();
        for (JsonObject node : JsonAccess.list(all, "nodes")) {
            String name = JsonAccess.text(node, "node");
            boolean gone = Boolean.TRUE.equals(node.getValue("gone"));
            String left = Boolean.TRUE.equals(node.getValue("left")) ? "left, last seen " : "gone, last seen ";
            nodes.add(new NodeChoice(
                    name,
                    PAGE + query.href(DashboardQuery.NODE, name),
                    name.equals(query.node()),
                    gone,
                    gone ? left + NumberFormats.ago(JsonAccess.text(node, "last_seen_at"), now) : ""));
        }
        if (!nodes.isEmpty()) {
            nodes.add(
                    0,
                    new NodeChoice(
                            "all nodes",
                            PAGE + query.href(DashboardQuery.NODE, ""),
                            query.node().equals("all"),
                            false,
                            ""));
        }
        return nodes;
    }

    private RangeChoice range(String window, String label) {
        return new RangeChoice(label, query.href(DashboardQuery.WINDOW, window), window.equals(query.window()));
    }

    private void charts() {
        JsonObject series = JsonAccess.object(all, "series");
        JsonArray slowest = JsonAccess.array(series, "p99_ms");
        double top = SparklinePath.max(slowest);
        model.put("p50", SparklinePath.path(JsonAccess.array(series, "p50_ms"), top));
        model.put("p95", SparklinePath.path(JsonAccess.array(series, "p95_ms"), top));
        model.put("p99", SparklinePath.path(slowest, top));
        model.put("rss", SparklinePath.path(JsonAccess.array(series, "rss_bytes")));
        model.put("allTables", query.href(DashboardQuery.TABLE, "all"));
        twin("latency", () -> ChartDataTable.latency(series));
        twin("heat", () -> ChartDataTable.heat(JsonAccess.object(all, "heatmap"), query));
        twin("memory", () -> ChartDataTable.memory(series));
        JsonObject data = new JsonObject();
        for (String name :
                List.of("at", "started_at", "window", "window_s", "summary", "series", "heatmap", "markers")) {
            data.put(name, all.getValue(name));
        }
        model.put("data", data.encode().replace("<", "\\u003c"));
    }

    /** Adds the table of a chart if the URL requests it, and the link that shows or hides it. */
    private void twin(String chart, Supplier<ChartDataTable> twin) {
        String table = query.get(DashboardQuery.TABLE);
        boolean shown = table.equals(chart) || table.equals("all");
        model.put(chart + "Href", query.href(DashboardQuery.TABLE, shown ? "" : chart) + '#' + chart);
        if (shown) {
            model.put(chart + "Twin", twin.get());
        }
    }

    private void tables() {
        TablesModel tablesModel = new TablesModel(query, now);
        List<JsonObject> endpoints = JsonAccess.list(all, "endpoints");
        model.put("endpointHeads", tablesModel.endpointHeads());
        List<JsonObject> filtered = tablesModel.filtered(endpoints);
        model.put("endpoints", tablesModel.endpoints(filtered));
        model.put("moreEndpoints", tablesModel.more(filtered, TablesModel.FIRST_ENDPOINTS, "#endpoints"));
        model.put("ownEndpoints", tablesModel.endpoints(JsonAccess.list(all, "own_endpoints")));
        model.put("noEndpoints", endpoints.isEmpty());
        model.put("filter", query.get(DashboardQuery.FILTER));
        model.put("shapeHeads", tablesModel.shapeHeads());
        List<JsonObject> shapes = JsonAccess.list(all, "queries");
        model.put("shapes", tablesModel.shapes(shapes));
        model.put("moreShapes", tablesModel.more(shapes, TablesModel.FIRST_SHAPES, "#queries"));
    }

    private void lists() {
        EventListsModel eventListsModel = new EventListsModel(all, query, now);
        model.put("recent", eventListsModel.recent());
        model.put("slow", eventListsModel.slow());
        model.put("slowSeen", JsonAccess.value(JsonAccess.object(all, "summary"), "slow_queries") > 0);
        model.put("failures", eventListsModel.failures());
        model.put("traces", eventListsModel.traces());
        model.put("endpoint", query.get(DashboardQuery.ENDPOINT));
        model.put("tracesText", eventListsModel.tracesText());
        model.put(
                "moreTraces",
                new TablesModel(query, now)
                        .more(JsonAccess.list(all, "traces"), EventListsModel.FIRST_TRACES, "#traces"));
        model.put("cell", eventListsModel.cell());
        model.put("cellMissing", eventListsModel.cellMissing());
        model.put("allTraces", query.slowest("", ""));
        model.put("worst", query.slowest("", "p99"));
        model.put("alerts", eventListsModel.alerts());
        model.put("business", new SiteEventsModel(all, now).business());
        model.put("markers", new SiteEventsModel(all, now).markers());
    }

    private void facts() {
        TilesModel tilesModel = new TilesModel(all);
        JsonObject stats = JsonAccess.object(all, "stats");
        JsonObject self = JsonAccess.object(all, "self");
        model.put("memory", tilesModel.memory());
        model.put("growth", Boolean.TRUE.equals(JsonAccess.object(all, "memory").getValue("growth_warning")));
        model.put(
                "growthJudged",
                Boolean.TRUE.equals(JsonAccess.object(all, "memory").getValue("growth_judged")));
        model.put("machine", tilesModel.machine());
        Number span = JsonAccess.number(JsonAccess.object(all, "system"), "span_s");
        model.put("machineSpan", span == null ? "" : NumberFormats.span(span));
        model.put("machineText", JsonAccess.text(JsonAccess.object(all, "system"), "text"));
        model.put("pool", tilesModel.poolFacts());
        model.put("cache", tilesModel.cache());
        model.put("gauges", tilesModel.gauges());
        model.put("loops", tilesModel.loops());
        model.put("statuses", tilesModel.statuses());
        model.put("lifecycle", tilesModel.lifecycle());
        model.put("outcomes", tilesModel.outcomes());
        model.put("slowText", tilesModel.slowText());
        model.put("about", tilesModel.about(now));
        Object processId = all.getValue("process_id");
        model.put("processId", processId == null ? "" : processId.toString());
        model.put("bufferSize", NumberFormats.count(JsonAccess.number(stats, "max_size")));
        model.put("evicted", JsonAccess.value(stats, "recorded") > JsonAccess.value(stats, "total_count"));
        model.put("lowered", JsonAccess.value(self, "sampling_lowered") > 0);
        model.put(
                "frameCost",
                NumberFormats.count(JsonAccess.number(self, "frame_us")) + " µs, "
                        + NumberFormats.bytes(JsonAccess.number(self, "frame_bytes")));
        model.put("workShare", NumberFormats.percent(JsonAccess.number(self, "work_share")));
        model.put("rates", tilesModel.rates());
        model.put("viewers", NumberFormats.count(JsonAccess.number(self, "viewers")));
    }
}
