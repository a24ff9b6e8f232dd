package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Trace.Why;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Statement;

/**
 * N+1 pattern of an endpoint: requests that ran the same statement five times or more. The trace of the worst request
 * of the last 15 minutes is retained. The finding ends after 15 minutes without such a request, or after 20 consecutive
 * requests that ran statements without repetition.
 */
final class Repetition {

    /** Minimum number of runs of one statement. */
    static final int LEAST = 5;

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
    private @Nullable Statement shape;
    private @Nullable Trace trace;

    /** Runs of one statement in a request, and the total duration of the listed ones. */
    private static final class Runs {
        final Statement statement;
        int count;
        long nanos;

        Runs(Statement statement) {
            this.statement = statement;
        }

        boolean isRead() {
            return statement.operation().equals("SELECT")
                    || statement.operation().equals("WITH");
        }
    }

    /** Order of relevance: more runs first, then reads before changes, then the longer duration. */
    private static final Comparator<Runs> TELLING = Comparator.comparingInt((Runs runs) -> runs.count)
            .thenComparing(Runs::isRead)
            .thenComparingLong(runs -> runs.nanos);

    void request(RequestTiming request, Endpoint endpoint, Rows<Statement> shapes, TimeBase time) {
        Runs most = request.queryCount() < LEAST ? null : mostTelling(request);
        if (most != null) {
            seen(most, request, endpoint, shapes, time.nowMillis());
        } else if (requests > 0 && request.queryCount() > 0 && ++clean >= CLEAN_REQUESTS) {
            clear();
        }
    }

    private static @Nullable Runs mostTelling(RequestTiming request) {
        Map<Statement, Runs> byShape = new HashMap<>();
        for (QueryTiming query : request.queries()) {
            Runs runs = byShape.computeIfAbsent(query.statement(), Runs::new);
            runs.count++;
            runs.nanos += query.totalNanos();
        }
        request.laterQueries()
                .forEach((statement, count) -> byShape.computeIfAbsent(statement, Runs::new).count += count);
        return byShape.values().stream()
                .filter(runs -> runs.count >= LEAST && runs.statement.usesTable())
                .max(TELLING)
                .orElse(null);
    }

    private void seen(Runs most, RequestTiming request, Endpoint endpoint, Rows<Statement> shapes, long now) {
        requests++;
        clean = 0;
        lastMillis = now;
        long age = now - worstMillis;
        if (most.count > worst || age > LASTS_MILLIS || (most.count == worst && age > RENEWED_MILLIS)) {
            worst = most.count;
            worstRequest = request.id();
            worstMillis = now;
            shape = most.statement;
            trace = new Trace(request, endpoint, Why.REPEATED, shapes, now);
        }
    }

    /** Drops an expired finding. */
    void roll(long nowMillis) {
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
    Trace find(long id) {
        return trace != null && trace.id == id ? trace : null;
    }

    /** Merges the finding of another row. */
    void absorb(Repetition other) {
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

    void write(Wire wire) {
        wire.put(requests);
        Statement known = shape;
        if (requests > 0) {
            wire.put(worst);
            wire.put(worstRequest);
            wire.put(worstMillis);
            wire.put(lastMillis);
            State.write(wire, known == null ? Monitor.OTHER_SHAPES : known);
        }
    }

    void read(Wire wire) {
        requests = wire.take();
        if (requests > 0) {
            worst = wire.takeInt();
            worstRequest = wire.take();
            worstMillis = wire.take();
            lastMillis = wire.take();
            shape = State.readStatement(wire);
        }
    }

    JsonObject toJson(String endpoint) {
        Statement known = shape == null ? Monitor.OTHER_SHAPES : shape;
        return new JsonObject()
                .put("requests", requests)
                .put("worst", worst)
                .put("text", worst + " × " + known.name() + " in " + endpoint)
                .put("shape", Json.cut(known.sql(), Json.LONGEST_SQL))
                .put("request_id", RequestId.format(worstRequest))
                .put("at", Metric.iso(worstMillis))
                .put("last_at", Metric.iso(lastMillis));
    }

    int bytes() {
        Trace retained = trace;
        return BYTES + (retained == null ? 0 : retained.bytes());
    }
}
