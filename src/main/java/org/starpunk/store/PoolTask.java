package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.telemetry.QueryTiming;

/** Task that waits for a connection of the read pool. */
abstract class PoolTask {
    private static final Logger LOG = LoggerFactory.getLogger(PoolTask.class);

    final long since = System.nanoTime();
    final ReadConnectionShare share;

    /** Whether it is a read of the monitor, which is excluded from the statistics of the pool. */
    boolean internal;

    final StatementTimings log;

    /**
     * Time at which the connection was acquired, monotonic nanoseconds; 0 before. Written by the thread of the task and
     * read by the timer.
     */
    private volatile long acquired;

    PoolTask(ReadConnectionShare share, StatementTimings log) {
        this.share = share;
        this.log = log;
    }

    /** Returns the running time in nanoseconds; 0 before the start. */
    long runs(long now) {
        long start = acquired;
        return start == 0 ? 0 : now - start;
    }

    void started() {
        acquired = System.nanoTime();
        log.waited(log.start() == 0 ? 0 : acquired - since);
    }

    long heldNanos() {
        return System.nanoTime() - acquired;
    }

    abstract void reject(Throwable why);

    /** Read on a worker thread. */
    static final class ReadTask<T> extends PoolTask {
        private final JdbcSession.SqlWork<T> work;
        private final ReadCallback<T> callback;
        private final AtomicBoolean completed = new AtomicBoolean();

        /**
         * Called once with the outcome of a read: on the thread that has read, or on the event loop that ran the
         * timeout.
         */
        interface ReadCallback<T> {
            void completed(@Nullable T result, @Nullable Throwable failure, List<QueryTiming> timings);
        }

        ReadTask(ReadConnectionShare share, StatementTimings log, JdbcSession.SqlWork<T> work, ReadCallback<T> done) {
            super(share, log);
            this.work = work;
            this.callback = done;
        }

        /**
         * Reads and calls the callback before the connection is released, because a store that stops waits for the
         * connections. Returns the time for which the connection was held, nanoseconds.
         */
        long run(StoreConnection connection) {
            T result = null;
            Throwable failure = null;
            SqliteBusyHandler.setDeadline(since + ReadConnectionPool.WAIT_BUDGET_NANOS);
            try {
                connection.connection().limit(share);
                result = connection.read(work, log);
            } catch (SQLException | RuntimeException | Error e) {
                failure = e;
            } finally {
                SqliteBusyHandler.clearDeadline();
            }
            long held = heldNanos();
            complete(result, failure, log.timings());
            return held;
        }

        private void complete(@Nullable T result, @Nullable Throwable failure, List<QueryTiming> timings) {
            if (completed.compareAndSet(false, true)) {
                try {
                    callback.completed(result, failure, timings);
                } catch (RuntimeException e) {
                    LOG.error("the callback of a read failed", e);
                }
            }
        }

        @Override
        void reject(Throwable why) {
            complete(null, why, List.of());
        }
    }

    /** Query of the JDBC client, which uses its own threads. */
    static final class QueryTask<T> extends PoolTask {
        private final Function<StoreConnection, Future<T>> work;
        final Promise<T> promise = Promise.promise();

        QueryTask(StatementTimings log, Function<StoreConnection, Future<T>> work) {
            super(ReadConnectionShare.AUTHOR, log);
            this.work = work;
        }

        Future<T> run(StoreConnection connection) {
            try {
                return work.apply(connection);
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        }

        @Override
        void reject(Throwable why) {
            promise.fail(why);
        }
    }
}
