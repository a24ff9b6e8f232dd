package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Somebody who waits for a lane, and what is to be done with it. */
abstract class Turn {
    final long since = System.nanoTime();
    final QueryLog log;
    private long acquired;

    Turn(QueryLog log) {
        this.log = log;
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
        private final BiConsumer<@Nullable T, @Nullable Throwable> done;

        Read(QueryLog log, Plain.Work<T> work, BiConsumer<@Nullable T, @Nullable Throwable> done) {
            super(log);
            this.work = work;
            this.done = done;
        }

        /** What comes out of it, to be told when the lane is free again. */
        Runnable run(Lane lane) {
            try {
                T result = lane.read(work, log);
                return () -> done.accept(result, null);
            } catch (SQLException | RuntimeException | Error e) {
                return () -> done.accept(null, e);
            }
        }

        @Override
        void refuse(Throwable why) {
            done.accept(null, why);
        }
    }

    /** A query of the JDBC client, which has threads of its own. */
    static final class Query<T> extends Turn {
        private final Function<Lane, Future<T>> work;
        final Promise<T> promise = Promise.promise();

        Query(QueryLog log, Function<Lane, Future<T>> work) {
            super(log);
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
