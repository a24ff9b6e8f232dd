package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Gauge;

/** Newest value of each gauge, for up to {@value #MAX_GAUGES} names. */
final class GaugeTable {

    private static final int MAX_GAUGES = 64;
    private static final String POOL = "pool_";

    private final Map<String, Long> values = new TreeMap<>();

    void accept(Gauge gauge) {
        if (values.size() < MAX_GAUGES || values.containsKey(gauge.name())) {
            values.put(gauge.name(), gauge.value());
        }
    }

    /** Returns the value of a gauge; null if it was never reported. */
    @Nullable
    Long get(String name) {
        return values.get(name);
    }

    /** Returns the value of a connection pool gauge such as {@code in_use}; null if it was never reported. */
    @Nullable
    Long pool(String name) {
        return values.get(POOL + name);
    }

    /** Returns the gauges of the connection pool, without their prefix. */
    JsonObject pool() {
        JsonObject pool = new JsonObject();
        values.forEach((name, value) -> {
            if (name.startsWith(POOL)) {
                pool.put(name.substring(POOL.length()), value);
            }
        });
        return pool;
    }

    /** Returns all gauges except those of the connection pool. */
    Map<String, Long> others() {
        Map<String, Long> others = new TreeMap<>(values);
        others.keySet().removeIf(name -> name.startsWith(POOL));
        return others;
    }

    int bytes() {
        return 48 + values.size() * 136;
    }
}
