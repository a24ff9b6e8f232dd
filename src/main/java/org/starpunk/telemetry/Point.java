package org.starpunk.telemetry;

import java.util.Map;

/**
 * A business event or a custom metric point.
 *
 * @param type what kind of work it was
 * @param name a constant of the code that records it, {@code note_created} for instance: never a value from outside
 * @param atMillis when it ended, epoch milliseconds
 * @param durationNanos how long it took, 0 where it has no length
 * @param requestId the own half of the request's id, 0 when it belongs to none
 * @param metadata what else is known; never secrets, values of parameters or query strings
 * @param kept whether it goes into the ring (it was forced, or sampling chose it)
 */
public record Point(
        OperationType type,
        String name,
        long atMillis,
        long durationNanos,
        long requestId,
        Map<String, Object> metadata,
        boolean kept)
        implements Event {

    public Point {
        metadata = Map.copyOf(metadata);
    }
}
