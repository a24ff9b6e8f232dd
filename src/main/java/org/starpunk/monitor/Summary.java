package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.AlertSettings;
import org.starpunk.monitor.Columns.Column;
import org.starpunk.monitor.ProcessMemory.Reading;

/** The tiles of the dashboard, and one sentence on the state of things. */
final class Summary {

    private final Monitor monitor;
    private final Alerts alerts;
    private final AlertSettings limits;

    Summary(Monitor monitor, Alerts alerts, AlertSettings limits) {
        this.monitor = monitor;
        this.alerts = alerts;
        this.limits = limits;
    }

    JsonObject toJson() {
        Site site = monitor.site;
        Tally now = site.now();
        Columns columns = site.series(Window.QUARTER);
        long windowErrors = columns.sum(Column.ERRORS);
        Reading memory = monitor.memory.latest();
        List<Alert> firing = alerts.firing();
        return new JsonObject()
                .put("level", firing.isEmpty() ? quietLevel(now) : level(firing))
                .put("text", firing.isEmpty() ? quiet(now, windowErrors) : troubled(firing))
                .put("requests", site.requests)
                .put("errors", site.errors)
                .put("queries", site.queries)
                .put("window_requests", columns.sum(Column.REQUESTS))
                .put("window_errors", windowErrors)
                .put("requests_per_s", Json.round(site.requestsPerSecond()))
                .put("queries_per_s", queriesPerSecond(monitor))
                .put("mean_ms", Json.mean(now.durations.sum(), now.count()))
                .put("p50_ms", Json.millisOrNull(now.durations.percentile(0.50)))
                .put("p95_ms", Json.millisOrNull(now.durations.percentile(0.95)))
                .put("p99_ms", Json.millisOrNull(now.durations.percentile(0.99)))
                .put("rss_bytes", memory == null ? null : Json.positiveOrNull(memory.rss()))
                .put("heap_bytes", GarbageCollection.heapBytes())
                .put("heap_max_bytes", Runtime.getRuntime().maxMemory())
                .put("pool_in_use", monitor.gauges.pool("in_use"))
                .put("pool_size", monitor.gauges.pool("size"))
                .put("pool_waiting", monitor.gauges.pool("waiting"))
                .put("cache_hit_rate", hitRate(monitor))
                .put("slow_queries", site.slowQueries)
                .put("dropped", monitor.dropped)
                .put("alerts", firing.size());
    }

    /** Null when the database's sensor is silent: then nobody knows. */
    static @Nullable Double queriesPerSecond(Monitor monitor) {
        return new Sensors(monitor).silence() == null ? Json.round(monitor.site.queriesPerSecond()) : null;
    }

    /** The share of cache look-ups that found something, null when there were none. */
    static @Nullable Double hitRate(Monitor monitor) {
        long hits = monitor.business.count(Monitor.CACHE_HIT);
        long all = hits + monitor.business.count(Monitor.CACHE_MISS);
        return all == 0 ? null : Double.valueOf(Json.round((double) hits / all));
    }

    private String quietLevel(Tally now) {
        return isSlow(now) || isFailing(now) ? "warning" : "ok";
    }

    /** Growth of memory alone is no more than a warning. */
    private static String level(List<Alert> firing) {
        for (Alert alert : firing) {
            if (alert.rule() != Alert.Rule.MEMORY_GROWTH) {
                return "problem";
            }
        }
        return "warning";
    }

    private static String troubled(List<Alert> firing) {
        String first = Character.toUpperCase(firing.get(0).text().charAt(0))
                + firing.get(0).text().substring(1);
        return firing.size() == 1 ? first + '.' : first + ", and " + (firing.size() - 1) + " more.";
    }

    /** Nothing has been wrong for long enough to be an alert; what is wrong just now is said all the same. */
    private String quiet(Tally now, long errors) {
        long p99 = now.durations.percentile(0.99);
        String latency = p99 < 0
                ? "no requests in the last minute"
                : String.format(
                        Locale.ROOT,
                        "p99 %s ms (limit %d)",
                        shortMillis(p99),
                        limits.p99().toMillis());
        return String.format(
                Locale.ROOT,
                "%s: %s, %d errors, heap %d/%d MB.",
                isSlow(now) ? "Slow in the last minute" : isFailing(now) ? "Failing in the last minute" : "All well",
                latency,
                errors,
                GarbageCollection.heapBytes() >> 20,
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private boolean isSlow(Tally now) {
        return now.durations.percentile(0.99) > limits.p99().toNanos();
    }

    private boolean isFailing(Tally now) {
        return now.errors > limits.errorRate() * now.count();
    }

    private static String shortMillis(long nanos) {
        return nanos < 1_000_000 ? "<1" : Long.toString(Math.round(nanos / 1e6));
    }
}
