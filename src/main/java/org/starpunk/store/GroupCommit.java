package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;

/**
 * Writes a group in one transaction, and so with one fsync. When one of them fails, nothing is kept of the transaction, and all run
 * once more, each within a savepoint, so that the one leaves the others alone. Savepoints cost too much to be the rule: at each, FTS5
 * writes what it has gathered in memory.
 *
 * <p>The transaction is plain SQL, because the JDBC client's own loses acknowledged writes (RELIABILITY R1), and {@code BEGIN
 * IMMEDIATE}, because a transaction that begins by reading cannot be sure to become a writer.
 */
record GroupCommit(Lane lane) {

    /** Writes a group, durable when this returns. What has failed by itself says so; a failure that is thrown is that of all. */
    void commit(List<Write<?>> group) throws SQLException {
        try {
            transaction(group, this::together);
        } catch (SpoiltException e) {
            transaction(group, this::apart);
        }
    }

    /** What a group does within a transaction. */
    private interface Course {
        void run(List<Write<?>> group, Plain sql, long begun) throws SQLException;
    }

    /** One of several writes has failed, and nothing of the transaction may be kept. */
    private static final class SpoiltException extends RuntimeException {
        private static final long serialVersionUID = 1;

        SpoiltException(Exception cause) {
            super(cause);
        }
    }

    private void transaction(List<Write<?>> group, Course course) throws SQLException {
        QueryLog log = group.get(0).log;
        Plain sql = new Plain(lane.connection(), log);
        long begun = System.nanoTime();
        try {
            boolean unused = lane.read(plain -> plain.execute("BEGIN IMMEDIATE"), log);
            lane.connection().inTransaction(true);
            course.run(group, sql, begun);
            sql.log(log);
            if (Write.anyPublished(group)) {
                lane.connection().dialect().publishing(sql);
            }
            boolean unusedToo = sql.execute("COMMIT");
            lane.connection().inTransaction(false);
        } catch (Throwable e) {
            // Of whatever kind: a transaction that stays open would fail every later one.
            rollBack();
            throw e;
        }
    }

    private void together(List<Write<?>> group, Plain sql, long begun) throws SQLException {
        try {
            for (Write<?> write : group) {
                write.run(sql, begun);
            }
            sql.settle();
        } catch (SQLException | RuntimeException e) {
            if (group.size() > 1) {
                throw new SpoiltException(e);
            }
            throw e;
        }
    }

    private void apart(List<Write<?>> group, Plain sql, long begun) throws SQLException {
        for (Write<?> write : group) {
            bare("SAVEPOINT one");
            try {
                write.run(sql, begun);
                sql.settle();
            } catch (SQLException | RuntimeException e) {
                write.failure = e;
                sql.forget();
                try {
                    bare("ROLLBACK TO one");
                } catch (SQLException lost) {
                    // SQLite has ended the whole transaction by itself (disk full): all of the group are told why.
                    e.addSuppressed(lost);
                    throw e;
                }
            }
            bare("RELEASE one");
        }
    }

    /** Statements that every write of a group needs are not timed: they would be most of the numbers, and tell nothing. */
    private void bare(String sql) throws SQLException {
        TimedConnection.Prepared prepared = lane.connection().prepare(sql);
        try {
            boolean unused = prepared.statement().execute();
        } catch (SQLException e) {
            lane.connection().failed(prepared, e);
            throw e;
        }
    }

    private void rollBack() {
        try {
            if (!lane.connection().isLost()) {
                bare("ROLLBACK");
            }
        } catch (SQLException e) {
            // The database has rolled back by itself (disk full, I/O error): there is no transaction any more.
        } finally {
            lane.connection().inTransaction(false);
        }
    }
}
