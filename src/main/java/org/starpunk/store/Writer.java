package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.WorkerExecutor;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.Revision;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Recorder;

/**
 * The one writer. SQLite has one writer at a time in any case: a single connection never meets a lock of its own process.
 *
 * <p>Writes that wait while a transaction runs share the next one, and so one fsync. When one of them fails, nothing is kept of the
 * transaction, and all run once more, each within a savepoint, so that the one leaves the others alone. Savepoints cost too much to
 * be the rule: at each, FTS5 writes what it has gathered in memory. All are answered after the commit. The transaction is plain SQL, because the JDBC client's
 * own loses acknowledged writes (RELIABILITY R1), and {@code BEGIN IMMEDIATE}, because a transaction that begins by reading
 * cannot be sure to become a writer.
 */
final class Writer {

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_GROUP = 256;
    private static final int MAX_WAITING = 10_000;

    private final Lane lane;
    private final WorkerExecutor workers;
    private final Revision revision;
    private final Recorder recorder;
    private final ArrayDeque<Write<?>> waiting = new ArrayDeque<>();
    private boolean busy;
    private long writesOfOthers = -1;

    Writer(Lane lane, WorkerExecutor workers, Revision revision, Recorder recorder) {
        this.lane = lane;
        this.workers = workers;
        this.revision = revision;
        this.recorder = recorder;
    }

    /** One piece of writing, and what came of it. */
    private static final class Write<T> {
        final QueryLog log;
        final boolean content;
        final Plain.Work<T> work;
        final Promise<T> promise = Promise.promise();
        final long since = System.nanoTime();

        @Nullable
        T result;

        @Nullable
        Throwable failure;

        Write(QueryLog log, boolean content, Plain.Work<T> work) {
            this.log = log;
            this.content = content;
            this.work = work;
        }

        void run(Plain sql, long begun) throws SQLException {
            log.waited(log.start() == 0 ? 0 : begun - since);
            sql.log(log);
            result = work.run(sql);
        }

        @SuppressWarnings("NullAway") // a result is null only where T says so
        void answer(@Nullable Throwable commitFailure) {
            Throwable problem = failure != null ? failure : commitFailure;
            if (problem != null) {
                promise.fail(problem);
            } else {
                promise.complete(result);
            }
        }
    }

    /**
     * Writes in a transaction, durable when the future completes.
     *
     * @param content whether pages can show what is changed: pages kept from before are then old
     */
    <T> Future<T> write(QueryLog log, boolean content, Plain.Work<T> work) {
        if (waiting.size() >= MAX_WAITING) {
            return Future.failedFuture(new UnavailableException("too many writes are waiting"));
        }
        Write<T> write = new Write<>(log, content, work);
        waiting.add(write);
        next();
        return write.promise.future();
    }

    /** When another process has written, a command for instance, pages kept from before are old. */
    void lookForOthers() {
        if (busy) {
            return;
        }
        busy = true;
        Plain sql = new Plain(lane.connection(), new QueryLog(Recorder.none(), false, 0));
        Future<Long> unused = workers.executeBlocking(
                        () -> lane.connection().dialect().writesOfOthers(sql), false)
                .onComplete(found -> {
                    busy = false;
                    if (found.succeeded()) {
                        seen(found.result());
                    }
                    next();
                });
    }

    private void seen(long writes) {
        if (writesOfOthers >= 0 && writes != writesOfOthers) {
            revision.advance();
        }
        writesOfOthers = writes;
    }

    private void next() {
        if (busy || waiting.isEmpty()) {
            return;
        }
        List<Write<?>> group = new ArrayList<>();
        long now = System.nanoTime();
        while (group.size() < MAX_GROUP && !waiting.isEmpty()) {
            Write<?> write = waiting.remove();
            if (now - write.since < Lanes.MAX_WAIT_NANOS) {
                group.add(write);
            } else {
                // It was never begun: whoever asked is told, and can ask again.
                write.answer(new UnavailableException("the database has been busy for too long"));
            }
        }
        if (group.isEmpty()) {
            return;
        }
        busy = true;
        long start = recorder.now();
        Future<Void> unused = workers.<Void>executeBlocking(() -> commit(group), false)
                .onComplete(done -> finish(group, start, done.cause()));
    }

    private static boolean published(List<Write<?>> group) {
        return group.stream().anyMatch(write -> write.content && write.failure == null);
    }

    private void finish(List<Write<?>> group, long start, @Nullable Throwable failure) {
        busy = false;
        boolean changed = failure == null && published(group);
        if (start != 0) {
            boolean unused = recorder.record(
                    OperationType.DATABASE,
                    "transaction",
                    recorder.now() - start,
                    Map.of("writes", group.size()),
                    false);
        }
        if (changed) {
            Future<Void> unused = revision.advanceEverywhere().onComplete(told -> answer(group, null));
        } else {
            answer(group, failure);
        }
        next();
    }

    private static void answer(List<Write<?>> group, @Nullable Throwable failure) {
        group.forEach(write -> answer(write, failure));
    }

    /** What a listener throws is its own fault, and must not keep the rest of the group from being answered. */
    private static void answer(Write<?> write, @Nullable Throwable failure) {
        try {
            write.answer(failure);
        } catch (RuntimeException e) {
            LOG.error("an answer of the writer was not taken", e);
        }
    }

    private @Nullable Void commit(List<Write<?>> group) throws SQLException {
        try {
            transaction(group, this::together);
        } catch (SpoiltException e) {
            transaction(group, this::apart);
        }
        return null;
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
            if (published(group)) {
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
