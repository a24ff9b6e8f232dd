package org.starpunk.monitor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SqlShape;

/** Decodes a row of the ring buffer into a {@link EventView}. */
final class EventDecoder {

    private EventDecoder() {}

    static EventView read(EventRingBuffer ring, int row) {
        Object what = ring.reference(row);
        if (what instanceof Endpoint endpoint) {
            return request(ring, row, endpoint);
        }
        if (what instanceof SqlShape statement) {
            return query(ring, row, statement);
        }
        if (what instanceof CustomEvent point) {
            return point(ring, row, point);
        }
        throw new IllegalStateException("the ring holds no event in row " + row);
    }

    private static EventView request(EventRingBuffer ring, int row, Endpoint endpoint) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("method", endpoint.method());
        metadata.put("route", endpoint.route());
        metadata.put("status", ring.status(row));
        metadata.put("request_bytes", ring.first(row));
        metadata.put("response_bytes", ring.second(row));
        metadata.put("queries", ring.queries(row));
        metadata.put("failed", ring.failed(row));
        metadata.put("outcome", ring.outcome(row).jsonName());
        ClientDisconnectFields.describe(
                metadata, ring.outcome(row), ring.status(row), ring.sentPercent(row), ring.second(row));
        if (ring.cache(row) != RequestTiming.Cache.NONE) {
            metadata.put("cache", ring.cache(row).name().toLowerCase(Locale.ROOT));
        }
        putRequestId(metadata, ring.requestId(row));
        return new EventView(OperationType.HTTP, endpoint.name(), ring.at(row), ring.duration(row), metadata);
    }

    private static EventView query(EventRingBuffer ring, int row, SqlShape shape) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("sql", shape.sql());
        metadata.put("query_type", shape.operation());
        metadata.put("table", shape.table());
        metadata.put("rows", ring.first(row));
        metadata.put("wait_ms", EventView.millis(ring.second(row) * 1_000L));
        if (ring.extra(row) > 1) {
            metadata.put("batch", ring.extra(row));
        }
        String error = ring.error(row);
        if (error != null) {
            metadata.put("error", error);
        }
        putRequestId(metadata, ring.requestId(row));
        return new EventView(OperationType.DATABASE, shape.name(), ring.at(row), ring.duration(row), metadata);
    }

    private static EventView point(EventRingBuffer ring, int row, CustomEvent point) {
        Map<String, Object> metadata = new LinkedHashMap<>(point.metadata());
        putRequestId(metadata, ring.requestId(row));
        return new EventView(point.type(), point.name(), ring.at(row), ring.duration(row), metadata);
    }

    private static void putRequestId(Map<String, Object> metadata, long id) {
        if (id != 0) {
            metadata.put("request_id", RequestId.format(id));
        }
    }
}
