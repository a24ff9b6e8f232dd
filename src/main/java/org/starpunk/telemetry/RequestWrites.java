package org.starpunk.telemetry;

/**
 * Counter of a request's database writes and their outcomes, so that an error response can state whether anything was
 * saved. Thread-safe: writes start on an event loop and end on a worker thread.
 */
public final class RequestWrites {

    private int begun;
    private int ended;
    private int saved;
    private int unknown;

    /** Combined outcome of a request's writes. */
    public enum Outcome {
        /** Nothing was changed. */
        NOT_SAVED,
        /** Every started write is saved. */
        SAVED,
        /** A write is in progress, or its outcome is unknown. */
        UNKNOWN
    }

    /** Counts a write that was passed to the database. */
    public synchronized void begin() {
        begun++;
    }

    /** Counts the outcome of a write. */
    public synchronized void end(Outcome outcome) {
        ended++;
        saved += outcome == Outcome.SAVED ? 1 : 0;
        unknown += outcome == Outcome.UNKNOWN ? 1 : 0;
    }

    /** Returns the combined outcome of the writes so far. */
    public synchronized Outcome outcome() {
        if (unknown > 0 || ended < begun) {
            return Outcome.UNKNOWN;
        }
        return saved > 0 ? Outcome.SAVED : Outcome.NOT_SAVED;
    }
}
