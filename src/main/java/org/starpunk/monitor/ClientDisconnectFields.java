package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Outcome;
import org.starpunk.telemetry.RequestTiming;

/** Describes how much of a response was sent before its client disconnected. */
final class ClientDisconnectFields {

    private static final int NO_RESPONSE = 499;

    private ClientDisconnectFields() {}

    /**
     * Adds {@code left}, a text, and {@code sent_percent}, if it is known, to the fields of a request whose client
     * disconnected.
     */
    static void describe(Map<String, Object> fields, Outcome outcome, int status, int percent, long bytes) {
        if (outcome != Outcome.CLIENT_GONE) {
            return;
        }
        fields.put("left", text(status, percent, bytes));
        Integer known = percent(percent);
        if (status != NO_RESPONSE && known != null) {
            fields.put("sent_percent", known);
        }
    }

    /** Adds the same fields to the JSON of a trace. */
    static JsonObject describe(JsonObject trace, Outcome outcome, int status, int percent, long bytes) {
        describe(trace.getMap(), outcome, status, percent, bytes);
        return trace;
    }

    private static @Nullable Integer percent(int percent) {
        return percent < RequestTiming.WHOLE_PERCENT ? Integer.valueOf(percent) : null;
    }

    private static String text(int status, int percent, long bytes) {
        if (status == NO_RESPONSE) {
            return "left before the response";
        }
        return percent(percent) == null ? "left after " + (bytes + 1023) / 1024 + " kB" : "left at " + percent + " %";
    }
}
