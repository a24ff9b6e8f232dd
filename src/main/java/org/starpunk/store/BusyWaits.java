package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import org.sqlite.BusyHandler;
import org.sqlite.SQLiteConnection;

/**
 * Waits for a lock that another connection holds, as SQLite's own busy time-out would, and counts how often and how long. Shared by
 * all connections; each waits on its own worker thread.
 */
final class BusyWaits extends BusyHandler {

    /** Longest wait, milliseconds: less than the 5 s after which a request is given up. */
    private static final long MAX_MILLIS = 4_000;

    private static final long FIRST_MILLIS = 1;
    private static final long LONGEST_STEP_MILLIS = 50;

    private final LongAdder waits = new LongAdder();
    private final LongAdder millis = new LongAdder();

    /** Makes a connection wait by this handler. It takes the place of {@code busy_timeout}. */
    void attach(Connection connection) throws SQLException {
        BusyHandler.setHandler(connection.unwrap(SQLiteConnection.class), this);
    }

    @Override
    protected int callback(int before) {
        if (before == 0) {
            waits.increment();
        }
        long step = Math.min(LONGEST_STEP_MILLIS, FIRST_MILLIS + before);
        if (waited(before) >= MAX_MILLIS) {
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
