package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Something that went past its limit, and when that began and ended.
 *
 * @param rule what is watched
 * @param subject which endpoint for instance, empty where there is only one
 * @param sinceMillis when it was raised, epoch milliseconds
 * @param endedMillis when it ended, 0 while it lasts
 * @param value what was seen, in the unit of the limit
 * @param limit what is allowed
 * @param text a sentence for a person
 * @param evidence what the monitor knew at that moment
 */
record Alert(
        Rule rule,
        String subject,
        long sinceMillis,
        long endedMillis,
        double value,
        double limit,
        String text,
        Evidence evidence) {

    enum Rule {
        ENDPOINT_P99,
        ERROR_RATE,
        MEMORY_GROWTH,
        POOL_EXHAUSTED,
        SLOW_QUERIES,
        EVENT_LOOP_LAG,
        SENSOR_SILENT;

        String jsonName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    Alert ended(long atMillis) {
        return new Alert(rule, subject, sinceMillis, atMillis, value, limit, text, evidence);
    }

    boolean firing() {
        return endedMillis == 0;
    }

    /** The alert without its evidence. */
    JsonObject head() {
        return new JsonObject()
                .put("rule", rule.jsonName())
                .put("subject", subject)
                .put("state", firing() ? "firing" : "resolved")
                .put("text", text);
    }

    /** The alert as a webhook gets it: without the evidence, which stays here. */
    JsonObject posted() {
        @Nullable String end = firing() ? null : Metric.iso(endedMillis);
        return head().put("since", Metric.iso(sinceMillis))
                .put("ended_at", end)
                .put("value", Json.round(value))
                .put("limit", limit);
    }

    JsonObject toJson() {
        return posted().put("evidence", evidence.toJson());
    }

    int bytes() {
        return 200 + text.length() + subject.length();
    }
}
