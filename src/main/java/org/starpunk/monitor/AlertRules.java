package org.starpunk.monitor;

import java.util.Locale;
import org.starpunk.config.AlertSettings;
import org.starpunk.monitor.Alert.Rule;
import org.starpunk.monitor.Alerts.Finding;
import org.starpunk.telemetry.Endpoint;

/** What is judged, and when: requests and statements by the minute, the pool and the loops by the second. */
final class AlertRules {

    private static final int POOL_SECONDS = 5;
    private static final double MB = 1 << 20;

    private final Monitor monitor;
    private final Alerts alerts;
    private final AlertSettings limits;
    private long slowBefore;

    AlertRules(Monitor monitor, Alerts alerts, AlertSettings limits) {
        this.monitor = monitor;
        this.alerts = alerts;
        this.limits = limits;
    }

    /**
     * A minute is over.
     *
     * @param lagMicros the longest delay of an event loop's timer in it
     */
    void minute(long lagMicros) {
        lag(lagMicros);
        sensors();
        for (Row<Endpoint> row : monitor.endpoints.named()) {
            endpoint(row.key.name(), row.timeline.lastMinute(monitor.site.minute()));
        }
        errors(monitor.site.lastMinute());
        long slow = monitor.site.slowQueries - slowBefore;
        slowBefore = monitor.site.slowQueries;
        judge(
                Rule.SLOW_QUERIES,
                "",
                slow >= limits.slowQueries(),
                (double) slow,
                limits.slowQueries(),
                limits.minutes(),
                slow + " slow queries in a minute (limit " + limits.slowQueries() + ")");
    }

    private void lag(long micros) {
        double lag = micros / 1_000.0;
        double limit = Metric.millis(limits.loopLag().toNanos());
        judge(
                Rule.EVENT_LOOP_LAG,
                "",
                lag > limit,
                lag,
                limit,
                limits.minutes(),
                String.format(Locale.ROOT, "an event loop is %.0f ms late (limit %.0f ms)", lag, limit));
    }

    private void sensors() {
        String silence = new Sensors(monitor).silence();
        judge(Rule.SENSOR_SILENT, "", silence != null, 0, 0, 1, silence == null ? "" : silence);
    }

    private void endpoint(String name, Tally minute) {
        double p99 = Metric.millis(minute.durations.percentile(0.99));
        double limit = Metric.millis(limits.p99().toNanos());
        judge(
                Rule.ENDPOINT_P99,
                name,
                minute.count() >= limits.minRequests() && p99 > limit,
                p99,
                limit,
                limits.minutes(),
                String.format(Locale.ROOT, "p99 of %s is %.0f ms (limit %.0f ms)", name, p99, limit));
    }

    private void errors(Tally minute) {
        double share = minute.isEmpty() ? 0 : (double) minute.errors / minute.count();
        judge(
                Rule.ERROR_RATE,
                "",
                minute.count() >= limits.minRequests() && share > limits.errorRate(),
                share,
                limits.errorRate(),
                limits.minutes(),
                String.format(
                        Locale.ROOT,
                        "%.1f %% of the requests fail (limit %.1f %%)",
                        share * 100,
                        limits.errorRate() * 100));
    }

    /** A second is over. */
    void second() {
        Long waiting = monitor.gauges.pool("waiting");
        Long inUse = monitor.gauges.pool("in_use");
        Long size = monitor.gauges.pool("size");
        if (waiting != null && inUse != null && size != null) {
            judge(
                    Rule.POOL_EXHAUSTED,
                    "",
                    waiting > 0 && inUse >= size,
                    waiting,
                    0,
                    POOL_SECONDS,
                    "all " + size + " database connections are in use, and " + waiting + " requests wait for one");
        }
    }

    /** Memory was read. */
    void memory() {
        double growth = monitor.memory.growth() / MB;
        double limit = limits.memoryGrowth() / MB;
        judge(
                Rule.MEMORY_GROWTH,
                "",
                monitor.memory.grown(),
                growth,
                limit,
                1,
                String.format(
                        Locale.ROOT,
                        "resident memory has grown by %.0f MB since the start (limit %.0f MB)",
                        growth,
                        limit));
    }

    private void judge(Rule rule, String subject, boolean bad, double value, double limit, int inARow, String text) {
        alerts.judge(new Finding(rule, subject, bad, value, limit, inARow, text), monitor.clock.millis());
    }
}
