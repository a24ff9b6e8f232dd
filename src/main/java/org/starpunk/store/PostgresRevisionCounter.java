package org.starpunk.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Detects that another process has changed the content of pages. All processes count their changes in one row, in the
 * transaction of the change. Only one such transaction runs at a time. Used on the connection of the write queue only;
 * not thread-safe.
 */
final class PostgresRevisionCounter {

    private final String self = UUID.randomUUID().toString();
    private long last = -1;
    private long ofOthers;

    /**
     * Last change.
     *
     * @param number number of changes so far
     * @param author process of the last change
     */
    private record LastChange(long number, String author) {
        static LastChange read(ResultSet row) throws SQLException {
            return new LastChange(row.getLong(1), row.getString(2));
        }
    }

    void publishing(JdbcSession sql) throws SQLException {
        readChanges(sql);
        int unused = sql.change("UPDATE changes SET number = number + 1, author = ?", self);
    }

    /** Returns a number that changes when another process has made a change. */
    long ofOthers(JdbcSession sql) throws SQLException {
        readChanges(sql);
        return ofOthers;
    }

    /**
     * Reads the counter. This also happens before each own change, so that at most one own change lies between two
     * reads.
     */
    private void readChanges(JdbcSession sql) throws SQLException {
        LastChange now = sql.first("SELECT number, author FROM changes", LastChange::read)
                .orElseThrow();
        boolean own = now.number() == last + 1 && now.author().equals(self);
        if (last >= 0 && now.number() != last && !own) {
            ofOthers++;
        }
        last = now.number();
    }
}
