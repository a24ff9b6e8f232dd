package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.RequestTrace.RetentionReason;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SqlShape;

/**
 * N+1 pattern of an endpoint: requests that ran the same statement five times or more. The trace of the worst request
 * of the last 15 minutes is retained. The finding ends after 15 minutes without such a request, or after 20 consecutive
 * requests that ran statements without repetition.
 */
final class NPlusOneDetector {

    /** Minimum number of runs of one statement. */
    static final int MIN_RUNS = 5;

    private static final int BYTES = 72;
    private static final long LASTS_MILLIS = 900_000;

    /** Age above which an equally bad request replaces the retained one. */
    private static final long RENEWED_MILLIS = 60_000;

    private static final int CLEAN_REQUESTS = 20;

    private long requests;
    private int worst;
    private long worstRequest;
    private long worstMillis;
    private long lastMillis;
    private int clean;
    private @Nullable SqlShape shape;
    private @Nullable RequestTrace trace;

    /** Runs of one statement in a request, and the total duration of the listed ones. */
    private static final class StatementRuns {
        final SqlShape shape;
        int count;
        long nanos;

        StatementRuns(SqlShape shape) {
            this.shape = shape;
        }

        boolean isRead() {
            return shape.operation().equals("SELECT") || shape.operation().equals("WITH");
        }
    }

    /** Order of relevance: more runs first, then reads before changes, then the longer duration. */
    private static final Comparator<StatementRuns> TELLING = Comparator.comparingInt((StatementRuns runs) -> runs.count)
            .thenComparing(StatementRuns::isRead)
            .thenComparingLong(runs -> runs.nanos);

    void request(RequestTiming request, Endpoint endpoint, BoundedStatsTable<SqlShape> shapes, TimeBase time) {
        StatementRuns most = request.queryCount() < MIN_RUNS ? null : mostRepeated(request);
        if (most != null) {
            record(most, request, endpoint, shapes, time.nowMillis());
        } else if (requests > 0 && request.queryCount() > 0 && ++clean >= CLEAN_REQUESTS) {
            clear();
        }
    }

    private static @Nullable StatementRuns mostRepeated(RequestTiming request) {
        Map<SqlShape, StatementRuns> byShape = new HashMap<>();
        for (QueryTiming query : request.queries()) {
            StatementRuns runs = byShape.computeIfAbsent(query.statement(), StatementRuns::new);
            runs.count++;
            runs.nanos += query.totalNanos();
        }
        request.laterQueries()
                .forEach((shape, count) -> byShape.computeIfAbsent(shape, StatementRuns::new).count += count);
        return byShape.values().stream()
                .filter(runs -> runs.count >= MIN_RUNS && runs.shape.usesTable())
                .max(TELLING)
                .orElse(null);
    }

    private void record(
            StatementRuns runs,
            RequestTiming request,
            Endpoint endpoint,
            BoundedStatsTable<SqlShape> shapes,
            long now) {
        requests++;
        clean = 0;
        lastMillis = now;
        long age = now - worstMillis;
        if (runs.count > worst || age > LASTS_MILLIS || (runs.count == worst && age > RENEWED_MILLIS)) {
            worst = runs.count;
            worstRequest = request.id();
            worstMillis = now;
            shape = runs.shape;
            trace = new RequestTrace(request, endpoint, RetentionReason.REPEATED, shapes, now);
        }
    }

    /** Drops an expired finding. */
    void expire(long nowMillis) {
        if (requests > 0 && !isCurrent(nowMillis)) {
            clear();
        }
    }

    /** Shifts all times after an adjustment of the wall clock. */
    void shift(long millis) {
        worstMillis += millis;
        lastMillis += millis;
        if (trace != null) {
            trace.atMillis += millis;
        }
    }

    void clear() {
        requests = 0;
        worst = 0;
        clean = 0;
        shape = null;
        trace = null;
    }

    /** Returns whether there was such a request in the last 15 minutes. */
    boolean isCurrent(long nowMillis) {
        return requests > 0 && nowMillis - lastMillis <= LASTS_MILLIS;
    }

    /** Returns the retained trace if it has this id. */
    @Nullable
    RequestTrace find(long id) {
        return trace != null && trace.id == id ? trace : null;
    }

    /** Merges the finding of another row. */
    void absorb(NPlusOneDetector other) {
        requests += other.requests;
        lastMillis = Math.max(lastMillis, other.lastMillis);
        if (other.worst > worst) {
            worst = other.worst;
            worstRequest = other.worstRequest;
            worstMillis = other.worstMillis;
            shape = other.shape;
            trace = other.trace;
        }
    }

    void write(BinaryCodec binaryCodec) {
        binaryCodec.put(requests);
        SqlShape known = shape;
        if (requests > 0) {
            binaryCodec.put(worst);
            binaryCodec.put(worstRequest);
            binaryCodec.put(worstMillis);
            binaryCodec.put(lastMillis);
            NodeState.write(binaryCodec, known == null ? MonitorState.OTHER_SHAPES : known);
        }
    }

    void read(BinaryCodec binaryCodec) {
        requests = binaryCodec.readVarint();
        if (requests > 0) {
            worst = binaryCodec.takeInt();
            worstRequest = binaryCodec.readVarint();
            worstMillis = binaryCodec.readVarint();
            lastMillis = binaryCodec.readVarint();
            shape = NodeState.readStatement(binaryCodec);
        }
    }

    JsonObject toJson(String endpoint) {
        SqlShape known = shape == null ? MonitorState.OTHER_SHAPES : shape;
        return new JsonObject()
                .put("requests", requests)
                .put("worst", worst)
                .put("text", worst + " × " + known.name() + " in " + endpoint)
                .put("shape", JsonFields.cut(known.sql(), JsonFields.LONGEST_SQL))
                .put("request_id", RequestId.format(worstRequest))
                .put("at", EventView.iso(worstMillis))
                .put("last_at", EventView.iso(lastMillis));
    }

    int bytes() {
        RequestTrace retained = trace;
        return BYTES + (retained == null ? 0 : retained.bytes());
    }
}
