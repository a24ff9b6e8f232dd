package org.starpunk.server;

/**
 * Bytes of responses on their way from the server to a client, as the transport sees them: of an HTTP/1 connection or of an HTTP/2
 * stream. An implementation belongs to one event loop.
 */
interface Sending {

    /** Returns the number of bytes that the server has written so far. */
    long written();

    /** Returns the number of bytes that were accepted so far: by the socket, or by the window and the socket of an HTTP/2 stream. */
    long accepted();

    /**
     * Returns the total time in which written bytes waited to be accepted, nanoseconds.
     *
     * @param now the present, on the clock of {@link System#nanoTime()}
     */
    long waitedNanos(long now);

    /**
     * Runs an action as soon as a number of bytes was accepted. It never runs if the connection or the stream is closed before.
     *
     * @param bytes value of {@link #accepted()} that is waited for, larger than the present one
     */
    void whenAccepted(long bytes, Runnable action);
}
