package org.starpunk.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/**
 * Tells whether another process has changed what pages show. All count their changes in one row, in the transactions that make
 * them; only one such runs at a time. Used on the writer's connection alone.
 */
final class PostgresChanges {

    private final String self = UUID.randomUUID().toString();
    private long known = -1;
    private long ofOthers;

    /** How many changes were made, and who made the last one. */
    private record State(long number, String author) {
        static State read(ResultSet row) throws SQLException {
            return new State(row.getLong(1), row.getString(2));
        }
    }

    void publishing(Plain sql) throws SQLException {
        look(sql);
        int unused = sql.change("UPDATE changes SET number = number + 1, author = ?", self);
    }

    /** A number that is another one when another process has made a change. */
    long ofOthers(Plain sql) throws SQLException {
        look(sql);
        return ofOthers;
    }

    /** Looked at before each own change too, so that never more than one lies between two looks that is this process's. */
    private void look(Plain sql) throws SQLException {
        State now = sql.first("SELECT number, author FROM changes", State::read).orElseThrow();
        boolean own = now.number() == known + 1 && now.author().equals(self);
        if (known >= 0 && now.number() != known && !own) {
            ofOthers++;
        }
        known = now.number();
    }
}
