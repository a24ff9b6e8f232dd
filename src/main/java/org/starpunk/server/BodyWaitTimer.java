package org.starpunk.server;

/**
 * Time that a request waits for its client to send the body, nanoseconds: from the first read of the body to its end,
 * excluding the time in which the server has paused it.
 */
final class BodyWaitTimer {

    private boolean requested;
    private boolean paused;
    private boolean ended;
    private long since;
    private long waited;

    /** Starts the wait. */
    void bodyRequested(long now) {
        requested = true;
        begin(now);
    }

    void paused(long now) {
        stop(now);
        paused = true;
    }

    void resumed(long now) {
        paused = false;
        begin(now);
    }

    /** Ends the wait: the body has arrived or is no longer needed. */
    void bodyEnded(long now) {
        stop(now);
        ended = true;
    }

    private void begin(long now) {
        if (requested && !paused && !ended && since == 0) {
            since = now;
        }
    }

    private void stop(long now) {
        if (since != 0) {
            waited += now - since;
            since = 0;
        }
    }

    long nanos() {
        return waited;
    }
}
