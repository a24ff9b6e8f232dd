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
    record Range(String label, String href, boolean current) {}

    /** Path of the page in links that must load it again, with its stream. */
    private static final String PAGE = "/admin/performance";

    /** A node of the picker: name, link, whether it is selected, and the reason if it is grey. */
    record Node(String name, String href, boolean current, boolean gone, String why) {}

    private final JsonObject all;
    private final Wanted wanted;
    private final Instant now;
    private final Map<String, Object> model = new HashMap<>();

    private PageModel(JsonObject all, Wanted wanted, Instant now) {
        this.all = all;
        this.wanted = wanted;
        this.now = now;
    }

    static Map<String, Object> of(JsonObject all, Wanted wanted, Instant now) {
        PageModel page = new PageModel(all, wanted, now);
        page.top();
        page.charts();
        page.tables();
        page.lists();
        page.facts();
        return page.model;
    }

    private void top() {
        JsonObject summary = Read.object(all, "summary");
        model.put("level", Read.text(summary, "level"));
        model.put("sentence", Read.text(summary, "text"));
        model.put("silent", Read.text(Read.object(all, "sensors"), "text"));
        model.put("fresh", Read.value(summary, "requests") == 0);
        model.put("uptime", Format.span(Read.number(all, "uptime_s")));
        model.put("started", Read.text(all, "started_at"));
        model.put("tiles", new Overview(all).tiles());
        List<Node> nodes = nodes();
        model.put("nodes", nodes);
        model.put("gone", nodes.stream().anyMatch(node -> node.gone && node.current));
        model.put("ranges", List.of(range("15m", "15 min"), range("1h", "1 h"), range("24h", "24 h")));
        model.put(
                "rangeLabel",
                wanted.window().equals("15m") ? "15 min" : wanted.window().replace("h", " h"));
        model.put("spanText", spanText());
        model.put("window", wanted.window());
        model.put(
                "kept",
                wanted.values().entrySet().stream()
                        .filter(entry -> !entry.getKey().equals(Wanted.FILTER))
                        .toList());
        model.put("here", wanted.href(Wanted.TRACE, ""));
    }

    /** Returns the start of the data if the process is younger than the range. */
    private String spanText() {
        double range = switch (wanted.window()) {
            case "1h" -> 3_600;
            case "24h" -> 86_400;
            default -> 900;
        };
        double seconds = Read.value(all, "window_s");
        return seconds >= range ? "" : ", data since the start " + Format.span(seconds) + " ago";
    }

    /** Returns the nodes of the picker; empty without a cluster. */
    private List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        for (JsonObject node : Read.list(all, "nodes")) {
            String name = Read.text(node, "node");
            boolean gone = Boolean.TRUE.equals(node.getValue("gone"));
            String left = Boolean.TRUE.equals(node.getValue("left")) ? "left, last seen " : "gone, last seen ";
            nodes.add(new Node(
                    name,
                    PAGE + wanted.href(Wanted.NODE, name),
                    name.equals(wanted.node()),
                    gone,
                    gone ? left + Format.ago(Read.text(node, "last_seen_at"), now) : ""));
        }
        if (!nodes.isEmpty()) {
            nodes.add(
                    0,
                    new Node(
                            "all nodes",
                            PAGE + wanted.href(Wanted.NODE, ""),
                            wanted.node().equals("all"),
                            false,
                            ""));
        }
        return nodes;
    }

    private Range range(String window, String label) {
        return new Range(label, wanted.href(Wanted.WINDOW, window), window.equals(wanted.window()));
    }

    private void charts() {
        JsonObject series = Read.object(all, "series");
        JsonArray slowest = Read.array(series, "p99_ms");
        double top = Sparkline.max(slowest);
        model.put("p50", Sparkline.path(Read.array(series, "p50_ms"), top));
        model.put("p95", Sparkline.path(Read.array(series, "p95_ms"), top));
        model.put("p99", Sparkline.path(slowest, top));
        model.put("rss", Sparkline.path(Read.array(series, "rss_bytes")));
        model.put("allTables", wanted.href(Wanted.TABLE, "all"));
        twin("latency", () -> Twin.latency(series));
        twin("heat", () -> Twin.heat(Read.object(all, "heatmap"), wanted));
        twin("memory", () -> Twin.memory(series));
        JsonObject data = new JsonObject();
        for (String name :
                List.of("at", "started_at", "window", "window_s", "summary", "series", "heatmap", "markers")) {
            data.put(name, all.getValue(name));
        }
        model.put("data", data.encode().replace("<", "\\u003c"));
    }

    /** Adds the table of a chart if the URL requests it, and the link that shows or hides it. */
    private void twin(String chart, Supplier<Twin> twin) {
        String table = wanted.get(Wanted.TABLE);
        boolean shown = table.equals(chart) || table.equals("all");
        model.put(chart + "Href", wanted.href(Wanted.TABLE, shown ? "" : chart) + '#' + chart);
        if (shown) {
            model.put(chart + "Twin", twin.get());
        }
    }

    private void tables() {
        Tables tables = new Tables(wanted, now);
        List<JsonObject> endpoints = Read.list(all, "endpoints");
        model.put("endpointHeads", tables.endpointHeads());
        List<JsonObject> filtered = tables.filtered(endpoints);
        model.put("endpoints", tables.endpoints(filtered));
        model.put("moreEndpoints", tables.more(filtered, Tables.FIRST_ENDPOINTS, "#endpoints"));
        model.put("ownEndpoints", tables.endpoints(Read.list(all, "own_endpoints")));
        model.put("noEndpoints", endpoints.isEmpty());
        model.put("filter", wanted.get(Wanted.FILTER));
        model.put("shapeHeads", tables.shapeHeads());
        List<JsonObject> shapes = Read.list(all, "queries");
        model.put("shapes", tables.shapes(shapes));
        model.put("moreShapes", tables.more(shapes, Tables.FIRST_SHAPES, "#queries"));
    }

    private void lists() {
        Lists lists = new Lists(all, wanted, now);
        model.put("recent", lists.recent());
        model.put("slow", lists.slow());
        model.put("slowSeen", Read.value(Read.object(all, "summary"), "slow_queries") > 0);
        model.put("failures", lists.failures());
        model.put("traces", lists.traces());
        model.put("endpoint", wanted.get(Wanted.ENDPOINT));
        model.put("tracesText", lists.tracesText());
        model.put("moreTraces", new Tables(wanted, now).more(Read.list(all, "traces"), Lists.FIRST_TRACES, "#traces"));
        model.put("cell", lists.cell());
        model.put("allTraces", wanted.slowest("", ""));
        model.put("worst", wanted.slowest("", "p99"));
        model.put("alerts", lists.alerts());
        model.put("business", new SiteEvents(all, now).business());
        model.put("markers", new SiteEvents(all, now).markers());
    }

    private void facts() {
        Overview overview = new Overview(all);
        JsonObject stats = Read.object(all, "stats");
        JsonObject self = Read.object(all, "self");
        model.put("memory", overview.memory());
        model.put("growth", Boolean.TRUE.equals(Read.object(all, "memory").getValue("growth_warning")));
        model.put("growthJudged", Boolean.TRUE.equals(Read.object(all, "memory").getValue("growth_judged")));
        model.put("machine", overview.machine());
        Number span = Read.number(Read.object(all, "system"), "span_s");
        model.put("machineSpan", span == null ? "" : Format.span(span));
        model.put("machineText", Read.text(Read.object(all, "system"), "text"));
        model.put("pool", overview.poolFacts());
        model.put("cache", overview.cache());
        model.put("gauges", overview.gauges());
        model.put("loops", overview.loops());
        model.put("statuses", overview.statuses());
        model.put("lifecycle", overview.lifecycle());
        model.put("outcomes", overview.outcomes());
        model.put("slowText", overview.slowText());
        model.put("about", overview.about(now));
        model.put("processId", String.valueOf(all.getValue("process_id")));
        model.put("bufferSize", Format.count(Read.number(stats, "max_size")));
        model.put("evicted", Read.value(stats, "recorded") > Read.value(stats, "total_count"));
        model.put("lowered", Read.value(self, "sampling_lowered") > 0);
        model.put(
                "frameCost",
                Format.count(Read.number(self, "frame_us")) + " µs, " + Format.bytes(Read.number(self, "frame_bytes")));
        model.put("workShare", Format.percent(Read.number(self, "work_share")));
        model.put("rates", overview.rates());
        model.put("viewers", Format.count(Read.number(self, "viewers")));
    }
}
