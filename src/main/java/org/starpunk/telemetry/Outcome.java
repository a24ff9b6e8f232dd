package org.starpunk.telemetry;

import java.util.Locale;

/** Outcome of a request. Each request has exactly one. The numbers of the values never change. */
public enum Outcome {
    /** The response was sent completely, with a status below 400. */
    OK(0),
    /**
     * The response was sent completely, with a 4xx status, or with 501 or 505, which result from the client's method or
     * version.
     */
    CLIENT_ERROR(1),
    /** The client closed the connection or reset the stream before the response, or its own body, was complete. */
    CLIENT_GONE(2),
    /** The server responded with another 5xx, or aborted its response. */
    SERVER_ERROR(3),
    /** The server did not respond within its own time limit. */
    TIMEOUT(4),
    /** The server refused the work because of a limit or maintenance. */
    REFUSED(5);

    private static final Outcome[] ALL = values();
    private static final int CLIENT_ERRORS = 400;
    private static final int SERVER_ERRORS = 500;
    private static final int NOT_IMPLEMENTED = 501;
    private static final int VERSION_NOT_SUPPORTED = 505;

    private final int number;
    private final String jsonName = name().toLowerCase(Locale.ROOT);

    Outcome(int number) {
        this.number = number;
    }

    /** Returns the outcome of a completely sent response, by its status. */
    public static Outcome of(int status) {
        if (status < CLIENT_ERRORS) {
            return OK;
        }
        return status < SERVER_ERRORS || status == NOT_IMPLEMENTED || status == VERSION_NOT_SUPPORTED
                ? CLIENT_ERROR
                : SERVER_ERROR;
    }

    /** Returns the outcome of a {@link #number()}. */
    public static Outcome at(int number) {
        return ALL[number];
    }

    /** Returns the number of the outcome in batches, in the ring buffer and between nodes, from 0. */
    public int number() {
        return number;
    }

    /** Returns whether it is a server error, which {@code errors} counts and alerts evaluate. */
    public boolean isFailure() {
        return this == SERVER_ERROR || this == TIMEOUT;
    }

    /**
     * Returns {@code ok}, {@code client_error}, {@code client_gone}, {@code server_error}, {@code timeout} or
     * {@code refused}.
     */
    public String jsonName() {
        return jsonName;
    }
}
