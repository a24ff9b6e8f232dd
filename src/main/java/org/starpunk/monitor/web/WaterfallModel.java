package org.starpunk.monitor.web;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * Waterfall chart of a trace: the start and duration of each statement, and the parts of the request's duration.
 * Positions are percentages of the request's duration, used as SVG attributes, so that the page needs no inline style.
 */
record WaterfallModel(
        String id,
        String endpoint,
        String at,
        String took,
        String status,
        String why,
        String summary,
        List<StatementBar> bars,
        List<TimePart> parts,
        boolean missing) {

    /**
     * A statement: a bar that starts at {@code x} with the wait for a connection ({@code idle} percent), followed by
     * the execution, which starts at {@code work} ({@code width} percent).
     */
    record StatementBar(
            String name,
            String sql,
            String x,
            String idle,
            String work,
            String width,
            String took,
            String rows,
            String error) {}

    /** A part of the request's duration: name, time, and share in percent. */
    record TimePart(String name, String css, String took, String x, String width) {}

    private static final List<String> SPLIT =
            List.of("receiving", "loop", "waiting", "sql", "render", "writing", "other", "sending");

    /** Returns the model of a trace that is not available: it was not retained, or it was evicted. */
    static WaterfallModel missing(String id) {
        return new WaterfallModel(id, "", "", "", "", "", "", List.of(), List.of(), true);
    }

    static WaterfallModel of(JsonObject trace) {
        double total = Math.max(
                0.001,
                JsonAccess.value(trace, "receiving_ms")
                        + JsonAccess.value(trace, "duration_ms")
                        + JsonAccess.value(trace, "sending_ms"));
        List<StatementBar> bars = JsonAccess.list(trace, "spans").stream()
                .map(span -> bar(span, total))
                .toList();
        int queries = (int) JsonAccess.value(trace, "query_count");
        return new WaterfallModel(
                JsonAccess.text(trace, "request_id"),
                JsonAccess.text(trace, "endpoint").isEmpty() ? "A request" : JsonAccess.text(trace, "endpoint"),
                JsonAccess.text(trace, "at"),
                NumberFormats.fine(JsonAccess.number(trace, "duration_ms")),
                status(trace),
                JsonAccess.text(trace, "why"),
                bars.size() < queries ? "the first " + bars.size() + " of " + queries + " statements" : "",
                bars,
                parts(
                        JsonAccess.object(trace, "split")
                                .copy()
                                .put("receiving_ms", JsonAccess.value(trace, "receiving_ms"))
                                .put("sending_ms", JsonAccess.value(trace, "sending_ms")),
                        total),
                false);
    }

    private static String status(JsonObject trace) {
        String status =
                trace.getValue("status") == null ? NumberFormats.UNKNOWN : String.valueOf(trace.getValue("status"));
        String left = JsonAccess.text(trace, "left");
        return left.isEmpty() ? status : status + ", " + left;
    }

    private static StatementBar bar(JsonObject span, double total) {
        double start = JsonAccess.value(span, "start_ms");
        double wait = JsonAccess.value(span, "wait_ms");
        double took = JsonAccess.value(span, "duration_ms"); // execution, without the wait
        return new StatementBar(
                JsonAccess.text(span, "name"),
                JsonAccess.text(span, "shape"),
                percent(start / total),
                percent(wait / total),
                percent((start + wait) / total),
                percent(Math.max(0.004, took / total)),
                NumberFormats.fine(took),
                NumberFormats.count(JsonAccess.number(span, "rows")),
                JsonAccess.text(span, "error"));
    }

    private static List<TimePart> parts(JsonObject split, double total) {
        List<TimePart> parts = new java.util.ArrayList<>();
        double x = 0;
        for (String name : SPLIT) {
            Number took = JsonAccess.number(split, name + "_ms");
            double share = took == null ? 0 : took.doubleValue() / total;
            String text = share == 0 && took != null ? "none" : NumberFormats.fine(took);
            parts.add(new TimePart(name, "part-" + name, text, percent(x), percent(share)));
            x += share;
        }
        return parts;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", Math.min(1, Math.max(0, share)) * 100);
    }
}
