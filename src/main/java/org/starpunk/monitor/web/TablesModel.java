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
final class TablesModel {

    /** A column of numbers: field in the monitor's JSON, heading, and format. */
    private record TableColumn(String field, String label, Function<@Nullable Number, String> format) {}

    /** A heading. {@code sort} is the value of {@code aria-sort}, {@code href} the link for sorting. */
    record ColumnHeading(String label, String field, String href, String sort, boolean number) {}

    /**
     * A number as text, and as the value for sorting and live updates. {@code href} links to its requests, or is empty.
     */
    record TableCell(String field, String text, String value, String href) {}

    /**
     * A row of the endpoint table. {@code key} identifies the row in live updates; {@code spark} is an SVG path, {@code
     * repeated} the text of an N+1 finding or empty, {@code repeatedAt} the time of its last occurrence.
     */
    record EndpointRow(
            String key,
            String name,
            String href,
            List<TableCell> cells,
            String spark,
            String repeated,
            EventListsModel.DisplayedTime repeatedAt,
            String repeatedHref) {}

    /** A row of the table of SQL shapes. */
    record ShapeRow(
            String key,
            String name,
            String sql,
            List<TableCell> cells,
            String waited,
            String plan,
            List<String> flags) {}

    /** Note about rows that are not shown, empty if all are, and the link to the others. */
    record HiddenRowsLink(String text, String label, String href) {}

    /** Columns of endpoints. The first are visible on a phone without scrolling. */
    private static final List<TableColumn> ENDPOINTS = List.of(
            new TableColumn("count", "count", NumberFormats::count),
            new TableColumn("p50_ms", "p50", NumberFormats::fine),
            new TableColumn("p95_ms", "p95", NumberFormats::fine),
            new TableColumn("p99_ms", "p99", NumberFormats::fine),
            new TableColumn("max_ms", "max", NumberFormats::fine),
            new TableColumn("errors", "errors", NumberFormats::count),
            new TableColumn("rate_per_s", "per s", NumberFormats::digits),
            new TableColumn("receiving_ms", "receiving", NumberFormats::part),
            new TableColumn("mean_ms", "server", NumberFormats::fine),
            new TableColumn("sending_ms", "sending", NumberFormats::part),
            new TableColumn("bytes", "bytes", NumberFormats::bytes));

    private static final List<TableColumn> SHAPES = List.of(
            new TableColumn("time_share", "share", NumberFormats::share),
            new TableColumn("count", "count", NumberFormats::count),
            new TableColumn("rate_per_s", "per s", NumberFormats::digits),
            new TableColumn("mean_ms", "mean", NumberFormats::fine),
            new TableColumn("p99_ms", "p99", NumberFormats::fine),
            new TableColumn("max_ms", "max", NumberFormats::fine),
            new TableColumn("rows", "rows", NumberFormats::count),
            new TableColumn("errors", "errors", NumberFormats::count));

    /** Default number of rows. Rows below the visible part cost a browser as much as visible ones. */
    static final int FIRST_ENDPOINTS = 12;

    static final int FIRST_SHAPES = 10;

    private final DashboardQuery query;

    private final Instant now;

    TablesModel(DashboardQuery query, Instant now) {
        this.query = query;
        this.now = now;
    }

    List<ColumnHeading> endpointHeads() {
        return heads(DashboardQuery.SORT, "route", "endpoint", ENDPOINTS, "p99_ms");
    }

    List<ColumnHeading> shapeHeads() {
        return heads(DashboardQuery.SHAPES, "statement", "shape", SHAPES, "time_share");
    }

    /** Returns the endpoints whose name contains the filter. */
    List<JsonObject> filtered(List<JsonObject> rows) {
        String filter = query.get(DashboardQuery.FILTER).toLowerCase(Locale.ROOT);
        return rows.stream()
                .filter(row -> JsonAccess.text(row, "endpoint")
                        .toLowerCase(Locale.ROOT)
                        .contains(filter))
                .toList();
    }

    List<EndpointRow> endpoints(List<JsonObject> rows) {
        return rows.stream()
                .sorted(order(DashboardQuery.SORT, "endpoint", ENDPOINTS, "p99_ms"))
                .limit(query.allRows() ? Long.MAX_VALUE : FIRST_ENDPOINTS)
                .map(this::endpoint)
                .toList();
    }

    /**
     * Returns the note for a table with more rows than shown by default, and the link that shows or hides them; null if
     * there are no more.
     */
    @Nullable
    HiddenRowsLink more(List<JsonObject> rows, int first, String table) {
        if (rows.size() <= first) {
            return null;
        }
        return query.allRows()
                ? new HiddenRowsLink("", "the first " + first, query.href(DashboardQuery.ROWS, "") + table)
                : new HiddenRowsLink(
                        "the first " + first + " of " + rows.size(),
                        "all",
                        query.href(DashboardQuery.ROWS, "all") + table);
    }

    List<ShapeRow> shapes(List<JsonObject> rows) {
        return rows.stream()
                .sorted(order(DashboardQuery.SHAPES, "shape", SHAPES, "time_share"))
                .limit(query.allRows() ? Long.MAX_VALUE : FIRST_SHAPES)
                .map(TablesModel::shape)
                .toList();
    }

    private EndpointRow endpoint(JsonObject row) {
        String name = JsonAccess.text(row, "endpoint");
        JsonObject repeated = JsonAccess.object(row, "n_plus_one");
        return new EndpointRow(
                String.valueOf(row.getValue("id")),
                name,
                query.href(DashboardQuery.ENDPOINT, name) + "#traces",
                cells(row, ENDPOINTS, field -> requestsBehind(name, field)),
                SparklinePath.path(JsonAccess.array(row, "spark")),
                JsonAccess.text(repeated, "text"),
                EventListsModel.when(repeated, "last_at", now),
                query.href(DashboardQuery.TRACE, JsonAccess.text(repeated, "request_id")));
    }

    /** Returns the link from a percentile to the requests above it; empty for other fields. */
    private String requestsBehind(String endpoint, String field) {
        return field.equals("p95_ms") || field.equals("p99_ms")
                ? query.slowest(endpoint, field.substring(0, field.indexOf('_')))
                : "";
    }

    private static ShapeRow shape(JsonObject row) {
        return new ShapeRow(
                String.valueOf(row.getValue("id")),
                JsonAccess.text(row, "name"),
                JsonAccess.text(row, "shape"),
                cells(row, SHAPES, unused -> ""),
                NumberFormats.fine(JsonAccess.number(row, "wait_mean_ms")),
                JsonAccess.text(row, "plan"),
                JsonAccess.texts(row, "flags").stream()
                        .map(flag -> flag(flag, row))
                        .toList());
    }

    private static String flag(String flag, JsonObject row) {
        String rows = " of " + NumberFormats.count(JsonAccess.number(row, "rows_examined")) + " rows";
        return switch (flag) {
            case "full_scan" -> "full scan" + rows;
            case "index_scan" -> "scan" + rows + " through an index";
            case "temp_sort" -> "sorts in a temporary tree";
            case "plan_changed" -> "plan changed";
            default -> flag;
        };
    }

    private static List<TableCell> cells(JsonObject row, List<TableColumn> columns, UnaryOperator<String> href) {
        return columns.stream()
                .map(column -> {
                    Number number = JsonAccess.number(row, column.field());
                    return new TableCell(
                            column.field(),
                            column.format().apply(number),
                            number == null ? "" : number.toString(),
                            number == null ? "" : href.apply(column.field()));
                })
                .toList();
    }

    private List<ColumnHeading> heads(
            String parameter, String label, String name, List<TableColumn> columns, String usual) {
        List<ColumnHeading> heads = new java.util.ArrayList<>();
        heads.add(head(parameter, name, label, usual, false));
        columns.forEach(column -> heads.add(head(parameter, column.field(), column.label(), usual, true)));
        return heads;
    }

    /**
     * Returns a heading. Its link reverses the order of the sorted column. Otherwise numbers are sorted from the
     * largest, names from A.
     */
    private ColumnHeading head(String parameter, String field, String label, String usual, boolean number) {
        String sorted = query.get(parameter).isEmpty() ? '-' + usual : query.get(parameter);
        String sort = sorted.equals(field) ? "ascending" : sorted.equals('-' + field) ? "descending" : "none";
        boolean down = sort.equals("none") ? number : sort.equals("ascending");
        return new ColumnHeading(label, field, query.href(parameter, (down ? "-" : "") + field), sort, number);
    }

    private Comparator<JsonObject> order(String parameter, String name, List<TableColumn> columns, String usual) {
        String sorted = query.get(parameter).isEmpty() ? '-' + usual : query.get(parameter);
        boolean down = sorted.startsWith("-");
        String field = down ? sorted.substring(1) : sorted;
        boolean number = columns.stream().anyMatch(column -> column.field().equals(field));
        Comparator<JsonObject> order = number
                ? Comparator.comparingDouble(row -> JsonAccess.value(row, field))
                : Comparator.comparing(row -> JsonAccess.text(row, name));
        return down ? order.reversed() : order;
    }
}
