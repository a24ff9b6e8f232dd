package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import org.starpunk.telemetry.RequestTiming;

/** Where the time of requests went, and what they allocated: sums, which can be added up. */
final class Split {

    static final int BYTES = 16 + 9 * 8;

    private long requests;
    private long nanos;
    private long loop;
    private long waiting;
    private long sql;
    private long render;
    private long writing;
    private long measured;
    private long allocated;

    void add(RequestTiming request) {
        requests++;
        nanos += request.durationNanos();
        loop += request.loopNanos();
        waiting += request.waitNanos();
        sql += request.executeNanos();
        render += request.renderNanos();
        writing += request.writeNanos();
        if (request.allocatedBytes() >= 0) {
            measured++;
            allocated += request.allocatedBytes();
        }
    }

    void merge(Split other) {
        requests += other.requests;
        nanos += other.nanos;
        loop += other.loop;
        waiting += other.waiting;
        sql += other.sql;
        render += other.render;
        writing += other.writing;
        measured += other.measured;
        allocated += other.allocated;
    }

    /** Means of all requests added: the parts, and what is in none of them. */
    JsonObject toJson() {
        return json(
                mean(loop),
                mean(waiting),
                mean(sql),
                mean(render),
                mean(writing),
                mean(Math.max(0, nanos - loop - waiting - sql - render - writing)));
    }

    private long mean(long sum) {
        return requests == 0 ? 0 : sum / requests;
    }

    /** The parts of a request's time, each in nanoseconds. */
    static JsonObject json(long loop, long waiting, long sql, long render, long writing, long other) {
        return new JsonObject()
                .put("loop_ms", Metric.millis(loop))
                .put("waiting_ms", Metric.millis(waiting))
                .put("sql_ms", Metric.millis(sql))
                .put("render_ms", Metric.millis(render))
                .put("writing_ms", Metric.millis(writing))
                .put("other_ms", Metric.millis(other));
    }

    /** Bytes that a request allocates on its event loop, the mean of those measured; -1 when none was. */
    long allocatedPerRequest() {
        return measured == 0 ? -1 : allocated / measured;
    }
}
