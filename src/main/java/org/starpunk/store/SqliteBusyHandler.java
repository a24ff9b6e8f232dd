package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.sqlite.BusyHandler;
import org.sqlite.SQLiteConnection;

/**
 * Waits for a lock that another connection holds, as SQLite's own busy time-out would, and counts how often and how long. Shared by
 * all connections; each waits on its own worker thread.
 */
final class SqliteBusyHandler extends BusyHandler {

    /** Longest wait, milliseconds: less than the 5 s after which a request is given up. */
    private static final long MAX_MILLIS = 4_000;

    private static final long FIRST_MILLIS = 1;
    private static final long LONGEST_STEP_MILLIS = 50;

    /** Time at which the waits of a thread end, by {@link System#nanoTime()}. */
    private static final ThreadLocal<@Nullable Long> UNTIL = new ThreadLocal<>();

    private final LongAdder waits = new LongAdder();
    private final LongAdder millis = new LongAdder();

    /** Makes a connection wait by this handler. It takes the place of {@code busy_timeout}. */
    void attach(Connection connection) throws SQLException {
        BusyHandler.setHandler(connection.unwrap(SQLiteConnection.class), this);
    }

    /**
     * Limits the waits of the calling thread, until {@link #clearDeadline}. The wait for a connection and the wait for a lock share one
     * limit.
     *
     * @param nanoTime when a wait ends, by {@link System#nanoTime()}
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

    /** The sum of the steps before, milliseconds: they grow by one, up to the longest. */
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
