package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Annotations.Annotation;
import org.starpunk.telemetry.Outcome;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.SqlShape;

/** JSON helpers shared by several classes. */
final class JsonFields {

    /** Maximum length of an SQL text in JSON. */
    static final int LONGEST_SQL = 2_048;

    private JsonFields() {}

    /** Returns a duration in milliseconds; null if it is negative, which means unknown. */
    static @Nullable Double millisOrNull(long nanos) {
        return nanos < 0 ? null : Double.valueOf(EventView.millis(nanos));
    }

    static @Nullable Long positiveOrNull(long number) {
        return number < 0 ? null : Long.valueOf(number);
    }

    /** Returns a mean duration in milliseconds; null if {@code count} is 0. */
    static @Nullable Double mean(long nanos, long count) {
        return count == 0 ? null : Double.valueOf(EventView.millis(nanos / count));
    }

    /** Rounds to three decimal places. */
    static double round(double number) {
        return Math.round(number * 1_000) / 1_000.0;
    }

    /** Returns a text of at most {@code maxLength} UTF-16 units, without half a surrogate pair at its end. */
    static String cut(String text, int maxLength) {
        if (text.length() <= maxLength) {
            return text;
        }
        int end = maxLength - 1;
        return text.substring(0, Character.isHighSurrogate(text.charAt(end - 1)) ? end - 1 : end) + '…';
    }

    /** Returns the numbers of requests by outcome. */
    static JsonObject outcomes(ToLongFunction<Outcome> count) {
        JsonObject json = new JsonObject();
        for (Outcome outcome : Outcome.values()) {
            json.put(outcome.jsonName(), count.applyAsLong(outcome));
        }
        return json;
    }

    /** Returns a statement with its text shortened to at most {@code longest} characters. */
    static SqlShape cut(SqlShape shape, int maxLength) {
        return shape.sql().length() <= maxLength
                ? shape
                : new SqlShape(cut(shape.sql(), maxLength), shape.operation(), shape.table());
    }

    static JsonArray metrics(List<EventView> metrics) {
        JsonArray array = new JsonArray();
        metrics.forEach(metric -> array.add(metric.toJson()));
        return array;
    }

    static JsonArray markers(Annotations annotations) {
        JsonArray array = new JsonArray();
        for (Annotation marker : annotations) {
            array.add(new JsonObject()
                    .put("t", marker.atMillis() / 1_000.0)
                    .put("at", EventView.iso(marker.atMillis()))
                    .put("kind", marker.kind().jsonName())
                    .put("text", marker.text()));
        }
        return array;
    }

    /** Returns a trace without its statements. */
    static JsonObject traceHead(RequestTrace trace) {
        JsonObject json = new JsonObject()
                .put("request_id", RequestId.format(trace.id))
                .put("endpoint", trace.endpoint.name())
                .put("at", EventView.iso(trace.atMillis))
                .put("status", trace.status)
                .put("outcome", trace.outcome.jsonName())
                .put("duration_ms", EventView.millis(trace.durationNanos))
                .put("receiving_ms", EventView.millis(trace.receiveNanos))
                .put("sending_ms", EventView.millis(trace.sendNanos))
                .put("why", trace.why.name().toLowerCase(Locale.ROOT))
                .put("response_bytes", trace.responseBytes)
                .put("query_count", trace.queryCount)
                .put("split", split(trace));
        return ClientDisconnectFields.describe(
                json, trace.outcome, trace.status, trace.sentPercent, trace.responseBytes);
    }

    private static JsonObject split(RequestTrace trace) {
        return TimeBreakdown.json(
                trace.loopNanos,
                trace.waitNanos,
                trace.executeNanos,
                trace.renderNanos,
                trace.writeNanos,
                trace.otherNanos());
    }

    /** Returns a trace with its statements. */
    static JsonObject trace(RequestTrace trace) {
        JsonArray spans = new JsonArray();
        for (int i = 0; i < trace.spans(); i++) {
            spans.add(new JsonObject()
                    .put("name", trace.statement(i).name())
                    .put("shape", cut(trace.statement(i).sql(), LONGEST_SQL))
                    .put("start_ms", trace.startMicros(i) / 1_000.0)
                    .put("wait_ms", trace.waitMicros(i) / 1_000.0)
                    .put("duration_ms", trace.executeMicros(i) / 1_000.0)
                    .put("rows", trace.rows(i))
                    .put("error", trace.error(i)));
        }
        return traceHead(trace).put("spans", spans);
    }
}
