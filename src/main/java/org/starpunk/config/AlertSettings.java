package org.starpunk.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * From where on the monitor speaks up, and to whom: the {@code METRICS_ALERT_*} keys.
 *
 * @param p99 the longest p99 of an endpoint over a minute
 * @param errorRate the largest share of requests that fail over a minute, 0.0 to 1.0
 * @param slowQueries so many slow statements in a minute are too many
 * @param loopLag how late an event loop's timer may be
 * @param memoryGrowth how far resident memory may be above its baseline, bytes
 * @param minRequests requests that a minute must have to be judged by p99 or share of errors
 * @param minutes how many bad minutes in a row raise an alert, and how many good ones end it
 * @param webhook where each alert is posted to; null for nowhere
 * @param webhookPrivate whether that may be an address of a private network
 */
public record AlertSettings(
        Duration p99,
        double errorRate,
        int slowQueries,
        Duration loopLag,
        long memoryGrowth,
        int minRequests,
        int minutes,
        @Nullable String webhook,
        boolean webhookPrivate) {

    /** Without the URL, which is often a secret itself. */
    @Override
    public String toString() {
        return "AlertSettings[p99=" + p99 + ", errorRate=" + errorRate + ", minutes=" + minutes + "]";
    }
}
