package org.starpunk.server;

/**
 * Progress of response bytes to a client on transport level: of an HTTP/1 connection or of an HTTP/2 stream. An
 * implementation belongs to one event loop.
 */
interface SendProgress {

    /** Returns the number of bytes that the server has written so far. */
    long written();

    /**
     * Returns the number of bytes accepted so far: by the socket, or by the window and the socket of an HTTP/2 stream.
     */
    long accepted();

    /**
     * Returns the total time in which written bytes waited to be accepted, nanoseconds.
     *
     * @param now current time on the clock of {@link System#nanoTime()}
     */
    long waitedNanos(long now);

    /**
     * Runs an action as soon as a number of bytes is accepted. It never runs if the connection or the stream closes
     * before.
     *
     * @param bytes value of {@link #accepted()} to wait for, larger than the current one
     */
    void whenAccepted(long bytes, Runnable action);
}
