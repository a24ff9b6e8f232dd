package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How late the event loops are: the newest delay of each one's timer, and the longest in each of the last 15 minutes. */
final class Loops {

    private static final int MOST = 32;
    private static final int MINUTES = 15;

    private static final class Loop {
        long micros;
        long recorderBytes;
        long acceptedRequests;
        long endedRequests;
        long activeRequests;
        final long[] worst = new long[MINUTES];
    }

    private final Map<String, Loop> loops = new TreeMap<>();
    private long minute;
    private long worstOfMinute;
    private long worstOfSecond;

    /**
     * Takes what a recorder tells of its loop.
     *
     * @param what {@code loop_lag_us}, {@code recorder_bytes}, {@code accepted_requests}, {@code ended_requests} or
     *     {@code active_requests}
     * @param name the loop's
     * @return whether it was the lag
     */
    boolean accept(String what, String name, long value) {
        Loop loop = loop(name);
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

    /** Returns the loop of a name; null when there are too many. */
    private @Nullable Loop loop(String name) {
        Loop loop = loops.get(name);
        if (loop == null && loops.size() < MOST) {
            loop = new Loop();
            loops.put(name, loop);
        }
        return loop;
    }

    void lag(String name, long micros) {
        Loop loop = loop(name);
        if (loop != null) {
            loop.micros = micros;
            int place = (int) (minute % MINUTES);
            loop.worst[place] = Math.max(loop.worst[place], micros);
            worstOfMinute = Math.max(worstOfMinute, micros);
            worstOfSecond = Math.max(worstOfSecond, micros);
        }
    }

    /** Number of requests whose head was read, since the start; the monitor's own are among them. */
    long acceptedRequests() {
        return loops.values().stream().mapToLong(loop -> loop.acceptedRequests).sum();
    }

    /** Number of accepted requests that have ended with any outcome, since the start. */
    long endedRequests() {
        return loops.values().stream().mapToLong(loop -> loop.endedRequests).sum();
    }

    /** Number of active requests, including streams; at most a tenth of a second old. */
    long activeRequests() {
        return loops.values().stream().mapToLong(loop -> loop.activeRequests).sum();
    }

    /** What all recorders retain, bytes. */
    long recorderBytes() {
        return loops.values().stream().mapToLong(loop -> loop.recorderBytes).sum();
    }

    /**
     * A minute is over.
     *
     * @return the longest delay in it, µs
     */
    long roll() {
        minute++;
        for (Loop loop : loops.values()) {
            loop.worst[(int) (minute % MINUTES)] = 0;
        }
        long worst = worstOfMinute;
        worstOfMinute = 0;
        return worst;
    }

    /** Returns the longest delay reported since the last call, µs. */
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

    /** The name is that of the thread, after that of the verticle where the recorder was given one. */
    private static JsonObject json(String name, Loop loop) {
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
