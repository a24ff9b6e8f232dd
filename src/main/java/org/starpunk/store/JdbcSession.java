package org.starpunk.store;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.SqlShape;

/** Plain prepared statements on a lane's connection, for work on the store's worker threads. Each is timed. */
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

    /** Blocking work with plain statements. */
    @FunctionalInterface
    interface SqlWork<T> {
        T run(JdbcSession sql) throws SQLException;
    }

    /** Makes a value of the row that a result set stands on. */
    @FunctionalInterface
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** Something to be done when the rest of the transaction has been done. */
    @FunctionalInterface
    interface DeferredStep {
        void run(JdbcSession sql) throws SQLException;
    }

    private record DeferredResult(StatementTimings log, DeferredStep step) {}

    Dialect dialect() {
        return connection.dialect();
    }

    /** Of this transaction. */
    TagIdCache tags() {
        return tags;
    }

    /** Of the site, in this transaction. */
    NoteMonthIndex.Zone zone() {
        return zone;
    }

    void log(StatementTimings next) {
        log = next;
    }

    /** Puts a step off until {@link #runDeferred}, which comes before the commit at the latest. */
    void defer(DeferredStep step) {
        last.add(new DeferredResult(log, step));
    }

    /** A write has failed: does not do what it has put off, and knows nothing any more of what it may have changed. */
    void discardDeferred() {
        last.clear();
        tags.clear();
        zone.forget();
    }

    /** Does what was put off, in its order. Each step is timed as part of the call that it belongs to. */
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

    /** All rows of a query. */
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

    /** All rows of a query that is not worth being kept for the next time. */
    <T> List<T> once(String sql, RowReader<T> reader) throws SQLException {
        try {
            return list(sql, reader);
        } finally {
            connection.evictStatement(sql);
        }
    }

    /** The first row of a query. */
    <T> Optional<T> first(String sql, RowReader<T> reader, @Nullable Object... parameters) throws SQLException {
        return list(sql, reader, parameters).stream().findFirst();
    }

    /** Runs a statement that changes rows; how many it changed. */
    int change(String sql, @Nullable Object... parameters) throws SQLException {
        return run(sql, parameters, PreparedStatement::executeUpdate);
    }

    /** Runs a statement of whose results nothing is wanted; whether there are any. */
    boolean execute(String sql) throws SQLException {
        return run(sql, new Object[0], PreparedStatement::execute);
    }

    /** Returns the first row of the last of several statements sent as one; the others return no rows. */
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

    /** A statement that cannot even be prepared has failed like another. */
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
