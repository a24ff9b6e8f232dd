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

    private static final int MOST = 50;

    private SlowStatements() {}

    /** @param thresholdNanos threshold of a slow statement, nanoseconds */
    static JsonArray of(Monitor monitor, long thresholdNanos) {
        List<Metric> slow = new ArrayList<>();
        monitor.ring.slow(thresholdNanos, OperationType.DATABASE, event -> {
            // Transactions and similar events have no SQL text.
            if (event.metadata().containsKey("sql")) {
                slow.add(event);
            }
        });
        slow.sort(Comparator.comparingLong(Metric::durationNanos).reversed());
        Map<Object, String> endpoints = slow.isEmpty() ? Map.of() : endpoints(monitor);
        JsonArray array = new JsonArray();
        for (Metric statement : slow.subList(0, Math.min(MOST, slow.size()))) {
            JsonObject json = statement.toJson();
            array.add(json.put("endpoint", endpoints.get(statement.metadata().getOrDefault("request_id", ""))));
        }
        return array;
    }

    private static Map<Object, String> endpoints(Monitor monitor) {
        Map<Object, String> endpoints = new HashMap<>();
        monitor.traces.all().forEach(trace -> endpoints.put(RequestId.format(trace.id), trace.endpoint.name()));
        monitor.ring.forEach(
                OperationType.HTTP,
                request -> endpoints.put(request.metadata().getOrDefault("request_id", ""), request.name()));
        return endpoints;
    }
}
