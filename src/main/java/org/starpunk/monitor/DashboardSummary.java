package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.AlertSettings;
import org.starpunk.monitor.ProcessMemory.MemoryReading;

/** Tiles of the dashboard, and a sentence about the state of the site. */
final class DashboardSummary {

    private static final long WARM_UP_SECONDS = 120;

    /** Minimum number of slow requests for a slow site. On a quiet site a single request determines the p99. */
    private static final int SLOW_REQUESTS = 3;

    private static final int FAILED_REQUESTS = 2;

    private final MonitorState monitor;
    private final AlertTracker alerts;
    private final AlertSettings limits;

    DashboardSummary(MonitorState monitor, AlertTracker alerts, AlertSettings limits) {
        this.monitor = monitor;
        this.alerts = alerts;
        this.limits = limits;
    }

    JsonObject toJson() {
        SiteStats site = monitor.site;
        DurationStats now = site.current();
        DurationStats quarter = site.window(TimeWindow.QUARTER);
        MemoryReading memory = monitor.memory.latest();
        List<Alert> firing = alerts.firing();
        return new JsonObject()
                .put("level", firing.isEmpty() ? quietLevel(now) : level(firing))
                .put("text", firing.isEmpty() ? quiet(now, quarter.errors) : problemSentence(firing))
                .put("requests", site.requests)
                .put("errors", site.errors)
                .put("accepted", monitor.lag.acceptedRequests())
                .put("ended", monitor.lag.endedRequests())
                .put("active", monitor.lag.activeRequests())
                .put("queries", site.queries)
                .put("window_requests", quarter.count())
                .put("window_errors", quarter.errors)
                .put("requests_per_s", JsonFields.round(site.requestsPerSecond()))
                .put("queries_per_s", queriesPerSecond(monitor))
                .put("mean_ms", JsonFields.mean(now.durations.sum(), now.count()))
                .put("p50_ms", JsonFields.millisOrNull(now.durations.percentile(0.50)))
                .put("p95_ms", JsonFields.millisOrNull(now.durations.percentile(0.95)))
                .put("p99_ms", JsonFields.millisOrNull(now.durations.percentile(0.99)))
                .put("rss_bytes", memory == null ? null : JsonFields.positiveOrNull(memory.rss()))
                .put("heap_bytes", monitor.memory.heapBytes())
                .put("heap_max_bytes", Runtime.getRuntime().maxMemory())
                .put("pool_in_use", monitor.gauges.pool("in_use"))
                .put("pool_size", monitor.gauges.pool("size"))
                .put("pool_waiting", monitor.gauges.pool("waiting"))
                .put("cache_hit_rate", hitRate(monitor))
                .put("slow_queries", site.slowQueries)
                .put("dropped", monitor.dropped)
                .put("alerts", firing.size());
    }

    /** Returns the rate of queries; null if the database sensor is silent, because the rate is then unknown. */
    static @Nullable Double queriesPerSecond(MonitorState monitor) {
        return new InstrumentationStatus(monitor).silence() == null
                ? JsonFields.round(monitor.site.queriesPerSecond())
                : null;
    }

    /** Returns the share of cache lookups that were hits; null if there were none. */
    static @Nullable Double hitRate(MonitorState monitor) {
        long hits = monitor.business.count(MonitorState.CACHE_HIT);
        long all = hits + monitor.business.count(MonitorState.CACHE_MISS);
        return all == 0 ? null : Double.valueOf(JsonFields.round((double) hits / all));
    }

    private String quietLevel(DurationStats now) {
        return isSlow(now) || isFailing(now) ? "warning" : "ok";
    }

    private static String level(List<Alert> firing) {
        return firing.stream().allMatch(alert -> alert.rule().isWarning()) ? "warning" : "problem";
    }

    /** Returns the sentence of the problem that was raised first, or of the first warning if there is no problem. */
    private static String problemSentence(List<Alert> firing) {
        String text = firing.stream()
                .filter(alert -> !alert.rule().isWarning())
                .findFirst()
                .orElse(firing.get(0))
                .text();
        String first = Character.toUpperCase(text.charAt(0)) + text.substring(1);
        return firing.size() == 1 ? first + '.' : first + ", and " + (firing.size() - 1) + " more.";
    }

    /** Returns the sentence without a firing alert. It names problems that are too recent for an alert. */
    private String quiet(DurationStats now, long errors) {
        return String.format(
                Locale.ROOT,
                "%s: %s, %d %s in 15 min, heap %d/%d MB.",
                isSlow(now) ? "Slow in the last 2 min" : isFailing(now) ? "Failing in the last 2 min" : "All well",
                latency(now),
                errors,
                errors == 1 ? "error" : "errors",
                monitor.memory.heapBytes() >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private String latency(DurationStats now) {
        long p99 = now.durations.percentile(0.99);
        if (p99 < 0) {
            return "no requests in the last 2 min";
        }
        if (isStarting()) {
            return "p99 " + shortMillis(p99) + " ms while starting";
        }
        long limit = limits.p99().toMillis();
        return p99 > limits.p99().toNanos() && !isSlow(now)
                ? slowRequests(now) + " of " + now.count() + " requests over " + limit + " ms"
                : "p99 " + shortMillis(p99) + " ms (limit " + limit + ")";
    }

    private long slowRequests(DurationStats now) {
        return now.durations.above(limits.p99().toNanos());
    }

    /** Returns whether the current figures include requests of the warm-up. They start with the last full minute. */
    private boolean isStarting() {
        return monitor.site.secondsBeforeNow() < WARM_UP_SECONDS;
    }

    /** Excludes the warm-up, because code that is not compiled yet is slow. */
    private boolean isSlow(DurationStats now) {
        return !isStarting()
                && now.durations.percentile(0.99) > limits.p99().toNanos()
                && slowRequests(now) >= SLOW_REQUESTS;
    }

    private boolean isFailing(DurationStats now) {
        return now.errors >= FAILED_REQUESTS && now.errors > limits.errorRate() * now.count();
    }

    private static String shortMillis(long nanos) {
        return nanos < 1_000_000 ? "<1" : Long.toString(Math.round(nanos / 1e6));
    }
}
