package org.starpunk.server;

import java.util.ArrayDeque;

/** State of a {@link SendProgress}: counts written and accepted bytes, and the time that they wait. */
final class SendProgressCounter implements SendProgress {

    private record Waiter(long bytes, Runnable action) {}

    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>(2);
    private long written;
    private long accepted;
    private long waited;
    private long waitsSince;

    void written(long bytes) {
        written += bytes;
    }

    /** Starts the wait if a byte is not accepted yet. */
    void begin() {
        if (accepted < written && waitsSince == 0) {
            waitsSince = System.nanoTime();
        }
    }

    void accepted(long bytes) {
        accepted += bytes;
        if (accepted >= written && waitsSince != 0) {
            waited += System.nanoTime() - waitsSince;
            waitsSince = 0;
        }
        while (!waiters.isEmpty() && waiters.peekFirst().bytes() <= accepted) {
            waiters.removeFirst().action().run();
        }
    }

    @Override
    public long written() {
        return written;
    }

    @Override
    public long accepted() {
        return accepted;
    }

    @Override
    public long waitedNanos(long now) {
        return waited + (waitsSince == 0 ? 0 : Math.max(0, now - waitsSince));
    }

    @Override
    public void whenAccepted(long bytes, Runnable action) {
        waiters.addLast(new Waiter(bytes, action));
    }
}
