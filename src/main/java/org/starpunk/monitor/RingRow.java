package org.starpunk.monitor;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Point;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Statement;

/** Decodes a row of the ring buffer into a {@link Metric}. */
final class RingRow {

    private RingRow() {}

    static Metric read(Ring ring, int row) {
        Object what = ring.what(row);
        if (what instanceof Endpoint endpoint) {
            return request(ring, row, endpoint);
        }
        if (what instanceof Statement statement) {
            return query(ring, row, statement);
        }
        if (what instanceof Point point) {
            return point(ring, row, point);
        }
        throw new IllegalStateException("the ring holds no event in row " + row);
    }

    private static Metric request(Ring ring, int row, Endpoint endpoint) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("method", endpoint.method());
        metadata.put("route", endpoint.route());
        metadata.put("status", ring.status(row));
        metadata.put("request_bytes", ring.first(row));
        metadata.put("response_bytes", ring.second(row));
        metadata.put("queries", ring.queries(row));
        metadata.put("failed", ring.failed(row));
        metadata.put("outcome", ring.outcome(row).jsonName());
        BrokenOff.describe(metadata, ring.outcome(row), ring.status(row), ring.sentPercent(row), ring.second(row));
        if (ring.cache(row) != RequestTiming.Cache.NONE) {
            metadata.put("cache", ring.cache(row).name().toLowerCase(Locale.ROOT));
        }
        putRequestId(metadata, ring.requestId(row));
        return new Metric(OperationType.HTTP, endpoint.name(), ring.at(row), ring.duration(row), metadata);
    }

    private static Metric query(Ring ring, int row, Statement statement) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("sql", statement.sql());
        metadata.put("query_type", statement.operation());
        metadata.put("table", statement.table());
        metadata.put("rows", ring.first(row));
        metadata.put("wait_ms", Metric.millis(ring.second(row) * 1_000L));
        if (ring.extra(row) > 1) {
            metadata.put("batch", ring.extra(row));
        }
        String error = ring.error(row);
        if (error != null) {
            metadata.put("error", error);
        }
        putRequestId(metadata, ring.requestId(row));
        return new Metric(OperationType.DATABASE, statement.name(), ring.at(row), ring.duration(row), metadata);
    }

    private static Metric point(Ring ring, int row, Point point) {
        Map<String, Object> metadata = new LinkedHashMap<>(point.metadata());
        putRequestId(metadata, ring.requestId(row));
        return new Metric(point.type(), point.name(), ring.at(row), ring.duration(row), metadata);
    }

    private static void putRequestId(Map<String, Object> metadata, long id) {
        if (id != 0) {
            metadata.put("request_id", RequestId.format(id));
        }
    }
}
