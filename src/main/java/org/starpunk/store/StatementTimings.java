package org.starpunk.store;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.SqlShape;

/**
 * Timings of the statements of one call. Only one thread writes at a time; the event loop reads after the end of the
 * call.
 */
final class StatementTimings {

    private static final Logger LOG = LoggerFactory.getLogger("starpunk.sql");

    private final Recorder recorder;
    private final boolean logAll;
    private final long requestId;
    private final List<QueryTiming> timings = new ArrayList<>(4);
    private long waitNanos;

    StatementTimings(Recorder recorder, boolean logAll, long requestId) {
        this.recorder = recorder;
        this.logAll = logAll;
        this.requestId = requestId;
    }

    /** Returns the start time of a statement, monotonic nanoseconds; 0 if timing is off. */
    long start() {
        return recorder.now();
    }

    /** Sets the time that the next statement waited for its connection, nanoseconds. */
    void waited(long nanos) {
        waitNanos = nanos;
    }

    /** Adds the timing of a statement after its last row was read. */
    void end(SqlShape shape, long startNanos, int rows, int batch, @Nullable Throwable failure) {
        if (startNanos == 0) {
            return;
        }
        long executed = recorder.now() - startNanos;
        String error = failure == null ? null : SqlErrors.code(failure);
        boolean slow = waitNanos + executed >= recorder.slowQueryNanos();
        boolean kept = slow || error != null || recorder.sample(OperationType.DATABASE, requestId);
        QueryTiming timing = new QueryTiming(
                shape,
                System.currentTimeMillis(),
                startNanos - waitNanos,
                waitNanos,
                executed,
                rows,
                batch,
                error,
                slow,
                requestId,
                kept);
        waitNanos = 0;
        timings.add(timing);
        if (slow || error != null || logAll) {
            log(timing);
        }
    }

    private static void log(QueryTiming timing) {
        String line = "{} took {} ms, waited {} ms, {} rows: {}";
        Object[] values = {
            timing.error() != null ? "query failed with " + timing.error() : timing.slow() ? "slow query" : "query",
            timing.executeNanos() / 1e6,
            timing.waitNanos() / 1e6,
            timing.rows(),
            timing.statement().sql()
        };
        if (timing.error() != null && timing.requestId() != 0) {
            LOG.debug(line, values); // the log line of the request contains the failure
        } else if (timing.slow() || timing.error() != null) {
            LOG.warn(line, values);
        } else {
            LOG.info(line, values);
        }
    }

    List<QueryTiming> timings() {
        return timings;
    }
}
