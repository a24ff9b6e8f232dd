package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.RequestWrites;

/** The database, for one call. Whatever is run through it is timed; a call site has nothing to remember. */
final class Sql {

    private final Lanes readers;
    private final Writer writer;
    private final QueryLog log;
    private final RequestWrites writes;

    /** @param writes counts the outcomes of the request's writes */
    Sql(Lanes readers, Writer writer, QueryLog log, RequestWrites writes) {
        this.readers = readers;
        this.writer = writer;
        this.log = log;
        this.writes = writes;
    }

    /** A query, through the JDBC client. Use {@code getLong} for integers: small ones come as Integer. */
    Future<RowSet<Row>> query(String sql, @Nullable Object... parameters) {
        Tuple tuple = Tuple.tuple();
        for (Object parameter : parameters) {
            tuple.addValue(parameter);
        }
        return readers.with(log, lane -> lane.query(sql, tuple, log));
    }

    PoolState pool() {
        return readers.state();
    }

    /** Several queries in one visit, with plain kept statements, on a worker thread: for what must be fast. */
    <T> Future<T> read(Plain.Work<T> work) {
        return readers.plain(log, work);
    }

    /** Writes what no page shows (sessions, tokens), or what its caller keeps in memory and moves the revision for (the
     * profile), in a transaction; durable when the future completes. */
    <T> Future<T> write(Plain.Work<T> work) {
        return writer.write(log, writes, false, work);
    }

    /** Writes data that the request did not submit, such as the time of a session's last use. The request's outcome ignores it. */
    <T> Future<T> note(Plain.Work<T> work) {
        return writer.write(log, new RequestWrites(), false, work);
    }

    /** Writes what pages show (notes, tags): the same, and every page kept from before is old from then on. */
    <T> Future<T> publish(Plain.Work<T> work) {
        return writer.write(log, writes, true, work);
    }
}
