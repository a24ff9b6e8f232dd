package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sqlite.BusyHandler;
import org.sqlite.SQLiteConnection;

/**
 * Waits for a lock of another connection, like SQLite's own busy timeout, and counts the waits and their duration.
 * Thread-safe and shared by all connections. Each connection waits on its own worker thread.
 */
final class SqliteBusyHandler extends BusyHandler {

    /** Longest wait, milliseconds: less than the timeout of a request, 5 s. */
    private static final long MAX_MILLIS = 4_000;

    private static final long FIRST_MILLIS = 1;
    private static final long LONGEST_STEP_MILLIS = 50;

    /** Deadline for the waits of a thread, by {@link System#nanoTime()}. */
    private static final ThreadLocal<@Nullable Long> UNTIL = new ThreadLocal<>();

    private final LongAdder waits = new LongAdder();
    private final LongAdder millis = new LongAdder();

    /** Installs this handler on a connection. It replaces {@code busy_timeout}. */
    void attach(Connection connection) throws SQLException {
        BusyHandler.setHandler(connection.unwrap(SQLiteConnection.class), this);
    }

    /**
     * Limits the waits of the current thread until {@link #clearDeadline}. The wait for a connection and the wait for a
     * lock share one limit.
     *
     * @param nanoTime deadline, by {@link System#nanoTime()}
     */
    static void setDeadline(long nanoTime) {
        UNTIL.set(nanoTime);
    }

    static void clearDeadline() {
        UNTIL.remove();
    }

    private static boolean isOver() {
        Long until = UNTIL.get();
        return until != null && System.nanoTime() - until >= 0;
    }

    @Override
    protected int callback(int before) {
        if (before == 0) {
            waits.increment();
        }
        long step = Math.min(LONGEST_STEP_MILLIS, FIRST_MILLIS + before);
        if (waited(before) >= MAX_MILLIS || isOver()) {
            return 0;
        }
        LockSupport.parkNanos(step * 1_000_000);
        millis.add(step);
        return 1;
    }

    /** Returns the sum of the earlier steps, milliseconds. Steps grow by one up to the longest. */
    private static long waited(int before) {
        long growing = Math.min(before, LONGEST_STEP_MILLIS - FIRST_MILLIS);
        return growing * (growing + 1) / 2 + (before - growing) * LONGEST_STEP_MILLIS;
    }

    long waits() {
        return waits.sum();
    }

    long millis() {
        return millis.sum();
    }
}
