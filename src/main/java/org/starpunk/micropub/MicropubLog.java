package org.starpunk.micropub;

import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * The last requests of Micropub clients, for the author who wonders what a client is doing. Names only, no values: neither
 * tokens nor what was written. One for the process, shared by all event loops.
 */
public final class MicropubLog {

    /** How many requests are kept. */
    public static final int SIZE = 50;

    private final Deque<LoggedRequest> entries = new ArrayDeque<>(SIZE);

    /**
     * One request.
     *
     * @param at when it was answered
     * @param client whose token it showed; empty when it showed none that is valid
     * @param request its method and path, with the name of the query
     * @param contentType the media type of its body
     * @param action what it asked for, with the names of the properties; empty when that could not be read
     * @param status the status of the answer
     * @param error why it was refused; empty when it was not
     * @param requestId the id that the answer carried
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

    /** The requests, newest first. */
    public synchronized List<LoggedRequest> entries() {
        return new ArrayList<>(entries);
    }
}
