package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.sql.SQLException;
import org.starpunk.telemetry.SqlShape;

/**
 * A connection to the database for the JDBC client and for prepared statements on a worker thread. Its holder has
 * exclusive access.
 */
record StoreConnection(SqlConnection client, TimedConnection connection) {

    /** Runs a query through the JDBC client. Repeats it once if the connection was lost. */
    Future<RowSet<Row>> query(String sql, Tuple parameters, StatementTimings log) {
        boolean before = connection.isLost();
        return once(sql, parameters, log)
                .recover(failure ->
                        before || !connection.isLost() ? Future.failedFuture(failure) : once(sql, parameters, log));
    }

    private Future<RowSet<Row>> once(String sql, Tuple parameters, StatementTimings log) {
        connection.log = log;
        return client.preparedQuery(sql)
                .execute(parameters)
                .onComplete(done -> endStatement(log, done.succeeded() ? rows(done.result()) : 0));
    }

    /** Runs a read. Repeats it once if the connection was lost. Blocks. */
    <T> T read(JdbcSession.SqlWork<T> work, StatementTimings log) throws SQLException {
        boolean before = connection.isLost();
        try {
            return work.run(new JdbcSession(connection, log));
        } catch (SQLException e) {
            if (before || !connection.isLost()) {
                throw e;
            }
            return work.run(new JdbcSession(connection, log));
        }
    }

    private static int rows(RowSet<Row> rows) {
        return Math.max(rows.size(), rows.rowCount());
    }

    private void endStatement(StatementTimings log, int rows) {
        SqlShape shape = connection.lastStatement;
        if (shape != null) {
            log.end(shape, connection.lastStart, rows, 1, connection.lastFailure);
        }
        connection.lastStatement = null;
        connection.log = null;
    }
}
