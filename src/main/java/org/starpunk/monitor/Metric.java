package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.starpunk.telemetry.OperationType;

/**
 * One event as it is shown: made when it is read, the ring keeps none of these.
 *
 * @param type what kind of work it was
 * @param name {@code GET /notes/:slug} for instance
 * @param atMillis when it ended, epoch milliseconds
 * @param durationNanos how long it took
 * @param metadata what else is known, by JSON name
 */
record Metric(OperationType type, String name, long atMillis, long durationNanos, Map<String, Object> metadata) {

    private static final long PROCESS_ID = ProcessHandle.current().pid();
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Returns the metric as JSON, with the field names of the metrics API. */
    JsonObject toJson() {
        return new JsonObject()
                .put("operation_type", type.jsonName())
                .put("operation_name", name)
                .put("timestamp", iso(atMillis))
                .put("duration_ms", millis(durationNanos))
                .put("process_id", PROCESS_ID)
                .put("metadata", new JsonObject(metadata));
    }

    /** The id of this process, as the system knows it. */
    static long processId() {
        return PROCESS_ID;
    }

    /** ISO 8601, UTC, with milliseconds. */
    static String iso(long epochMillis) {
        return ISO.format(Instant.ofEpochMilli(epochMillis));
    }

    /** Milliseconds, rounded to microseconds. */
    static double millis(long nanos) {
        return Math.round(nanos / 1_000.0) / 1_000.0;
    }
}
