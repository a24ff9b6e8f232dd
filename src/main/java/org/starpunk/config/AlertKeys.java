package org.starpunk.config;

import static org.starpunk.config.Kind.seconds;
import static org.starpunk.config.Kind.wholeNumber;

import java.time.Duration;

/** Keys of the monitor's alerts. */
final class AlertKeys {

    static final Key<Duration> P99 = new Key<>(
            "METRICS_ALERT_P99",
            "0.5",
            seconds(0.001, 3600),
            "Raise an alert when the p99 of an endpoint exceeds this time.");
    static final Key<Double> ERROR_RATE = new Key<>(
            "METRICS_ALERT_ERROR_RATE",
            "0.05",
            Kind.SHARE,
            "Raise an alert when more than this share of requests fails.");
    static final Key<Long> SLOW_QUERIES = new Key<>(
            "METRICS_ALERT_SLOW_QUERIES",
            "5",
            wholeNumber(1, 1_000_000),
            "Raise an alert at this number of slow queries per minute.");
    static final Key<Duration> LOOP_LAG = new Key<>(
            "METRICS_ALERT_LOOP_LAG",
            "0.2",
            seconds(0.001, 3600),
            "Raise an alert when an event loop is delayed by this time.");
    static final Key<Long> MEMORY_GROWTH = new Key<>(
            "METRICS_ALERT_MEMORY_GROWTH",
            "0",
            wholeNumber(0, 1_000_000),
            "Raise an alert when resident memory is this many MB above its value 5 s after the start; 0 disables it.");
    static final Key<Long> MIN_REQUESTS = new Key<>(
            "METRICS_ALERT_MIN_REQUESTS",
            "20",
            wholeNumber(1, 1_000_000),
            "Minimum number of requests per minute for the alerts on p99 and errors.");
    static final Key<Long> MINUTES = new Key<>(
            "METRICS_ALERT_MINUTES",
            "2",
            wholeNumber(1, 60),
            "Number of consecutive bad minutes that raise an alert, and of good ones that end it.");
    static final Key<String> WEBHOOK =
            new Key<>("METRICS_ALERT_WEBHOOK", null, Kind.SECRET_URL, "A URL that each alert is posted to, as JSON.");
    static final Key<Boolean> WEBHOOK_PRIVATE = new Key<>(
            "METRICS_ALERT_WEBHOOK_PRIVATE",
            "false",
            Kind.BOOLEAN,
            "Whether the webhook may have a private address; otherwise it must have a public one.");

    private AlertKeys() {}
}
