package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.OperationType;

/** Trace of a request that was not retained whole, assembled from its events in the ring buffer. */
final class BufferedTrace {

    private BufferedTrace() {}

    /**
     * Returns a request's event and statements as the JSON of a trace; null if the ring buffer has none of its events.
     */
    static @Nullable JsonObject of(EventRingBuffer ring, String requestId) {
        EventView request = null;
        List<EventView> statements = new ArrayList<>();
        for (long number = ring.begin(); number < ring.end(); number++) {
            EventView event = ring.get(number);
            if (!requestId.equals(event.metadata().get("request_id"))) {
                continue;
            }
            request = event.type() == OperationType.HTTP ? event : request;
            if (event.type() == OperationType.DATABASE) {
                statements.add(event);
            }
        }
        return request == null && statements.isEmpty() ? null : json(requestId, request, statements);
    }

    private static JsonObject json(String requestId, @Nullable EventView request, List<EventView> statements) {
        EventView first = statements.isEmpty() ? request : statements.get(0);
        EventView whole = request == null ? first : request;
        double start = whole == null ? 0 : startMillis(whole);
        double waiting = 0;
        double sql = 0;
        JsonArray spans = new JsonArray();
        for (EventView statement : statements) {
            double wait = statement.metadata().get("wait_ms") instanceof Number number ? number.doubleValue() : 0;
            double took = Math.max(0, EventView.millis(statement.durationNanos()) - wait);
            waiting += wait;
            sql += took;
            spans.add(new JsonObject()
                    .put("name", statement.name())
                    .put("shape", statement.metadata().get("sql"))
                    .put("start_ms", JsonFields.round(Math.max(0, startMillis(statement) - start)))
                    .put("wait_ms", wait)
                    .put("duration_ms", JsonFields.round(took))
                    .put("rows", statement.metadata().get("rows"))
                    .put("error", statement.metadata().get("error")));
        }
        JsonObject json = new JsonObject()
                .put("request_id", requestId)
                .put("endpoint", request == null ? null : request.name())
                .put("at", whole == null ? null : EventView.iso(whole.atMillis()))
                .put("status", request == null ? null : request.metadata().get("status"))
                .put("duration_ms", request == null ? null : Double.valueOf(EventView.millis(request.durationNanos())))
                .put("why", "buffer")
                .put(
                        "response_bytes",
                        request == null ? null : request.metadata().get("response_bytes"))
                .put(
                        "query_count",
                        request == null ? statements.size() : request.metadata().get("queries"))
                .put("split", split(waiting, sql))
                .put("spans", spans);
        Object left = request == null ? null : request.metadata().get("left");
        return request == null || left == null
                ? json
                : json.put("left", left)
                        .put("outcome", request.metadata().get("outcome"))
                        .put("sent_percent", request.metadata().get("sent_percent"));
    }

    /** Returns the known parts of the duration. The events in the ring buffer have no other parts. */
    private static JsonObject split(double waiting, double sql) {
        return new JsonObject()
                .putNull("loop_ms")
                .put("waiting_ms", JsonFields.round(waiting))
                .put("sql_ms", JsonFields.round(sql))
                .putNull("render_ms")
                .putNull("writing_ms")
                .putNull("other_ms");
    }

    private static double startMillis(EventView event) {
        return event.atMillis() - event.durationNanos() / 1e6;
    }
}
