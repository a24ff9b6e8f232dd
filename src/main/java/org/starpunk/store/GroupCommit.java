package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.Recorder;

/**
 * Writes a group in one transaction, and so with one fsync. When one of them fails, nothing is kept of the transaction, and all run
 * once more, each within a savepoint, so that the one leaves the others alone. Savepoints cost too much to be the rule: at each, FTS5
 * writes what it has gathered in memory.
 *
 * <p>The transaction is plain SQL, because the JDBC client's own loses acknowledged writes, and {@code BEGIN IMMEDIATE}, because a
 * transaction that begins by reading cannot be sure to become a writer.
 *
 * <p>A COMMIT that fails may have been carried out. The outcome is then queried; if the query fails, the failure is an
 * {@link UnavailableException} whose outcome is unknown.
 */
record GroupCommit(StoreConnection lane) {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** Number of attempts to query the outcome of a COMMIT that failed. */
    private static final int ATTEMPTS = 2;

    /** Writes a group, durable when this returns. What has failed by itself says so; a failure that is thrown is that of all. */
    void commit(List<WriteTask<?>> group) throws SQLException {
        try {
            transaction(group, this::runAsGroup);
        } catch (SpoiltException e) {
            transaction(group, this::runWithSavepoints);
        }
    }

    /** What a group does within a transaction. */
    private interface GroupWork {
        void run(List<WriteTask<?>> group, JdbcSession sql, long begun) throws SQLException;
    }

    /** One of several writes has failed, and nothing of the transaction may be kept. */
    private static final class SpoiltException extends RuntimeException {
        private static final long serialVersionUID = 1;

        SpoiltException(Exception cause) {
            super(cause);
        }
    }

    private void transaction(List<WriteTask<?>> group, GroupWork course) throws SQLException {
        StatementTimings log = group.get(0).log;
        JdbcSession sql = new JdbcSession(lane.connection(), log);
        long begun = System.nanoTime();
        String id;
        long end = oldest(group, begun) + ReadConnectionPool.WAIT_BUDGET_NANOS;
        long lockMillis = Math.max(1, (end - begun) / 1_000_000);
        SqliteBusyHandler.setDeadline(end);
        try {
            id = lane.read(jdbc -> jdbc.dialect().begin(jdbc, lockMillis), log);
            lane.connection().inTransaction(true);
            course.run(group, sql, begun);
            sql.log(log);
            if (WriteTask.anyPublished(group)) {
                lane.connection().dialect().publishing(sql);
            }
        } catch (Throwable e) {
            // Of whatever kind: a transaction that stays open would fail every later one.
            rollBack();
            throw e;
        } finally {
            SqliteBusyHandler.clearDeadline();
        }
        try {
            boolean unused = sql.execute("COMMIT");
            lane.connection().inTransaction(false);
        } catch (SQLException | RuntimeException e) {
            rollBack();
            commitFailed(e, id, group.size());
        } catch (Throwable e) {
            rollBack();
            throw e;
        }
    }

    /** Returns normally if the transaction was saved. */
    private void commitFailed(Exception failure, String id, int writes) throws SQLException {
        CommitOutcome outcome = CommitOutcome.NOT_SAVED;
        if (lane.connection().dialect().commitUndecided(failure)) {
            outcome = outcome(failure, id);
            LOG.warn("COMMIT of {} writes failed ({}); outcome: {}", writes, SqlErrors.code(failure), outcome);
        }
        if (outcome == CommitOutcome.UNKNOWN) {
            throw UnavailableException.outcomeUnknown(SqlErrors.reason(failure), failure);
        }
        if (outcome == CommitOutcome.NOT_SAVED) {
            SqlErrors.rethrow(failure);
        }
    }

    private CommitOutcome outcome(Exception failure, String id) {
        CommitOutcome outcome = CommitOutcome.UNKNOWN;
        for (int attempt = 0; attempt < ATTEMPTS && outcome == CommitOutcome.UNKNOWN; attempt++) {
            JdbcSession sql = new JdbcSession(lane.connection(), new StatementTimings(Recorder.none(), false, 0));
            try {
                outcome = lane.connection().dialect().outcome(sql, id);
            } catch (SQLException | RuntimeException e) {
                failure.addSuppressed(e);
                rollBack();
            }
        }
        return outcome;
    }

    /** Time at which the write with the longest wait was submitted. */
    private static long oldest(List<WriteTask<?>> group, long begun) {
        long waited = 0;
        for (WriteTask<?> write : group) {
            waited = Math.max(waited, begun - write.since);
        }
        return begun - waited;
    }

    private void runAsGroup(List<WriteTask<?>> group, JdbcSession sql, long begun) throws SQLException {
        try {
            for (WriteTask<?> write : group) {
                write.run(sql, begun);
            }
            sql.runDeferred();
        } catch (SQLException | RuntimeException e) {
            if (group.size() > 1) {
                throw new SpoiltException(e);
            }
            throw e;
        }
    }

    private void runWithSavepoints(List<WriteTask<?>> group, JdbcSession sql, long begun) throws SQLException {
        for (WriteTask<?> write : group) {
            execute("SAVEPOINT one");
            try {
                write.run(sql, begun);
                sql.runDeferred();
            } catch (SQLException | RuntimeException e) {
                write.failure = e;
                sql.discardDeferred();
                try {
                    execute("ROLLBACK TO one");
                } catch (SQLException lost) {
                    // SQLite has ended the whole transaction by itself (disk full): all of the group are told why.
                    e.addSuppressed(lost);
                    throw e;
                }
            }
            execute("RELEASE one");
        }
    }

    /** Statements that every write of a group needs are not timed: they would be most of the numbers, and tell nothing. */
    private void execute(String sql) throws SQLException {
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
                execute("ROLLBACK");
            }
        } catch (SQLException e) {
            // The database has rolled back by itself (disk full, I/O error): there is no transaction any more.
        } finally {
            lane.connection().inTransaction(false);
        }
    }
}
