package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Lag of the event loops: the newest timer delay of each loop, and its maximum in each of the last 15 minutes. */
final class EventLoopLag {

    private static final int MAX_LOOPS = 32;
    private static final int MINUTES = 15;

    private static final class LoopState {
        long micros;
        long recorderBytes;
        long acceptedRequests;
        long endedRequests;
        long activeRequests;
        final long[] worst = new long[MINUTES];
    }

    private final Map<String, LoopState> loops = new TreeMap<>();
    private long minute;
    private long worstOfMinute;
    private long worstOfSecond;

    /**
     * Accepts a gauge of an event loop.
     *
     * @param what {@code loop_lag_us}, {@code recorder_bytes}, {@code accepted_requests}, {@code ended_requests} or
     *     {@code active_requests}
     * @param name name of the loop
     * @return whether the gauge is the lag
     */
    boolean accept(String what, String name, long value) {
        LoopState loop = loop(name);
        if (loop != null) {
            switch (what) {
                case "loop_lag_us" -> lag(name, value);
                case "recorder_bytes" -> loop.recorderBytes = value;
                case "accepted_requests" -> loop.acceptedRequests = value;
                case "ended_requests" -> loop.endedRequests = value;
                case "active_requests" -> loop.activeRequests = value;
                default -> {}
            }
        }
        return what.equals("loop_lag_us");
    }

    /** Returns the loop of a name; null if there are too many loops. */
    private @Nullable LoopState loop(String name) {
        LoopState loop = loops.get(name);
        if (loop == null && loops.size() < MAX_LOOPS) {
            loop = new LoopState();
            loops.put(name, loop);
        }
        return loop;
    }

    void lag(String name, long micros) {
        LoopState loop = loop(name);
        if (loop != null) {
            loop.micros = micros;
            int place = (int) (minute % MINUTES);
            loop.worst[place] = Math.max(loop.worst[place], micros);
            worstOfMinute = Math.max(worstOfMinute, micros);
            worstOfSecond = Math.max(worstOfSecond, micros);
        }
    }

    /**
     * Returns the number of requests accepted since the start, including the monitor's own. A request is accepted when
     * its head was read.
     */
    long acceptedRequests() {
        return loops.values().stream().mapToLong(loop -> loop.acceptedRequests).sum();
    }

    /** Returns the number of accepted requests that have ended since the start, with any outcome. */
    long endedRequests() {
        return loops.values().stream().mapToLong(loop -> loop.endedRequests).sum();
    }

    /** Returns the number of active requests, including streams. It is at most 0.1 s old. */
    long activeRequests() {
        return loops.values().stream().mapToLong(loop -> loop.activeRequests).sum();
    }

    /** Returns the retained size of all recorders in bytes. */
    long recorderBytes() {
        return loops.values().stream().mapToLong(loop -> loop.recorderBytes).sum();
    }

    /**
     * Starts the next minute.
     *
     * @return maximum delay in the ended minute, µs
     */
    long startMinute() {
        minute++;
        for (LoopState loop : loops.values()) {
            loop.worst[(int) (minute % MINUTES)] = 0;
        }
        long worst = worstOfMinute;
        worstOfMinute = 0;
        return worst;
    }

    /** Returns the maximum delay reported since the last call, µs. */
    long takeWorst() {
        long worst = worstOfSecond;
        worstOfSecond = 0;
        return worst;
    }

    JsonArray toJson() {
        JsonArray array = new JsonArray();
        loops.forEach((name, loop) -> array.add(json(name, loop)));
        return array;
    }

    /**
     * Returns the JSON of a loop. Its name is the thread, preceded by the verticle and {@code @} if the verticle is
     * known.
     */
    private static JsonObject json(String name, LoopState loop) {
        int at = name.indexOf('@');
        return new JsonObject()
                .put("verticle", at < 0 ? null : name.substring(0, at))
                .put("loop", name.substring(at + 1))
                .put("active_requests", loop.activeRequests)
                .put("accepted_requests", loop.acceptedRequests)
                .put("ended_requests", loop.endedRequests)
                .put("lag_ms", loop.micros / 1_000.0)
                .put("max_lag_ms", Arrays.stream(loop.worst).max().orElse(0) / 1_000.0);
    }

    int bytes() {
        return 64 + loops.size() * 320;
    }
}
