package org.starpunk.monitor.web;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Sortable tables of endpoints and SQL shapes. */
final class Tables {

    /** A column of numbers: field in the monitor's JSON, heading, and format. */
    private record Column(String field, String label, Function<@Nullable Number, String> format) {}

    /** A heading. {@code sort} is the value of {@code aria-sort}, {@code href} the link for sorting. */
    record Head(String label, String field, String href, String sort, boolean number) {}

    /**
     * A number as text, and as the value for sorting and live updates. {@code href} links to its requests, or is empty.
     */
    record Cell(String field, String text, String value, String href) {}

    /**
     * A row of the endpoint table. {@code key} identifies the row in live updates; {@code spark} is an SVG path, {@code
     * repeated} the text of an N+1 finding or empty, {@code repeatedAt} the time of its last occurrence.
     */
    record EndpointRow(
            String key,
            String name,
            String href,
            List<Cell> cells,
            String spark,
            String repeated,
            Lists.When repeatedAt,
            String repeatedHref) {}

    /** A row of the table of SQL shapes. */
    record ShapeRow(
            String key, String name, String sql, List<Cell> cells, String waited, String plan, List<String> flags) {}

    /** Note about rows that are not shown, empty if all are, and the link to the others. */
    record More(String text, String label, String href) {}

    /** Columns of endpoints. The first are visible on a phone without scrolling. */
    private static final List<Column> ENDPOINTS = List.of(
            new Column("count", "count", Format::count),
            new Column("p50_ms", "p50", Format::fine),
            new Column("p95_ms", "p95", Format::fine),
            new Column("p99_ms", "p99", Format::fine),
            new Column("max_ms", "max", Format::fine),
            new Column("errors", "errors", Format::count),
            new Column("rate_per_s", "per s", Format::digits),
            new Column("receiving_ms", "receiving", Format::part),
            new Column("mean_ms", "server", Format::fine),
            new Column("sending_ms", "sending", Format::part),
            new Column("bytes", "bytes", Format::bytes));

    private static final List<Column> SHAPES = List.of(
            new Column("time_share", "share", Format::share),
            new Column("count", "count", Format::count),
            new Column("rate_per_s", "per s", Format::digits),
            new Column("mean_ms", "mean", Format::fine),
            new Column("p99_ms", "p99", Format::fine),
            new Column("max_ms", "max", Format::fine),
            new Column("rows", "rows", Format::count),
            new Column("errors", "errors", Format::count));

    /** Default number of rows. Rows below the visible part cost a browser as much as visible ones. */
    static final int FIRST_ENDPOINTS = 12;

    static final int FIRST_SHAPES = 10;

    private final Wanted wanted;

    private final Instant now;

    Tables(Wanted wanted, Instant now) {
        this.wanted = wanted;
        this.now = now;
    }

    List<Head> endpointHeads() {
        return heads(Wanted.SORT, "route", "endpoint", ENDPOINTS, "p99_ms");
    }

    List<Head> shapeHeads() {
        return heads(Wanted.SHAPES, "statement", "shape", SHAPES, "time_share");
    }

    /** Returns the endpoints whose name contains the filter. */
    List<JsonObject> filtered(List<JsonObject> rows) {
        String filter = wanted.get(Wanted.FILTER).toLowerCase(Locale.ROOT);
        return rows.stream()
                .filter(row ->
                        Read.text(row, "endpoint").toLowerCase(Locale.ROOT).contains(filter))
                .toList();
    }

    List<EndpointRow> endpoints(List<JsonObject> rows) {
        return rows.stream()
                .sorted(order(Wanted.SORT, "endpoint", ENDPOINTS, "p99_ms"))
                .limit(wanted.allRows() ? Long.MAX_VALUE : FIRST_ENDPOINTS)
                .map(this::endpoint)
                .toList();
    }

    /**
     * Returns the note for a table with more rows than shown by default, and the link that shows or hides them; null if
     * there are no more.
     */
    @Nullable
    More more(List<JsonObject> rows, int first, String table) {
        if (rows.size() <= first) {
            return null;
        }
        return wanted.allRows()
                ? new More("", "the first " + first, wanted.href(Wanted.ROWS, "") + table)
                : new More("the first " + first + " of " + rows.size(), "all", wanted.href(Wanted.ROWS, "all") + table);
    }

    List<ShapeRow> shapes(List<JsonObject> rows) {
        return rows.stream()
                .sorted(order(Wanted.SHAPES, "shape", SHAPES, "time_share"))
                .limit(wanted.allRows() ? Long.MAX_VALUE : FIRST_SHAPES)
                .map(Tables::shape)
                .toList();
    }

    private EndpointRow endpoint(JsonObject row) {
        String name = Read.text(row, "endpoint");
        JsonObject repeated = Read.object(row, "n_plus_one");
        return new EndpointRow(
                String.valueOf(row.getValue("id")),
                name,
                wanted.href(Wanted.ENDPOINT, name) + "#traces",
                cells(row, ENDPOINTS, field -> requestsBehind(name, field)),
                Sparkline.path(Read.array(row, "spark")),
                Read.text(repeated, "text"),
                Lists.when(repeated, "last_at", now),
                wanted.href(Wanted.TRACE, Read.text(repeated, "request_id")));
    }

    /** Returns the link from a percentile to the requests above it; empty for other fields. */
    private String requestsBehind(String endpoint, String field) {
        return field.equals("p95_ms") || field.equals("p99_ms")
                ? wanted.slowest(endpoint, field.substring(0, field.indexOf('_')))
                : "";
    }

    private static ShapeRow shape(JsonObject row) {
        return new ShapeRow(
                String.valueOf(row.getValue("id")),
                Read.text(row, "name"),
                Read.text(row, "shape"),
                cells(row, SHAPES, field -> ""),
                Format.fine(Read.number(row, "wait_mean_ms")),
                Read.text(row, "plan"),
                Read.texts(row, "flags").stream().map(flag -> flag(flag, row)).toList());
    }

    private static String flag(String flag, JsonObject row) {
        String rows = " of " + Format.count(Read.number(row, "rows_examined")) + " rows";
        return switch (flag) {
            case "full_scan" -> "full scan" + rows;
            case "index_scan" -> "scan" + rows + " through an index";
            case "temp_sort" -> "sorts in a temporary tree";
            case "plan_changed" -> "plan changed";
            default -> flag;
        };
    }

    private static List<Cell> cells(JsonObject row, List<Column> columns, UnaryOperator<String> href) {
        return columns.stream()
                .map(column -> {
                    Number number = Read.number(row, column.field());
                    return new Cell(
                            column.field(),
                            column.format().apply(number),
                            number == null ? "" : number.toString(),
                            number == null ? "" : href.apply(column.field()));
                })
                .toList();
    }

    private List<Head> heads(String parameter, String label, String name, List<Column> columns, String usual) {
        List<Head> heads = new java.util.ArrayList<>();
        heads.add(head(parameter, name, label, usual, false));
        columns.forEach(column -> heads.add(head(parameter, column.field(), column.label(), usual, true)));
        return heads;
    }

    /**
     * Returns a heading. Its link reverses the order of the sorted column. Otherwise numbers are sorted from the
     * largest, names from A.
     */
    private Head head(String parameter, String field, String label, String usual, boolean number) {
        String sorted = wanted.get(parameter).isEmpty() ? '-' + usual : wanted.get(parameter);
        String sort = sorted.equals(field) ? "ascending" : sorted.equals('-' + field) ? "descending" : "none";
        boolean down = sort.equals("none") ? number : sort.equals("ascending");
        return new Head(label, field, wanted.href(parameter, (down ? "-" : "") + field), sort, number);
    }

    private Comparator<JsonObject> order(String parameter, String name, List<Column> columns, String usual) {
        String sorted = wanted.get(parameter).isEmpty() ? '-' + usual : wanted.get(parameter);
        boolean down = sorted.startsWith("-");
        String field = down ? sorted.substring(1) : sorted;
        boolean number = columns.stream().anyMatch(column -> column.field().equals(field));
        Comparator<JsonObject> order = number
                ? Comparator.comparingDouble(row -> Read.value(row, field))
                : Comparator.comparing(row -> Read.text(row, name));
        return down ? order.reversed() : order;
    }
}
