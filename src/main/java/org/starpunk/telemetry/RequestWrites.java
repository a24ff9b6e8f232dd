package org.starpunk.telemetry;

/**
 * Counter of a request's database writes and their outcomes, so that an error response can state whether anything was
 * saved. Thread-safe: writes start on an event loop and end on a worker thread.
 */
public final class RequestWrites {

    private int started;
    private int ended;
    private int saved;
    private int unknown;

    /** Combined outcome of a request's writes. */
    public enum WriteOutcome {
        /** Nothing was changed. */
        NOT_SAVED,
        /** Every started write is saved. */
        SAVED,
        /** A write is in progress, or its outcome is unknown. */
        UNKNOWN
    }

    /** Counts a write that was passed to the database. */
    public synchronized void begin() {
        started++;
    }

    /** Counts the outcome of a write. */
    public synchronized void end(WriteOutcome outcome) {
        ended++;
        saved += outcome == WriteOutcome.SAVED ? 1 : 0;
        unknown += outcome == WriteOutcome.UNKNOWN ? 1 : 0;
    }

    /** Returns the combined outcome of the writes so far. */
    public synchronized WriteOutcome outcome() {
        if (unknown > 0 || ended < started) {
            return WriteOutcome.UNKNOWN;
        }
        return saved > 0 ? WriteOutcome.SAVED : WriteOutcome.NOT_SAVED;
    }
}
