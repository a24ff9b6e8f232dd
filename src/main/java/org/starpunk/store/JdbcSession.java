package org.starpunk.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.SqlShape;

/** Prepared statements on a connection of the store, for worker threads. Each statement is timed. Not thread-safe. */
final class JdbcSession {

    private final TimedConnection connection;
    private final List<DeferredResult> last = new ArrayList<>();
    private final TagIdCache tags = new TagIdCache();
    private final NoteMonthIndex.Zone zone = new NoteMonthIndex.Zone();
    private StatementTimings log;

    JdbcSession(TimedConnection connection, StatementTimings log) {
        this.connection = connection;
        this.log = log;
    }

    /** Blocking work with a session. */
    @FunctionalInterface
    interface SqlWork<T> {
        T run(JdbcSession sql) throws SQLException;
    }

    /** Reads a value from the current row of a result set. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Work at the end of a transaction. */
    @FunctionalInterface
    interface DeferredStep {
        void run(JdbcSession sql) throws SQLException;
    }

    private record DeferredResult(StatementTimings log, DeferredStep step) {}

    Dialect dialect() {
        return connection.dialect();
    }

    /** Returns the cache of tag ids of this transaction. */
    TagIdCache tags() {
        return tags;
    }

    /** Returns the site's time zone as cached in this transaction. */
    NoteMonthIndex.Zone zone() {
        return zone;
    }

    void log(StatementTimings next) {
        log = next;
    }

    /** Defers a step until {@link #runDeferred}, which runs before the commit. */
    void defer(DeferredStep step) {
        last.add(new DeferredResult(log, step));
    }

    /** Discards deferred steps and cached values after a failed write. */
    void discardDeferred() {
        last.clear();
        tags.clear();
        zone.forget();
    }

    /** Runs the deferred steps in order. Each step is timed as part of the call that deferred it. */
    void runDeferred() throws SQLException {
        StatementTimings current = log;
        List<DeferredResult> steps = List.copyOf(last);
        last.clear();
        for (DeferredResult next : steps) {
            log = next.log();
            next.step().run(this);
        }
        log = current;
    }

    /** Returns all rows of a query. */
    <T> List<T> list(String sql, RowReader<T> reader, @Nullable Object... parameters) throws SQLException {
        return run(sql, parameters, statement -> {
            List<T> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(reader.read(rows));
                }
            }
            return values;
        });
    }

    /** Returns all rows of a query whose statement is not cached. */
    <T> List<T> once(String sql, RowReader<T> reader) throws SQLException {
        try {
            return list(sql, reader);
        } finally {
            connection.evictStatement(sql);
        }
    }

    /** Returns the first row of a query. */
    <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... parameters) throws SQLException {
        return list(sql, reader, parameters).stream().findFirst();
    }

    /** Runs a statement that changes rows, and returns their number. */
    int change(String sql, @Nullable Object... parameters) throws SQLException {
        return run(sql, parameters, PreparedStatement::executeUpdate);
    }

    /** Runs a statement and ignores its results. Returns whether it has a result set. */
    boolean execute(String sql) throws SQLException {
        return run(sql, new Object[0], PreparedStatement::execute);
    }

    /**
     * Returns the first row of the last of several statements that are sent as one. The other statements must return no
     * rows.
     */
    <T> Optional<T> firstOfLastStatement(String sql, RowReader<T> reader, Object... parameters) throws SQLException {
        return run(sql, parameters, statement -> {
            boolean rows = statement.execute();
            while (!rows && statement.getUpdateCount() >= 0) {
                rows = statement.getMoreResults();
            }
            try (ResultSet result = statement.getResultSet()) {
                return result != null && result.next() ? Optional.of(reader.read(result)) : Optional.empty();
            }
        });
    }

    private <T> T run(String sql, @Nullable Object[] parameters, Execution<T> execution) throws SQLException {
        long start = log.start();
        TimedConnection.Prepared prepared = prepare(sql, start);
        PreparedStatement statement = prepared.statement();
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, connection.dialect().toParameter(parameters[i]));
        }
        try {
            T result = execution.run(statement);
            log.end(prepared.shape(), start, rows(result), 1, null);
            return result;
        } catch (SQLException e) {
            connection.failed(prepared, e);
            log.end(prepared.shape(), start, 0, 1, e);
            throw e;
        }
    }

    /** Prepares a statement. A failure is timed like that of an execution. */
    private TimedConnection.Prepared prepare(String sql, long start) throws SQLException {
        try {
            return connection.prepare(sql);
        } catch (SQLException e) {
            log.end(SqlShape.of(connection.dialect().sql(sql)), start, 0, 1, e);
            throw e;
        }
    }

    private static int rows(Object result) {
        return result instanceof List<?> list ? list.size() : result instanceof Integer changed ? changed : 0;
    }

    private interface Execution<T> {
        T run(PreparedStatement statement) throws SQLException;
    }
}
