package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;

/** How late the event loops are: the newest delay of each one's timer, and the longest in each of the last 15 minutes. */
final class Loops {

    private static final int MOST = 32;
    private static final int MINUTES = 15;

    private static final class Loop {
        long micros;
        long recorderBytes;
        long activeRequests;
        final long[] worst = new long[MINUTES];
    }

    private final Map<String, Loop> loops = new TreeMap<>();
    private long minute;
    private long worstOfMinute;

    /**
     * Takes what a recorder tells of its loop.
     *
     * @param what {@code loop_lag_us}, {@code recorder_bytes} or {@code active_requests}
     * @param name the loop's
     * @return whether it was the lag
     */
    boolean accept(String what, String name, long value) {
        Loop loop = loops.get(name);
        switch (what) {
            case "loop_lag_us" -> lag(name, value);
            case "recorder_bytes" -> {
                if (loop != null) {
                    loop.recorderBytes = value;
                }
            }
            case "active_requests" -> {
                if (loop != null) {
                    loop.activeRequests = value;
                }
            }
            default -> {}
        }
        return what.equals("loop_lag_us");
    }

    void lag(String name, long micros) {
        if (loops.size() < MOST || loops.containsKey(name)) {
            Loop loop = loops.computeIfAbsent(name, unused -> new Loop());
            loop.micros = micros;
            int place = (int) (minute % MINUTES);
            loop.worst[place] = Math.max(loop.worst[place], micros);
            worstOfMinute = Math.max(worstOfMinute, micros);
        }
    }

    /** How many requests are being answered, as the recorders said within the last seconds. */
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
                .put("lag_ms", loop.micros / 1_000.0)
                .put("max_lag_ms", Arrays.stream(loop.worst).max().orElse(0) / 1_000.0);
    }

    int bytes() {
        return 64 + loops.size() * 320;
    }
}
