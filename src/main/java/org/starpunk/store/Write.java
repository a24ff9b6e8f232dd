package org.starpunk.store;

import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One piece of writing, and what came of it. */
final class Write<T> {
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

    /** Whether one of them has changed what pages show. */
    static boolean anyPublished(List<Write<?>> group) {
        return group.stream().anyMatch(write -> write.content && write.failure == null);
    }
}
