package org.starpunk.config;

import static org.starpunk.config.Kind.seconds;
import static org.starpunk.config.Kind.wholeNumber;

import java.time.Duration;

/** The keys of the monitor's alerts. */
final class AlertKeys {

    static final Key<Duration> P99 = new Key<>(
            "METRICS_ALERT_P99", "0.5", seconds(0.001, 3600), "From which p99 of an endpoint on there is an alert.");
    static final Key<Double> ERROR_RATE = new Key<>(
            "METRICS_ALERT_ERROR_RATE",
            "0.05",
            Kind.SHARE,
            "From which share of failing requests on there is an alert.");
    static final Key<Long> SLOW_QUERIES = new Key<>(
            "METRICS_ALERT_SLOW_QUERIES",
            "5",
            wholeNumber(1, 1_000_000),
            "From how many slow queries in a minute on there is an alert.");
    static final Key<Duration> LOOP_LAG = new Key<>(
            "METRICS_ALERT_LOOP_LAG", "0.2", seconds(0.001, 3600), "From how late an event loop on there is an alert.");
    static final Key<Long> MEMORY_GROWTH = new Key<>(
            "METRICS_ALERT_MEMORY_GROWTH",
            "10",
            wholeNumber(1, 1_000_000),
            "From how many MB of resident memory above the baseline on there is an alert.");
    static final Key<Long> MIN_REQUESTS = new Key<>(
            "METRICS_ALERT_MIN_REQUESTS",
            "20",
            wholeNumber(1, 1_000_000),
            "How many requests a minute must have to be judged by p99 or errors.");
    static final Key<Long> MINUTES = new Key<>(
            "METRICS_ALERT_MINUTES",
            "2",
            wholeNumber(1, 60),
            "How many bad minutes in a row raise an alert, and how many good ones end it.");
    static final Key<String> WEBHOOK =
            new Key<>("METRICS_ALERT_WEBHOOK", null, Kind.SECRET_URL, "A URL that each alert is posted to, as JSON.");
    static final Key<Boolean> WEBHOOK_PRIVATE = new Key<>(
            "METRICS_ALERT_WEBHOOK_PRIVATE",
            "false",
            Kind.BOOLEAN,
            "Whether the webhook may be in a private network; else it has to be of the open internet.");

    private AlertKeys() {}
}
