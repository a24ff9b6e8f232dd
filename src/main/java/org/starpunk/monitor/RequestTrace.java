package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Outcome;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SqlShape;

/** Trace of a request: the request, its statements, and the parts of its duration. */
final class RequestTrace {

    /** Reason for retaining a trace. */
    enum RetentionReason {
        WORST,
        ERROR,
        RANDOM,
        /** The request ran the same statement many times (N+1). */
        REPEATED
    }

    private static final int NUMBERS = 4;

    final long id;
    final Endpoint endpoint;
    final RetentionReason why;
    long atMillis;
    final long durationNanos;
    final int status;
    final Outcome outcome;
    final int sentPercent;
    final long responseBytes;
    final long renderNanos;
    final long writeNanos;
    final long loopNanos;
    final long receiveNanos;
    final long sendNanos;
    final long waitNanos;
    final long executeNanos;
    final int queryCount;

    /** Four numbers for each statement: start relative to the request, wait, execution (all µs), rows. */
    private final int[] numbers;

    private final SqlShape[] statements;
    private final @Nullable String @Nullable [] errors;

    RequestTrace(
            RequestTiming request,
            Endpoint endpoint,
            RetentionReason why,
            BoundedStatsTable<SqlShape> shapes,
            long atMillis) {
        this.id = request.id();
        this.endpoint = endpoint;
        this.why = why;
        this.atMillis = atMillis;
        this.durationNanos = request.durationNanos();
        this.status = request.status();
        this.outcome = request.outcome();
        this.sentPercent = request.sentPercent();
        this.responseBytes = request.responseBytes();
        this.renderNanos = request.renderNanos();
        this.writeNanos = request.writeNanos();
        this.loopNanos = request.loopNanos();
        this.receiveNanos = request.receiveNanos();
        this.sendNanos = request.sendNanos();
        this.waitNanos = request.waitNanos();
        this.executeNanos = request.executeNanos();
        this.queryCount = request.queryCount();
        int size = request.queries().size();
        this.numbers = new int[size * NUMBERS];
        this.statements = new SqlShape[size];
        this.errors = copy(request, shapes);
    }

    private @Nullable String @Nullable [] copy(RequestTiming request, BoundedStatsTable<SqlShape> shapes) {
        @Nullable String[] failures = null;
        for (int i = 0; i < statements.length; i++) {
            QueryTiming query = request.queries().get(i);
            statements[i] = shapes.get(query.statement()).key;
            numbers[i * NUMBERS] = micros(query.startNanos() - request.startNanos());
            numbers[i * NUMBERS + 1] = micros(query.waitNanos());
            numbers[i * NUMBERS + 2] = micros(query.executeNanos());
            numbers[i * NUMBERS + 3] = query.rows();
            if (query.error() != null) {
                failures = failures == null ? new @Nullable String[statements.length] : failures;
                failures[i] = query.error();
            }
        }
        return failures;
    }

    private static int micros(long nanos) {
        return (int) Math.max(0, Math.min(Integer.MAX_VALUE, nanos / 1_000));
    }

    int spans() {
        return statements.length;
    }

    SqlShape statement(int span) {
        return statements[span];
    }

    int startMicros(int span) {
        return numbers[span * NUMBERS];
    }

    int waitMicros(int span) {
        return numbers[span * NUMBERS + 1];
    }

    int executeMicros(int span) {
        return numbers[span * NUMBERS + 2];
    }

    int rows(int span) {
        return numbers[span * NUMBERS + 3];
    }

    @Nullable
    String error(int span) {
        return errors == null ? null : errors[span];
    }

    /**
     * Returns the time of the handlers themselves, nanoseconds: the duration without loop, wait, SQL, rendering and
     * writing.
     */
    long otherNanos() {
        return Math.max(0, durationNanos - loopNanos - waitNanos - executeNanos - renderNanos - writeNanos);
    }

    int bytes() {
        return 152 + 32 + statements.length * (NUMBERS * 4 + 4) + (errors == null ? 0 : 16 + 4 * errors.length);
    }
}
