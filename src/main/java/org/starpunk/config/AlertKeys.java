package org.starpunk.config;

import static org.starpunk.config.SettingType.seconds;
import static org.starpunk.config.SettingType.wholeNumber;

import java.time.Duration;

/** Keys of the monitor's alerts. */
final class AlertKeys {

    static final SettingKey<Duration> P99 = new SettingKey<>(
            "METRICS_ALERT_P99",
            "0.5",
            seconds(0.001, 3600),
            "Raise an alert when the p99 of an endpoint exceeds this time.");
    static final SettingKey<Double> ERROR_RATE = new SettingKey<>(
            "METRICS_ALERT_ERROR_RATE",
            "0.05",
            SettingType.SHARE,
            "Raise an alert when more than this share of requests fails.");
    static final SettingKey<Long> SLOW_QUERIES = new SettingKey<>(
            "METRICS_ALERT_SLOW_QUERIES",
            "5",
            wholeNumber(1, 1_000_000),
            "Raise an alert at this number of slow queries per minute.");
    static final SettingKey<Duration> LOOP_LAG = new SettingKey<>(
            "METRICS_ALERT_LOOP_LAG",
            "0.2",
            seconds(0.001, 3600),
            "Raise an alert when an event loop is delayed by this time.");
    static final SettingKey<Long> MEMORY_GROWTH = new SettingKey<>(
            "METRICS_ALERT_MEMORY_GROWTH",
            "0",
            wholeNumber(0, 1_000_000),
            "Raise an alert when resident memory is this many MB above its value 5 s after the start; 0 disables it.");
    static final SettingKey<Long> MIN_REQUESTS = new SettingKey<>(
            "METRICS_ALERT_MIN_REQUESTS",
            "20",
            wholeNumber(1, 1_000_000),
            "Minimum number of requests per minute for the alerts on p99 and errors.");
    static final SettingKey<Long> MINUTES = new SettingKey<>(
            "METRICS_ALERT_MINUTES",
            "2",
            wholeNumber(1, 60),
            "Number of consecutive bad minutes that raise an alert, and of good ones that end it.");
    static final SettingKey<String> WEBHOOK = new SettingKey<>(
            "METRICS_ALERT_WEBHOOK", null, SettingType.SECRET_URL, "A URL that each alert is posted to, as JSON.");
    static final SettingKey<Boolean> WEBHOOK_PRIVATE = new SettingKey<>(
            "METRICS_ALERT_WEBHOOK_PRIVATE",
            "false",
            SettingType.BOOLEAN,
            "Whether the webhook may have a private address; otherwise it must have a public one.");

    private AlertKeys() {}
}
