package org.starpunk.monitor.web;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Query of the dashboard page. All choices are in the URL, so that each view can be linked and "back" works. Unknown
 * parameters are ignored.
 *
 * @param values parameters that differ from the page's defaults
 */
record DashboardQuery(Map<String, String> values) {

    static final String WINDOW = "window";
    static final String SORT = "sort";
    static final String SHAPES = "shapes";
    static final String FILTER = "q";
    static final String TABLE = "table";
    static final String TRACE = "trace";
    static final String ENDPOINT = "endpoint";
    static final String NODE = "node";
    static final String OVER = "over";
    static final String CELL = "cell";
    static final String ROWS = "rows";

    private static final Set<String> NAMES =
            Set.of(WINDOW, SORT, SHAPES, FILTER, TABLE, TRACE, ENDPOINT, OVER, CELL, NODE, ROWS, "from", "to");
    private static final Set<String> WINDOWS = Set.of("15m", "1h", "24h");
    private static final int MAX_LENGTH = 200;

    DashboardQuery {
        values = new LinkedHashMap<>(values);
    }

    static DashboardQuery of(MultiMap query) {
        Map<String, String> values = new LinkedHashMap<>();
        query.forEach(entry -> {
            if (NAMES.contains(entry.getKey()) && !entry.getValue().isBlank()) {
                values.put(
                        entry.getKey(),
                        entry.getValue()
                                .substring(
                                        0, Math.min(MAX_LENGTH, entry.getValue().length())));
            }
        });
        return new DashboardQuery(values);
    }

    String window() {
        String window = get(WINDOW);
        return WINDOWS.contains(window) ? window : "15m";
    }

    /** Returns the selected node; {@code all} by default. */
    String node() {
        String node = get(NODE);
        return node.isEmpty() ? "all" : node;
    }

    /** Returns whether tables show all rows. */
    boolean allRows() {
        return get(ROWS).equals("all") || get(TABLE).equals("all");
    }

    /** Returns the value of a parameter; empty if it is missing. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }

    /** Returns a link to this page with one parameter changed. An empty value removes it. */
    String href(String name, String value) {
        return href(values, name, value);
    }

    /** Returns a link to the traces at or above a percentile, of an endpoint, or of all endpoints if it is empty. */
    String slowest(String endpoint, String percentile) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.remove(ENDPOINT);
        changed.remove(CELL);
        if (!endpoint.isEmpty()) {
            changed.put(ENDPOINT, endpoint);
        }
        return href(changed, OVER, percentile) + "#traces";
    }

    /** Returns a link to the traces of a heat map cell, given by its column's epoch second and its row. */
    String cell(long second, int row) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.remove(ENDPOINT);
        changed.remove(OVER);
        return href(changed, CELL, second + "." + row) + "#traces";
    }

    private static String href(Map<String, String> values, String name, String value) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        if (value.isEmpty()) {
            changed.remove(name);
        } else {
            changed.put(name, value);
        }
        if (name.equals(WINDOW)) { // a part of the chart does not apply to another range
            changed.remove("from");
            changed.remove("to");
            changed.remove(CELL);
        }
        return changed.entrySet().stream()
                .map(entry -> entry.getKey() + '=' + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }
}
