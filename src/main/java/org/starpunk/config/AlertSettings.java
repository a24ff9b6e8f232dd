package org.starpunk.config;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Alert thresholds and webhook target: the {@code METRICS_ALERT_*} keys.
 *
 * @param p99 maximum p99 of an endpoint over a minute
 * @param errorRate maximum share of failed requests over a minute, 0.0 to 1.0
 * @param slowQueries number of slow statements per minute that raises an alert
 * @param loopLag maximum delay of an event loop's timer
 * @param memoryGrowth maximum growth of resident memory since 5 s after the start, in bytes; 0 disables the alert
 * @param minRequests minimum number of requests per minute for evaluating p99 and errors
 * @param minutes number of consecutive bad minutes that raise an alert, and of good ones that end it
 * @param webhook URL that each alert is posted to; null for none
 * @param webhookPrivate whether the webhook may have a private address
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

    /** Omits the URL, which often contains a secret. */
    @Override
    public String toString() {
        return "AlertSettings[p99=" + p99 + ", errorRate=" + errorRate + ", minutes=" + minutes + "]";
    }
}
