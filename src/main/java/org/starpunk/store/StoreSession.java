package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.RequestWrites;

/** Access to the database for one call. All statements are timed. */
final class StoreSession {

    private final ReadConnectionPool readers;
    private final WriteQueue writeQueue;
    private final StatementTimings log;
    private final RequestWrites writes;

    /** @param writes counts the outcomes of the request's writes */
    StoreSession(ReadConnectionPool readers, WriteQueue writeQueue, StatementTimings log, RequestWrites writes) {
        this.readers = readers;
        this.writeQueue = writeQueue;
        this.log = log;
        this.writes = writes;
    }

    /**
     * Runs a query through the JDBC client. Use {@code getLong} for integers, because small ones are of type Integer.
     */
    Future<RowSet<Row>> query(String sql, @Nullable Object... parameters) {
        Tuple tuple = Tuple.tuple();
        for (Object parameter : parameters) {
            tuple.addValue(parameter);
        }
        return readers.withConnection(log, connection -> connection.query(sql, tuple, log));
    }

    PoolStats pool() {
        return readers.state();
    }

    /** Runs a read on a worker thread with cached prepared statements, which is faster than the JDBC client. */
    <T> Future<T> read(JdbcSession.SqlWork<T> work) {
        return readers.plain(log, work);
    }

    /**
     * Runs a write in a transaction, for data that is on no page (sessions, tokens), or whose caller advances the
     * revision (the profile). Durable when the future completes.
     */
    <T> Future<T> write(JdbcSession.SqlWork<T> work) {
        return writeQueue.write(log, writes, false, work);
    }

    /**
     * Writes data that the request did not submit, such as the time of a session's last use. The outcome of the request
     * ignores it.
     */
    <T> Future<T> note(JdbcSession.SqlWork<T> work) {
        return writeQueue.write(log, new RequestWrites(), false, work);
    }

    /**
     * Runs a write in a transaction, for data that is on pages (notes, tags), and invalidates all cached pages. Durable
     * when the future completes.
     */
    <T> Future<T> publish(JdbcSession.SqlWork<T> work) {
        return writeQueue.write(log, writes, true, work);
    }
}
