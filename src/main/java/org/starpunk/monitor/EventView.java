package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.starpunk.telemetry.OperationType;

/**
 * Event in its form for readers. It is created on reading; the ring buffer does not contain such objects.
 *
 * @param type type of the operation
 * @param name name of the operation, such as {@code GET /notes/:slug}
 * @param atMillis end time, epoch milliseconds
 * @param durationNanos duration, nanoseconds
 * @param metadata further fields by JSON name
 */
record EventView(OperationType type, String name, long atMillis, long durationNanos, Map<String, Object> metadata) {

    private static final long PROCESS_ID = ProcessHandle.current().pid();
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    /** Returns the event as JSON, with the field names of the metrics API. */
    JsonObject toJson() {
        return new JsonObject()
                .put("operation_type", type.jsonName())
                .put("operation_name", name)
                .put("timestamp", iso(atMillis))
                .put("duration_ms", millis(durationNanos))
                .put("process_id", PROCESS_ID)
                .put("metadata", new JsonObject(metadata));
    }

    /** Returns the process id of the operating system. */
    static long processId() {
        return PROCESS_ID;
    }

    /** Formats a time in ISO 8601, UTC, with milliseconds. */
    static String iso(long epochMillis) {
        return ISO.format(Instant.ofEpochMilli(epochMillis));
    }

    /** Converts nanoseconds to milliseconds, rounded to microseconds. */
    static double millis(long nanos) {
        return Math.round(nanos / 1_000.0) / 1_000.0;
    }
}
