package org.starpunk.monitor;

import java.util.Locale;
import org.starpunk.config.AlertSettings;
import org.starpunk.monitor.Alert.AlertRule;
import org.starpunk.monitor.AlertTracker.RuleFinding;
import org.starpunk.monitor.AlertTracker.RuleWording;
import org.starpunk.telemetry.Endpoint;

/** Evaluates the alert rules: latency and slow statements each minute; failures, pool and blocked loops each second. */
final class AlertRuleEvaluator {

    private static final int POOL_SECONDS = 5;
    private static final double POOL_BUSY = 80;
    private static final long WARM_UP_SECONDS = 120;
    private static final double POOL_WAIT_MILLIS = 100;

    /** Multiple of the lag limit above which a loop is reported at once. */
    private static final int BLOCKED = 5;

    /** Time without a request after which a failing endpoint is no longer reported. */
    private static final long STALE_MILLIS = 900_000;

    private final MonitorState monitor;
    private final AlertTracker alerts;
    private final AlertSettings limits;
    private final Streak errorRate;
    private final Streak lag;
    private DurationStats lastMinute = new DurationStats();
    private long slowBefore;

    AlertRuleEvaluator(MonitorState monitor, AlertTracker alerts, AlertSettings limits) {
        this.monitor = monitor;
        this.alerts = alerts;
        this.limits = limits;
        this.errorRate = new Streak(limits.minutes());
        this.lag = new Streak(limits.minutes());
    }

    /** Turns true after {@code length} consecutive bad minutes, and false after as many good ones. */
    private static final class Streak {
        private final int length;
        private int bad;
        private int good;
        private boolean raised;

        Streak(int length) {
            this.length = length;
        }

        void minute(boolean isBad) {
            bad = isBad ? bad + 1 : 0;
            good = isBad ? 0 : good + 1;
            raised = bad >= length || (raised && good < length);
        }

        void raise() {
            raised = true;
            good = 0;
        }
    }

    /** Evaluates the rules that have an interval of a minute. */
    void minute() {
        long lagMicros = monitor.lag.startMinute();
        lag.minute(lagMicros > lagLimitMicros() && isLagJudged());
        lag(lagMicros);
        sensors();
        for (KeyStats<Endpoint> keyStats : monitor.endpoints.named()) {
            endpoint(keyStats.key.name(), keyStats.history.lastMinute(monitor.site.minute()));
        }
        lastMinute = monitor.site.lastMinute();
        errorRate.minute(lastMinute.count() >= limits.minRequests() && share(lastMinute) > limits.errorRate());
        monitor.outage.endMinute();
        slowQueries();
    }

    private static double share(DurationStats minute) {
        return minute.isEmpty() ? 0 : (double) minute.errors / minute.count();
    }

    private void slowQueries() {
        long slow = monitor.site.slowQueries - slowBefore;
        slowBefore = monitor.site.slowQueries;
        String limit = " in a minute (limit " + limits.slowQueries() + ")";
        evaluate(
                AlertRule.SLOW_QUERIES,
                "",
                slow >= limits.slowQueries(),
                (double) slow,
                limits.slowQueries(),
                limits.minutes(),
                new RuleWording("%s" + limit, "%s" + limit, slow + " slow queries"));
    }

    /** Excludes the start, which loads and compiles code, and times when other processes take the CPUs. */
    private boolean isLagJudged() {
        return monitor.site.seconds() >= WARM_UP_SECONDS && !monitor.load.isTakenByOthers();
    }

    private long lagLimitMicros() {
        return limits.loopLag().toNanos() / 1_000;
    }

    private void lag(long micros) {
        double limit = EventView.millis(limits.loopLag().toNanos());
        String tail = String.format(Locale.ROOT, " late (limit %.0f ms)", limit);
        evaluate(
                AlertRule.EVENT_LOOP_LAG,
                "",
                lag.raised,
                micros / 1_000.0,
                limit,
                1,
                new RuleWording("an event loop is %s" + tail, "an event loop was %s" + tail, millis(micros / 1_000.0)));
    }

    private void sensors() {
        String silence = new InstrumentationStatus(monitor).silence();
        String text = silence == null ? "the database sensor was not connected" : silence;
        evaluate(
                AlertRule.SENSOR_SILENT,
                "",
                silence != null,
                silence == null ? 0 : 1,
                0,
                1,
                new RuleWording(text, text, ""));
    }

    private void endpoint(String name, DurationStats minute) {
        double p99 = Math.max(0, EventView.millis(minute.durations.percentile(0.99)));
        double limit = EventView.millis(limits.p99().toNanos());
        String tail = String.format(Locale.ROOT, " (limit %.0f ms)", limit);
        evaluate(
                AlertRule.ENDPOINT_P99,
                name,
                minute.count() >= limits.minRequests() && p99 > limit,
                p99,
                limit,
                limits.minutes(),
                new RuleWording("p99 of " + name + " is %s" + tail, "p99 of " + name + " was %s" + tail, millis(p99)));
    }

    private static String millis(double value) {
        return String.format(Locale.ROOT, "%.0f ms", value);
    }

    /** Evaluates the rules that have an interval of a second. */
    void evaluateSecond() {
        long late = monitor.lag.takeWorst();
        if (late > BLOCKED * lagLimitMicros() && isLagJudged()) {
            lag.raise();
            lag(late);
        }
        errors();
        for (KeyStats<Endpoint> keyStats : monitor.endpoints.named()) {
            failing(keyStats);
        }
        pool();
        databaseFiles();
    }

    private void errors() {
        OutageDetector outage = monitor.outage;
        boolean few = outage.failing();
        String limit = String.format(Locale.ROOT, " failed (limit %.1f %%)", limits.errorRate() * 100);
        String amount = few
                ? outage.failures() + " of " + outage.requests() + " requests in 15 minutes"
                : String.format(Locale.ROOT, "%.1f %% of the requests in a minute", share(lastMinute) * 100);
        evaluate(
                AlertRule.ERROR_RATE,
                "",
                few || errorRate.raised,
                few ? outage.share() : share(lastMinute),
                limits.errorRate(),
                1,
                new RuleWording("%s" + limit, "%s" + limit, amount));
    }

    /** Reports an endpoint that fails while the rest of the site responds normally. */
    private void failing(KeyStats<Endpoint> keyStats) {
        String name = keyStats.key.name();
        boolean bad = keyStats.failing()
                && !keyStats.probe
                && !alerts.isFiring(AlertRule.ERROR_RATE, "")
                && monitor.time.nowMillis() - keyStats.lastMillis < STALE_MILLIS;
        if (bad || alerts.isFiring(AlertRule.ERROR_RATE, name)) {
            String text = "%s of " + name + " failed in a row";
            evaluate(
                    AlertRule.ERROR_RATE,
                    name,
                    bad,
                    bad ? 1 : 0,
                    limits.errorRate(),
                    1,
                    new RuleWording(text, text, keyStats.failedInARow() + " requests"));
        }
    }

    /** Requires a long wait too, because a busy pool is a fault only if callers wait. */
    private void pool() {
        double busy = poolBusy();
        double wait = poolWaitMillis();
        String tail = String.format(Locale.ROOT, " (limits %.0f %%, %.0f ms)", POOL_BUSY, POOL_WAIT_MILLIS);
        evaluate(
                AlertRule.POOL_EXHAUSTED,
                "",
                busy > POOL_BUSY && wait > POOL_WAIT_MILLIS,
                busy,
                POOL_BUSY,
                POOL_SECONDS,
                new RuleWording(
                        "the database pool is %s" + tail, "the database pool was %s" + tail, poolText(busy, wait)));
    }

    /**
     * Names the share that is over the limit: the time in which connections were held, or the time in which callers
     * waited.
     */
    private String poolText(double share, double wait) {
        Long permille = monitor.gauges.pool("utilisation_permille");
        boolean held = permille == null || share <= permille / 10.0;
        return String.format(
                Locale.ROOT,
                held
                        ? "%.0f %% busy, with a p99 wait of %.0f ms"
                        : "too small: callers waited for a connection %.0f %% of the time, with a p99 wait of %.0f ms",
                share,
                wait);
    }

    /** Evaluates the store's gauge for database files that were moved, replaced or truncated. */
    private void databaseFiles() {
        Long lost = monitor.gauges.get("database_files_lost");
        boolean bad = lost != null && lost > 0;
        evaluate(
                AlertRule.DATABASE_LOST,
                "",
                bad,
                bad ? 1 : 0,
                0,
                1,
                new RuleWording(
                        "the database file was moved, replaced or cut short: nothing can be saved",
                        "the database file was moved, replaced or cut short",
                        ""));
    }

    /**
     * Returns the larger of two shares, percent: the utilisation of the pool, and the time in which callers waited.
     * Without these gauges, returns the share of connections in use.
     */
    private double poolBusy() {
        Long permille = monitor.gauges.pool("utilisation_permille");
        Long inUse = monitor.gauges.pool("in_use");
        Long size = monitor.gauges.pool("size");
        if (permille != null) {
            Long exhausted = monitor.gauges.pool("exhausted_permille");
            return Math.max(permille, exhausted == null ? 0 : exhausted) / 10.0;
        }
        return inUse == null || size == null || size == 0 ? 0 : 100.0 * inUse / size;
    }

    private double poolWaitMillis() {
        Long micros = monitor.gauges.pool("wait_p99_us");
        long nanos =
                monitor.waits.currentMinute(monitor.site.minute()).durations.percentile(0.99);
        return Math.max(0, micros == null ? EventView.millis(nanos) : micros / 1_000.0);
    }

    private void evaluate(
            AlertRule rule, String subject, boolean bad, double value, double limit, int inARow, RuleWording wording) {
        alerts.evaluate(new RuleFinding(rule, subject, bad, value, limit, inARow, wording), monitor.time.nowMillis());
    }
}
