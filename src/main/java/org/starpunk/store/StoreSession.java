package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.RequestWrites;

/** The database, for one call. Whatever is run through it is timed; a call site has nothing to remember. */
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

    /** A query, through the JDBC client. Use {@code getLong} for integers: small ones come as Integer. */
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

    /** Several queries in one visit, with plain kept statements, on a worker thread: for what must be fast. */
    <T> Future<T> read(JdbcSession.SqlWork<T> work) {
        return readers.plain(log, work);
    }

    /** Writes what no page shows (sessions, tokens), or what its caller keeps in memory and moves the revision for (the
     * profile), in a transaction; durable when the future completes. */
    <T> Future<T> write(JdbcSession.SqlWork<T> work) {
        return writeQueue.write(log, writes, false, work);
    }

    /** Writes data that the request did not submit, such as the time of a session's last use. The request's outcome ignores it. */
    <T> Future<T> note(JdbcSession.SqlWork<T> work) {
        return writeQueue.write(log, new RequestWrites(), false, work);
    }

    /** Writes what pages show (notes, tags): the same, and every page kept from before is old from then on. */
    <T> Future<T> publish(JdbcSession.SqlWork<T> work) {
        return writeQueue.write(log, writes, true, work);
    }
}
