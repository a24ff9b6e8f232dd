package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An alert: a rule that is or was over its limit.
 *
 * @param rule the rule
 * @param subject an endpoint for instance; empty where the rule has only one subject
 * @param sinceMillis when it was raised, epoch milliseconds
 * @param endedMillis when it was resolved, 0 while it fires
 * @param value the newest value, in the unit of the limit
 * @param worst the largest value since it was raised
 * @param limit the largest value allowed
 * @param text a sentence for a person, about the newest value; after the end about the worst one
 * @param evidence data of the monitor from the moment when the alert was raised
 */
record Alert(
        Rule rule,
        String subject,
        long sinceMillis,
        long endedMillis,
        double value,
        double worst,
        double limit,
        String text,
        Evidence evidence) {

    enum Rule {
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

        /** Returns whether an alert of this rule is a warning and not a problem: the site still answers normally. */
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

    /** Returns the alert after the wall clock was set by some milliseconds. */
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

    /** The alert without its evidence. */
    JsonObject head() {
        return new JsonObject()
                .put("rule", rule.jsonName())
                .put("subject", subject)
                .put("state", firing() ? "firing" : "resolved")
                .put("text", text);
    }

    /** Returns the JSON for the webhook: without the evidence, which stays on this server. */
    JsonObject posted() {
        @Nullable String end = firing() ? null : Metric.iso(endedMillis);
        return head().put("since", Metric.iso(sinceMillis))
                .put("ended_at", end)
                .put("value", Json.round(value))
                .put("worst", Json.round(worst))
                .put("limit", limit);
    }

    JsonObject toJson() {
        return posted().put("evidence", evidence.toJson());
    }

    int bytes() {
        return 220 + text.length() + subject.length();
    }
}
