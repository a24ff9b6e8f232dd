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
 * The statements of one call: every lane writes what it ran into the log of the call that it works for. One thread at a time
 * writes, the event loop reads when the call has ended.
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

    /** A statement begins: the monotonic clock, or 0 when nobody times. */
    long start() {
        return recorder.now();
    }

    /** The next statement has waited this long for its lane. */
    void waited(long nanos) {
        waitNanos = nanos;
    }

    /** A statement has ended, at its last row read. */
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
            LOG.debug(line, values); // the request's own log line names the failure
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
