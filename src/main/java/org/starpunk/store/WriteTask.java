package org.starpunk.store;

import io.vertx.core.Promise;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.RequestWrites;

/** One queued write with its result. */
final class WriteTask<T> {
    final StatementTimings log;
    final RequestWrites outcomes;
    final boolean content;
    final JdbcSession.SqlWork<T> work;
    final Promise<T> promise = Promise.promise();
    final long since = System.nanoTime();

    @Nullable
    T result;

    @Nullable
    Throwable failure;

    /** @param outcomes counts the outcome for the request that the write belongs to */
    WriteTask(StatementTimings log, RequestWrites outcomes, boolean content, JdbcSession.SqlWork<T> work) {
        this.log = log;
        this.outcomes = outcomes;
        this.content = content;
        this.work = work;
    }

    void run(JdbcSession sql, long begun) throws SQLException {
        log.waited(log.start() == 0 ? 0 : begun - since);
        sql.log(log);
        result = work.run(sql);
    }

    /**
     * Completes the future of the write. A second call has no effect, because the first one happened after the end of
     * the transaction.
     */
    @SuppressWarnings("NullAway") // the result is null only if T is nullable
    void answer(@Nullable Throwable commitFailure) {
        Throwable problem = failure != null ? failure : commitFailure;
        if (promise.future().isComplete()) {
            return;
        }
        outcomes.end(outcome(problem));
        if (problem != null) {
            promise.fail(problem);
        } else {
            promise.complete(result);
        }
    }

    private static RequestWrites.WriteOutcome outcome(@Nullable Throwable problem) {
        if (problem == null) {
            return RequestWrites.WriteOutcome.SAVED;
        }
        return isUnknown(problem) ? RequestWrites.WriteOutcome.UNKNOWN : RequestWrites.WriteOutcome.NOT_SAVED;
    }

    /** Returns whether the outcome of the transaction is unknown after a failure. */
    static boolean isUnknown(@Nullable Throwable problem) {
        return problem instanceof UnavailableException unavailable && unavailable.outcomeUnknown();
    }

    /** Returns whether a write of the group changed the content of pages. */
    static boolean anyPublished(List<WriteTask<?>> group) {
        return group.stream().anyMatch(write -> write.content && write.failure == null);
    }
}
