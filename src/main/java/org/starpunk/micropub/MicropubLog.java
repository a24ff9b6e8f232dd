package org.starpunk.micropub;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Log of the latest Micropub requests, with which the author can debug a client. It contains names of properties but no
 * values, and no tokens. One instance for the process; thread-safe.
 */
public final class MicropubLog {

    /** Maximum number of logged requests. */
    public static final int SIZE = 50;

    private final Deque<LoggedRequest> entries = new ArrayDeque<>(SIZE);

    /**
     * Logged request.
     *
     * @param at time of the response
     * @param client client id of the token; empty without a valid token
     * @param request method and path
     * @param contentType media type of the body
     * @param action name of the action with the names of the properties; empty if the request was not readable
     * @param status status of the response
     * @param error reason of the rejection; empty for a successful request
     * @param requestId id in the {@code X-Request-ID} header of the response
     */
    public record LoggedRequest(
            Instant at,
            String client,
            String request,
            String contentType,
            String action,
            int status,
            String error,
            String requestId) {}

    synchronized void add(LoggedRequest entry) {
        if (entries.size() == SIZE) {
            entries.removeLast();
        }
        entries.addFirst(entry);
    }

    /** Returns the requests, newest first. */
    public synchronized List<LoggedRequest> entries() {
        return new ArrayList<>(entries);
    }
}
