package org.starpunk.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Tells whether another process has changed what pages show. All count their changes in one row, in the transactions that make
 * them; only one such runs at a time. Used on the writer's connection alone.
 */
final class PostgresRevisionCounter {

    private final String self = UUID.randomUUID().toString();
    private long last = -1;
    private long ofOthers;

    /** How many changes were made, and who made the last one. */
    private record LastChange(long number, String author) {
        static LastChange read(ResultSet row) throws SQLException {
            return new LastChange(row.getLong(1), row.getString(2));
        }
    }

    void publishing(JdbcSession sql) throws SQLException {
        readChanges(sql);
        int unused = sql.change("UPDATE changes SET number = number + 1, author = ?", self);
    }

    /** A number that is another one when another process has made a change. */
    long ofOthers(JdbcSession sql) throws SQLException {
        readChanges(sql);
        return ofOthers;
    }

    /** Looked at before each own change too, so that never more than one lies between two looks that is this process's. */
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
