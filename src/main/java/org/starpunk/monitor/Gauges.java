package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Gauge;

/** The newest value of each gauge, at most 64 names. */
final class Gauges {

    private static final int MOST = 64;
    private static final String POOL = "pool_";

    private final Map<String, Long> values = new TreeMap<>();

    void accept(Gauge gauge) {
        if (values.size() < MOST || values.containsKey(gauge.name())) {
            values.put(gauge.name(), gauge.value());
        }
    }

    /** The value of a gauge, null when it was never reported. */
    @Nullable
    Long get(String name) {
        return values.get(name);
    }

    /** The value of one of the connection pool's gauges, {@code in_use} for instance; null when it was never reported. */
    @Nullable
    Long pool(String name) {
        return values.get(POOL + name);
    }

    /** The connection pool's gauges, without their prefix. */
    JsonObject pool() {
        JsonObject pool = new JsonObject();
        values.forEach((name, value) -> {
            if (name.startsWith(POOL)) {
                pool.put(name.substring(POOL.length()), value);
            }
        });
        return pool;
    }

    /** All gauges that are not the pool's. */
    Map<String, Long> others() {
        Map<String, Long> others = new TreeMap<>(values);
        others.keySet().removeIf(name -> name.startsWith(POOL));
        return others;
    }

    int bytes() {
        return 48 + values.size() * 136;
    }
}
