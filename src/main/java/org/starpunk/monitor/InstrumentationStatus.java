package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Status of the instrumentation. It reveals values that are zero only because no sensor measures them. */
final class InstrumentationStatus {

    private static final int ENOUGH_REQUESTS = 100;

    private final long requests;
    private final long queries;

    InstrumentationStatus(MonitorState monitor) {
        this.requests = monitor.site.requests;
        this.queries = monitor.site.queries;
    }

    /** Returns a text that names the silent sensor; null if there is none. */
    @Nullable
    String silence() {
        return databaseSilent()
                ? String.format(Locale.ROOT, "%,d", requests).replace(',', '\u202f')
                        + " requests seen but 0 database events: the database sensor is not connected"
                : null;
    }

    private boolean databaseSilent() {
        return requests >= ENOUGH_REQUESTS && queries == 0;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("http", requests > 0 ? "seen" : "waiting")
                .put("database", queries > 0 ? "seen" : databaseSilent() ? "silent" : "waiting")
                .put("text", silence());
    }
}
