package org.starpunk.telemetry;

import java.util.Map;

/**
 * A business event or a custom metric point.
 *
 * @param type type of the work
 * @param name a constant of the code that records it, such as {@code note_created}; never external input
 * @param atMillis end time, epoch milliseconds
 * @param durationNanos duration, nanoseconds; 0 for an event without a duration
 * @param requestId this request's half of the request id; 0 without a request
 * @param metadata additional data; never secrets, parameter values or query strings
 * @param retained whether it enters the ring buffer (forced or sampled)
 */
public record CustomEvent(
        OperationType type,
        String name,
        long atMillis,
        long durationNanos,
        long requestId,
        Map<String, Object> metadata,
        boolean retained)
        implements TelemetryEvent {

    public CustomEvent {
        metadata = Map.copyOf(metadata);
    }
}
