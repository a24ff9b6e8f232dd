package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An alert: a rule whose value is or was over its limit.
 *
 * @param rule the rule
 * @param subject the endpoint; empty if the rule has only one subject
 * @param sinceMillis time at which it was raised, epoch milliseconds
 * @param endedMillis time at which it was resolved, epoch milliseconds; 0 while it fires
 * @param value newest value, in the unit of the limit
 * @param worst largest value since it was raised
 * @param limit largest value allowed
 * @param text sentence for a person: about the newest value while it fires, about the worst value after its end
 * @param evidence data of the monitor from the moment at which it was raised, and the first traces that follow
 */
record Alert(
        AlertRule rule,
        String subject,
        long sinceMillis,
        long endedMillis,
        double value,
        double worst,
        double limit,
        String text,
        AlertContext evidence) {

    enum AlertRule {
        ENDPOINT_P99,
        ERROR_RATE,
        MEMORY_GROWTH,
        HEAP_LEAK,
        NATIVE_GROWTH,
        MEMORY_LIMIT,
        POOL_EXHAUSTED,
        SLOW_QUERIES,
        EVENT_LOOP_LAG,
        SENSOR_SILENT,
        DISK_FULL,
        DATABASE_LOST,
        BACKUP;

        String jsonName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Returns whether an alert of this rule is a warning: the site still responds normally. */
        boolean isWarning() {
            return switch (this) {
                case MEMORY_GROWTH, NATIVE_GROWTH, BACKUP -> true;
                default -> false;
            };
        }
    }

    /** Returns the firing alert with its newest value. */
    Alert refreshed(double newValue, double newWorst, String newText) {
        return new Alert(rule, subject, sinceMillis, 0, newValue, newWorst, limit, newText, evidence);
    }

    /** Returns the resolved alert. */
    Alert resolved(long atMillis, double lastValue, String past) {
        String whole = "Resolved after " + span(atMillis - sinceMillis) + ": " + past;
        return new Alert(rule, subject, sinceMillis, atMillis, lastValue, worst, limit, whole, evidence);
    }

    /** Returns the alert after an adjustment of the wall clock. */
    Alert shifted(long millis) {
        long ended = endedMillis == 0 ? 0 : endedMillis + millis;
        return new Alert(rule, subject, sinceMillis + millis, ended, value, worst, limit, text, evidence);
    }

    /** Formats a duration in its largest units: {@code 13 s}, {@code 4 min}, {@code 2 h 5 min}. */
    private static String span(long millis) {
        long seconds = Math.max(0, Math.round(millis / 1_000.0));
        long minutes = Math.round(seconds / 60.0);
        if (seconds < 120) {
            return seconds + " s";
        }
        return minutes < 60 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }

    boolean firing() {
        return endedMillis == 0;
    }

    /** Returns the JSON of the alert without its evidence. */
    JsonObject headerJson() {
        return new JsonObject()
                .put("rule", rule.jsonName())
                .put("subject", subject)
                .put("state", firing() ? "firing" : "resolved")
                .put("text", text);
    }

    /** Returns the JSON for the webhook. It excludes the evidence, which stays on this server. */
    JsonObject webhookJson() {
        @Nullable String end = firing() ? null : EventView.iso(endedMillis);
        return headerJson()
                .put("since", EventView.iso(sinceMillis))
                .put("ended_at", end)
                .put("value", JsonFields.round(value))
                .put("worst", JsonFields.round(worst))
                .put("limit", limit);
    }

    JsonObject toJson() {
        return webhookJson().put("evidence", evidence.toJson());
    }

    int bytes() {
        return 220 + text.length() + subject.length();
    }
}
