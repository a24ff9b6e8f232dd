package org.starpunk.monitor.web;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;

/**
 * Waterfall chart of a trace: the start and duration of each statement, and the parts of the request's duration.
 * Positions are percentages of the request's duration, used as SVG attributes, so that the page needs no inline style.
 */
record Waterfall(
        String id,
        String endpoint,
        String at,
        String took,
        String status,
        String why,
        String summary,
        List<Bar> bars,
        List<Part> parts,
        boolean missing) {

    /**
     * A statement: a bar that starts at {@code x} with the wait for a connection ({@code idle} percent), followed by
     * the execution, which starts at {@code work} ({@code width} percent).
     */
    record Bar(
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
    record Part(String name, String css, String took, String x, String width) {}

    private static final List<String> SPLIT =
            List.of("receiving", "loop", "waiting", "sql", "render", "writing", "other", "sending");

    /** Returns the model of a trace that is not available: it was not retained, or it was evicted. */
    static Waterfall missing(String id) {
        return new Waterfall(id, "", "", "", "", "", "", List.of(), List.of(), true);
    }

    static Waterfall of(JsonObject trace) {
        double total = Math.max(
                0.001,
                Read.value(trace, "receiving_ms") + Read.value(trace, "duration_ms") + Read.value(trace, "sending_ms"));
        List<Bar> bars =
                Read.list(trace, "spans").stream().map(span -> bar(span, total)).toList();
        int queries = (int) Read.value(trace, "query_count");
        return new Waterfall(
                Read.text(trace, "request_id"),
                Read.text(trace, "endpoint").isEmpty() ? "A request" : Read.text(trace, "endpoint"),
                Read.text(trace, "at"),
                Format.fine(Read.number(trace, "duration_ms")),
                status(trace),
                Read.text(trace, "why"),
                bars.size() < queries ? "the first " + bars.size() + " of " + queries + " statements" : "",
                bars,
                parts(
                        Read.object(trace, "split")
                                .copy()
                                .put("receiving_ms", Read.value(trace, "receiving_ms"))
                                .put("sending_ms", Read.value(trace, "sending_ms")),
                        total),
                false);
    }

    private static String status(JsonObject trace) {
        String status = trace.getValue("status") == null ? Format.UNKNOWN : String.valueOf(trace.getValue("status"));
        String left = Read.text(trace, "left");
        return left.isEmpty() ? status : status + ", " + left;
    }

    private static Bar bar(JsonObject span, double total) {
        double start = Read.value(span, "start_ms");
        double wait = Read.value(span, "wait_ms");
        double took = Read.value(span, "duration_ms");
        return new Bar(
                Read.text(span, "name"),
                Read.text(span, "shape"),
                percent(start / total),
                percent(wait / total),
                percent((start + wait) / total),
                percent(Math.max(0.004, (took - wait) / total)),
                Format.fine(took),
                Format.count(Read.number(span, "rows")),
                Read.text(span, "error"));
    }

    private static List<Part> parts(JsonObject split, double total) {
        List<Part> parts = new java.util.ArrayList<>();
        double x = 0;
        for (String name : SPLIT) {
            Number took = Read.number(split, name + "_ms");
            double share = took == null ? 0 : took.doubleValue() / total;
            String text = share == 0 && took != null ? "none" : Format.fine(took);
            parts.add(new Part(name, "part-" + name, text, percent(x), percent(share)));
            x += share;
        }
        return parts;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.2f%%", Math.min(1, Math.max(0, share)) * 100);
    }
}
