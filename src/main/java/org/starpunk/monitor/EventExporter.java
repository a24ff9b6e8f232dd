package org.starpunk.monitor;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.OperationType;

/** Writes the ring buffer as CSV or JSON, in parts of up to {@value #PART} events. */
final class EventExporter {

    static final String HEAD = "operation_type,operation_name,timestamp,duration_ms,process_id,metadata\r\n";

    private static final int PART = 500;

    private final EventRingBuffer ring;
    private final boolean csv;
    private final @Nullable OperationType only;
    private final Buffer text = Buffer.buffer();

    /** @param only type of the events to write; null for all */
    EventExporter(EventRingBuffer ring, boolean csv, @Nullable OperationType only) {
        this.ring = ring;
        this.csv = csv;
        this.only = only;
    }

    /**
     * Writes a part.
     *
     * @param from mark of the first event, as returned by the previous call; 0 for the oldest. Events evicted since
     *     then are skipped.
     * @return mark of the next event; -1 at the end
     */
    long part(long from) {
        if (from <= 0 && csv) {
            text.appendString(HEAD);
        }
        long begin = ring.begin();
        while (begin < ring.end() && ring.mark(begin) < from) {
            begin++;
        }
        long end = Math.min(begin + PART, ring.end());
        for (long number = begin; number < end; number++) {
            if (only == null || ring.type(number) == only) {
                JsonObject metric = ring.get(number).toJson();
                text.appendString(csv ? line(metric) : metric.encode() + "\n");
            }
        }
        return end >= ring.end() ? -1 : ring.mark(end);
    }

    Buffer text() {
        return text;
    }

    private static String line(JsonObject metric) {
        StringBuilder line = new StringBuilder(160);
        for (String name : metric.fieldNames()) {
            Object value = metric.getValue(name);
            String field = value instanceof JsonObject map ? map.encode() : String.valueOf(value);
            line.append(line.isEmpty() ? "" : ",").append(quote(field));
        }
        return line.append("\r\n").toString();
    }

    /** Quotes a field if necessary (RFC 4180, section 2). */
    private static String quote(String field) {
        boolean needed = field.indexOf(',') >= 0
                || field.indexOf('"') >= 0
                || field.indexOf('\n') >= 0
                || field.indexOf('\r') >= 0;
        return needed ? '"' + field.replace("\"", "\"\"") + '"' : field;
    }
}
