package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.RequestId;

/** Slow statements of the ring buffer, slowest first, each with the endpoint of its request. */
final class SlowStatements {

    private static final int MAX_STATEMENTS = 50;

    private SlowStatements() {}

    /** @param thresholdNanos threshold of a slow statement, nanoseconds */
    static JsonArray of(MonitorState monitor, long thresholdNanos) {
        List<EventView> slow = new ArrayList<>();
        monitor.ring.slow(thresholdNanos, OperationType.DATABASE, event -> {
            // Transactions and similar events have no SQL text.
            if (event.metadata().containsKey("sql")) {
                slow.add(event);
            }
        });
        slow.sort(Comparator.comparingLong(EventView::durationNanos).reversed());
        Map<Object, String> endpoints = slow.isEmpty() ? Map.of() : endpoints(monitor);
        JsonArray array = new JsonArray();
        for (EventView statement : slow.subList(0, Math.min(MAX_STATEMENTS, slow.size()))) {
            JsonObject json = statement.toJson();
            array.add(json.put("endpoint", endpoints.get(statement.metadata().getOrDefault("request_id", ""))));
        }
        return array;
    }

    private static Map<Object, String> endpoints(MonitorState monitor) {
        Map<Object, String> endpoints = new HashMap<>();
        monitor.traces.all().forEach(trace -> endpoints.put(RequestId.format(trace.id), trace.endpoint.name()));
        monitor.ring.forEach(
                OperationType.HTTP,
                request -> endpoints.put(request.metadata().getOrDefault("request_id", ""), request.name()));
        return endpoints;
    }
}
