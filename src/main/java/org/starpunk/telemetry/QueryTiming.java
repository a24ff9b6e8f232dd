package org.starpunk.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * Timing of one executed statement.
 *
 * @param statement shape of the statement
 * @param atMillis end time, epoch milliseconds
 * @param startNanos time of submission, on the clock of {@link System#nanoTime()}
 * @param waitNanos wait for a connection, nanoseconds
 * @param executeNanos execution up to the last row read, nanoseconds
 * @param rows number of rows returned or changed
 * @param batch number of parameter sets; 1 for a single statement
 * @param error kind of the failure, such as {@code SQLITE_BUSY}; null on success; never a text with values
 * @param slow whether it took at least the slow threshold
 * @param requestId this request's half of the request id; 0 without a request
 * @param retained whether it enters the ring buffer (slow, failed, or sampled)
 */
public record QueryTiming(
        SqlShape statement,
        long atMillis,
        long startNanos,
        long waitNanos,
        long executeNanos,
        int rows,
        int batch,
        @Nullable String error,
        boolean slow,
        long requestId,
        boolean retained)
        implements TelemetryEvent {

    /** Returns wait plus execution, nanoseconds. */
    public long totalNanos() {
        return waitNanos + executeNanos;
    }
}
