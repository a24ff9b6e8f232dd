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

/** Somebody who waits for a lane, and what is to be done with it. */
abstract class Turn {
    private static final Logger LOG = LoggerFactory.getLogger(Turn.class);

    final long since = System.nanoTime();
    final Share share;

    /** Whether it is a read of the monitor itself, which the pool's figures leave out. */
    boolean internal;

    final QueryLog log;

    /** When it got its connection, nanoseconds; 0 before. Written by the thread that runs it, read by the timer. */
    private volatile long acquired;

    Turn(Share share, QueryLog log) {
        this.share = share;
        this.log = log;
    }

    /** Returns how long it has been running, nanoseconds; 0 before it starts. */
    long runs(long now) {
        long start = acquired;
        return start == 0 ? 0 : now - start;
    }

    void begins() {
        acquired = System.nanoTime();
        log.waited(log.start() == 0 ? 0 : acquired - since);
    }

    long heldNanos() {
        return System.nanoTime() - acquired;
    }

    abstract void refuse(Throwable why);

    /** Plain statements, for a worker thread. */
    static final class Read<T> extends Turn {
        private final Plain.Work<T> work;
        private final Done<T> done;
        private final AtomicBoolean told = new AtomicBoolean();

        /** Is told once what came of a read: on the thread that has read, or on the event loop that gave up. */
        interface Done<T> {
            void tell(@Nullable T result, @Nullable Throwable failure, List<QueryTiming> timings);
        }

        Read(Share share, QueryLog log, Plain.Work<T> work, Done<T> done) {
            super(share, log);
            this.work = work;
            this.done = done;
        }

        /** Reads, and tells what came of it while the lane is still held: a store that stops waits for that. */
        long run(Lane lane) {
            T result = null;
            Throwable failure = null;
            BusyWaits.until(since + Lanes.WAIT_BUDGET_NANOS);
            try {
                lane.connection().limit(share);
                result = lane.read(work, log);
            } catch (SQLException | RuntimeException | Error e) {
                failure = e;
            } finally {
                BusyWaits.untilDone();
            }
            long held = heldNanos();
            tell(result, failure, log.timings());
            return held;
        }

        private void tell(@Nullable T result, @Nullable Throwable failure, List<QueryTiming> timings) {
            if (told.compareAndSet(false, true)) {
                try {
                    done.tell(result, failure, timings);
                } catch (RuntimeException e) {
                    LOG.error("an answer of the store was not taken", e);
                }
            }
        }

        @Override
        void refuse(Throwable why) {
            tell(null, why, List.of());
        }
    }

    /** A query of the JDBC client, which has threads of its own. */
    static final class Query<T> extends Turn {
        private final Function<Lane, Future<T>> work;
        final Promise<T> promise = Promise.promise();

        Query(QueryLog log, Function<Lane, Future<T>> work) {
            super(Share.AUTHOR, log);
            this.work = work;
        }

        Future<T> run(Lane lane) {
            try {
                return work.apply(lane);
            } catch (RuntimeException e) {
                return Future.failedFuture(e);
            }
        }

        @Override
        void refuse(Throwable why) {
            promise.fail(why);
        }
    }
}
