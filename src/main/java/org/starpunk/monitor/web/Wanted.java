package org.starpunk.monitor.web;

import io.vertx.core.MultiMap;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What the page is asked for. All of it stands in the URL, so that each view can be linked to and "back" works; what is not
 * understood is left out.
 *
 * @param values the parameters that differ from the page's own choice
 */
record Wanted(Map<String, String> values) {

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
    private static final int LONGEST = 200;

    Wanted {
        values = new LinkedHashMap<>(values);
    }

    static Wanted of(MultiMap query) {
        Map<String, String> values = new LinkedHashMap<>();
        query.forEach(entry -> {
            if (NAMES.contains(entry.getKey()) && !entry.getValue().isBlank()) {
                values.put(
                        entry.getKey(),
                        entry.getValue()
                                .substring(0, Math.min(LONGEST, entry.getValue().length())));
            }
        });
        return new Wanted(values);
    }

    String window() {
        String window = get(WINDOW);
        return WINDOWS.contains(window) ? window : "15m";
    }

    /** Of which node; of all of them, unless one was chosen. */
    String node() {
        String node = get(NODE);
        return node.isEmpty() ? "all" : node;
    }

    /** Whether tables show all of their rows, and not only the first. */
    boolean allRows() {
        return get(ROWS).equals("all") || get(TABLE).equals("all");
    }

    /** The parameter's value, empty when it is not there. */
    String get(String name) {
        return values.getOrDefault(name, "");
    }

    /** A link to this page with one thing changed; an empty value takes it away. */
    String href(String name, String value) {
        return href(values, name, value);
    }

    /** A link to the kept requests of an endpoint, or of all when that is empty, that were at least as slow as a percentile of theirs. */
    String slowest(String endpoint, String percentile) {
        Map<String, String> changed = new LinkedHashMap<>(values);
        changed.remove(ENDPOINT);
        changed.remove(CELL);
        if (!endpoint.isEmpty()) {
            changed.put(ENDPOINT, endpoint);
        }
        return href(changed, OVER, percentile) + "#traces";
    }

    /** A link to the kept requests of a cell of the heat map: its column's epoch second, and its row. */
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
        if (name.equals(WINDOW)) { // a piece of another range means nothing
            changed.remove("from");
            changed.remove("to");
            changed.remove(CELL);
        }
        return changed.entrySet().stream()
                .map(entry -> entry.getKey() + '=' + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&", "?", ""));
    }
}
