package org.starpunk.server;

/**
 * Time that a request waits for its client to send the body, nanoseconds: from the first read of the body to its end,
 * excluding the time in which the server has paused it.
 */
final class BodyWait {

    private boolean asked;
    private boolean paused;
    private boolean over;
    private long since;
    private long waited;

    /** Starts the wait. */
    void asked(long now) {
        asked = true;
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
    void ended(long now) {
        stop(now);
        over = true;
    }

    private void begin(long now) {
        if (asked && !paused && !over && since == 0) {
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
