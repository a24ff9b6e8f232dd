package org.starpunk.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * One statement as the database ran it. Times are of the monotonic clock.
 *
 * @param statement its shape
 * @param atMillis when it ended, epoch milliseconds
 * @param startNanos when it was handed in, on the clock of {@link System#nanoTime()}
 * @param waitNanos how long it waited for a connection
 * @param executeNanos how long the database worked on it, to the last row read
 * @param rows rows returned or changed
 * @param batch how many parameter sets it was run with, 1 for a single statement
 * @param error the kind of failure ({@code SQLITE_BUSY} for instance), null when it succeeded; never a text with values
 * @param slow whether it took at least the slow threshold
 * @param requestId the own half of the request's id, 0 when it belongs to none
 * @param kept whether it goes into the ring (slow, failed, or chosen by sampling)
 */
public record QueryTiming(
        Statement statement,
        long atMillis,
        long startNanos,
        long waitNanos,
        long executeNanos,
        int rows,
        int batch,
        @Nullable String error,
        boolean slow,
        long requestId,
        boolean kept)
        implements Event {

    /** Wait and execution together, nanoseconds. */
    public long totalNanos() {
        return waitNanos + executeNanos;
    }
}
