package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.Recorder;

/**
 * Writes a group in one transaction, and therefore with one fsync. If a write fails, the transaction is rolled back and
 * all writes are repeated, each within a savepoint, so that the failed write does not affect the others. Savepoints are
 * not used at first, because FTS5 writes its cached changes at each one.
 *
 * <p>The transaction uses SQL statements, because the transactions of the JDBC client lose acknowledged writes. It
 * starts with {@code BEGIN IMMEDIATE}, because a transaction that starts with a read may fail at its first write.
 *
 * <p>A transaction may be committed although its COMMIT failed. The outcome is then queried. If the query fails, the
 * failure is an {@link UnavailableException} with an unknown outcome.
 */
record GroupCommit(StoreConnection lane) {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);

    /** Number of attempts to query the outcome of a failed COMMIT. */
    private static final int ATTEMPTS = 2;

    /**
     * Writes a group durably. The failure of a single write is stored in the write.
     *
     * @throws SQLException if the whole group failed
     */
    void commit(List<WriteTask<?>> group) throws SQLException {
        try {
            transaction(group, this::runAsGroup);
        } catch (SpoiltException e) {
            transaction(group, this::runWithSavepoints);
        }
    }

    /** Work of a group within a transaction. */
    private interface GroupWork {
        void run(List<WriteTask<?>> group, JdbcSession sql, long begun) throws SQLException;
    }

    /** A write of a larger group failed, so the transaction must be rolled back. */
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
            // Also for errors: an open transaction would make all later ones fail.
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

    /** Returns the time at which the write with the longest wait was submitted. */
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
                    // SQLite has ended the whole transaction itself (disk full), so the whole group fails.
                    e.addSuppressed(lost);
                    throw e;
                }
            }
            execute("RELEASE one");
        }
    }

    /**
     * Executes a statement without a timing. Each group has these statements, so they would dominate the statistics.
     */
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
            // The database has rolled back itself (disk full, I/O error): there is no transaction.
        } finally {
            lane.connection().inTransaction(false);
        }
    }
}
