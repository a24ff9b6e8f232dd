package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import org.starpunk.telemetry.RequestTiming;

/** Sums of the parts of requests' time, and of their allocations. They can be merged. */
final class TimeBreakdown {

    static final int BYTES = 16 + 16 + 9 * 8;

    private static final int REQUESTS = 0;
    private static final int NANOS = 1;
    private static final int LOOP = 2;
    private static final int WAITING = 3;
    private static final int SQL = 4;
    private static final int RENDER = 5;
    private static final int WRITING = 6;
    private static final int MEASURED = 7;
    private static final int ALLOCATED = 8;

    private final long[] sums = new long[9];

    void add(RequestTiming request) {
        sums[REQUESTS]++;
        sums[NANOS] += request.durationNanos();
        sums[LOOP] += request.loopNanos();
        sums[WAITING] += request.waitNanos();
        sums[SQL] += request.executeNanos();
        sums[RENDER] += request.renderNanos();
        sums[WRITING] += request.writeNanos();
        if (request.allocatedBytes() >= 0) {
            sums[MEASURED]++;
            sums[ALLOCATED] += request.allocatedBytes();
        }
    }

    void merge(TimeBreakdown other) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += other.sums[i];
        }
    }

    void write(BinaryCodec binaryCodec) {
        for (long sum : sums) {
            binaryCodec.put(sum);
        }
    }

    void read(BinaryCodec binaryCodec) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] = binaryCodec.readVarint();
        }
    }

    /** Returns the means per request: the parts, and the rest. */
    JsonObject toJson() {
        long parts = sums[LOOP] + sums[WAITING] + sums[SQL] + sums[RENDER] + sums[WRITING];
        return json(
                mean(sums[LOOP]),
                mean(sums[WAITING]),
                mean(sums[SQL]),
                mean(sums[RENDER]),
                mean(sums[WRITING]),
                mean(Math.max(0, sums[NANOS] - parts)));
    }

    private long mean(long sum) {
        return sums[REQUESTS] == 0 ? 0 : sum / sums[REQUESTS];
    }

    /** Returns the JSON of the parts, each given in nanoseconds. */
    static JsonObject json(long loop, long waiting, long sql, long render, long writing, long other) {
        return new JsonObject()
                .put("loop_ms", EventView.millis(loop))
                .put("waiting_ms", EventView.millis(waiting))
                .put("sql_ms", EventView.millis(sql))
                .put("render_ms", EventView.millis(render))
                .put("writing_ms", EventView.millis(writing))
                .put("other_ms", EventView.millis(other));
    }

    /**
     * Returns the mean number of bytes that a measured request allocated on its event loop; -1 if none was measured.
     */
    long allocatedPerRequest() {
        return sums[MEASURED] == 0 ? -1 : sums[ALLOCATED] / sums[MEASURED];
    }
}
