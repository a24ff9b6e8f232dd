package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.starpunk.config.AlertSettings;
import org.starpunk.config.Settings;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Gauge;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.TestRequests;

/** Snapshots after known events, with a clock that the test moves. */
class MonitorStateTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final Endpoint NOTE = new Endpoint("GET", "/notes/:slug", false);
    private static final long MS = 1_000_000;

    static final AlertSettings LIMITS =
            Settings.of(Map.of("METRICS_ALERT_MEMORY_GROWTH", "10")).metrics().alerts();

    private final TestClock clock = new TestClock();
    private final SamplingRates sampling = SamplingRates.all();
    private final List<Alert> changes = new ArrayList<>();
    private final MonitorState monitor = new MonitorState(clock, 1000, 10 << 20, false);
    private final MonitorService service = new MonitorService(monitor, sampling, LIMITS, changes::add, null);

    private JsonObject snapshot() {
        return snapshot(TimeWindow.QUARTER);
    }

    private JsonObject snapshot(TimeWindow window) {
        return new JsonObject(service.snapshot(window, 50));
    }

    private void requests(int number, Endpoint endpoint, int status, long nanos) {
        for (int i = 0; i < number; i++) {
            monitor.accept(TestRequests.leftOut(endpoint, status, nanos));
        }
    }

    private void passSeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.passSeconds(1);
            service.tick();
        }
    }

    private void badMinute() {
        requests(50, HOME, 200, 800 * MS);
        monitor.accept(TestQueries.ran(TestQueries.BY_SLUG, MS));
        passSeconds(60);
    }

    @Test
    void counts_and_percentiles_are_over_every_operation_and_the_buffer_over_the_kept_ones() {
        requests(90, HOME, 200, 10 * MS);
        requests(10, HOME, 500, 100 * MS);
        monitor.accept(TestRequests.ended(HOME, 200, 20 * MS));
        JsonObject all = snapshot();
        JsonObject http = all.getJsonObject("stats").getJsonObject("by_type").getJsonObject("http");
        assertThat(http.getInteger("count")).isEqualTo(1);
        assertThat(http.getDouble("avg_duration_ms")).isEqualTo(20.0);
        assertThat(all.getJsonObject("stats")
                        .getJsonObject("by_type")
                        .getJsonObject("render")
                        .getMap())
                .isEqualTo(Map.of("count", 0, "avg_duration_ms", 0.0, "min_duration_ms", 0.0, "max_duration_ms", 0.0));
        JsonObject row = all.getJsonArray("endpoints").getJsonObject(0);
        assertThat(row.getInteger("count")).isEqualTo(101);
        assertThat(row.getInteger("errors")).isEqualTo(10);
        assertThat(row.getInteger("bytes")).isEqualTo(101_000);
        assertThat(row.getDouble("p50_ms")).isBetween(9.7, 10.3);
        assertThat(row.getDouble("p99_ms")).isBetween(97.0, 103.0);
        assertThat(row.getDouble("max_ms")).isEqualTo(100.0);
        assertThat(all.getJsonObject("statuses").getMap()).isEqualTo(Map.of("200", 91, "500", 10));
    }

    @Test
    void the_series_count_each_request_once_in_every_window() {
        for (int minute = 0; minute < 30; minute++) {
            requests(7, HOME, 200, 5 * MS);
            passSeconds(60);
        }
        requests(1, HOME, 200, 5 * MS);
        for (TimeWindow window : TimeWindow.values()) {
            JsonObject series = snapshot(window).getJsonObject("series");
            int expected = window == TimeWindow.QUARTER ? 14 * 7 + 1 : 30 * 7 + 1;
            assertThat(sum(series.getJsonArray("requests"))).as(window.label()).isBetween(expected - 8, expected);
            assertThat(series.getJsonArray("t")).hasSameSizeAs(series.getJsonArray("p99_ms"));
            assertThat(cells(snapshot(window).getJsonObject("heatmap"))).isPositive();
        }
        assertThat(sum(snapshot(TimeWindow.DAY).getJsonObject("series").getJsonArray("requests")))
                .isEqualTo(210);
    }

    private static int sum(JsonArray values) {
        return values.stream().mapToInt(value -> (Integer) value).sum();
    }

    private static int cells(JsonObject heatmap) {
        int sum = 0;
        for (Object column : heatmap.getJsonArray("columns")) {
            for (Object cell : (JsonArray) column) {
                sum += ((JsonArray) cell).getInteger(1);
            }
        }
        return sum;
    }

    @Test
    void the_points_of_a_series_stand_at_even_steps_when_the_wall_clock_jumps() {
        passSeconds(60);
        clock.wallClockJumps(-3_600_000);
        passSeconds(60);
        JsonArray times = snapshot().getJsonObject("series").getJsonArray("t");
        for (int i = 1; i < times.size(); i++) {
            assertThat(times.getLong(i) - times.getLong(i - 1)).isEqualTo(5);
        }
        assertThat(times.getLong(times.size() - 1)).isBetween(clock.millis() / 1000 - 6, clock.millis() / 1000 + 1);
    }

    @Test
    void a_pause_of_the_monitor_is_made_up_for() {
        requests(3, HOME, 200, MS);
        clock.passSeconds(4_000);
        service.tick();
        assertThat(monitor.site.seconds()).isEqualTo(4_000);
        assertThat(snapshot(TimeWindow.DAY)
                        .getJsonArray("endpoints")
                        .getJsonObject(0)
                        .getInteger("count"))
                .isEqualTo(3);
        assertThat(snapshot().getJsonArray("endpoints")).isEmpty();
    }

    @Test
    void unknown_is_null_and_never_zero() {
        JsonObject all = snapshot();
        assertThat(all.getJsonObject("summary").getValue("p99_ms")).isNull();
        assertThat(all.getJsonObject("summary").getValue("pool_in_use")).isNull();
        assertThat(all.getJsonObject("summary").getValue("cache_hit_rate")).isNull();
        assertThat(all.getJsonObject("memory").getValue("rss_bytes")).isNull();
        assertThat(all.getJsonObject("pool").getValue("wait_p99_ms")).isNull();
        assertThat(all.getJsonObject("stats").getValue("oldest_at")).isNull();
    }

    @Test
    void the_hit_rate_comes_from_hits_and_misses() {
        for (int i = 0; i < 4; i++) {
            monitor.accept(new CustomEvent(
                    OperationType.RENDER, i == 0 ? "cache_miss" : "cache_hit", 1, 0, 0, Map.of(), true));
        }
        assertThat(snapshot().getJsonObject("cache").getDouble("hit_rate")).isEqualTo(0.75);
        assertThat(snapshot().getJsonArray("business")).hasSize(2);
    }

    @Test
    void the_worst_five_requests_of_an_endpoint_are_kept_with_their_statements() {
        monitor.accept(TestRequests.ended(HOME, 200, MS)); // the random trace of this minute
        long worstId = 0;
        for (int i = 1; i <= 50; i++) {
            RequestTiming request = TestRequests.ended(
                    HOME, 200, (i * 37L % 50 + 1) * 10 * MS, TestQueries.ran(TestQueries.BY_SLUG, 2 * MS));
            worstId = request.durationNanos() == 500 * MS ? request.id() : worstId;
            monitor.accept(request);
        }
        List<Long> worst = monitor.traces.all().stream()
                .filter(trace -> trace.why == RequestTrace.RetentionReason.WORST)
                .map(trace -> trace.durationNanos / MS)
                .sorted()
                .toList();
        assertThat(worst).containsExactly(460L, 470L, 480L, 490L, 500L);
        JsonObject trace = new JsonObject(service.trace(RequestId.format(worstId)));
        JsonObject split = trace.getJsonObject("split");
        assertThat(split.getDouble("sql_ms")).isEqualTo(2.0);
        assertThat(split.getDouble("waiting_ms")).isEqualTo(0.02);
        assertThat(split.getDouble("other_ms")).isEqualTo(497.98);
        JsonObject span = trace.getJsonArray("spans").getJsonObject(0);
        assertThat(span.getString("shape")).isEqualTo(TestQueries.BY_SLUG.sql());
        assertThat(span.getDouble("start_ms")).isEqualTo(0.5);
        assertThat(service.trace(RequestId.format(4))).isNull();
    }

    @Test
    void traces_are_never_more_than_a_hundred() {
        for (int i = 0; i < 20_000; i++) {
            Endpoint endpoint = new Endpoint("GET", "/" + i % 200, false);
            monitor.accept(TestRequests.ended(endpoint, i % 10 == 0 ? 500 : 200, i * 1_000L));
            if (i % 100 == 0) {
                passSeconds(60);
            }
        }
        assertThat(monitor.traces.all()).hasSizeBetween(20, TraceStore.MAX_TRACES);
    }

    @Test
    void an_alert_needs_two_bad_minutes_and_ends_after_two_good_ones() {
        badMinute();
        assertThat(changes).isEmpty();
        badMinute();
        assertThat(changes).singleElement().satisfies(alert -> {
            assertThat(alert.rule()).isEqualTo(Alert.AlertRule.ENDPOINT_P99);
            assertThat(alert.text()).isEqualTo("p99 of GET / is 800 ms (limit 500 ms)");
        });
        assertThat(snapshot().getJsonObject("summary").getString("level")).isEqualTo("problem");
        assertThat(snapshot().getJsonArray("alerts").getJsonObject(0).getJsonObject("evidence"))
                .isNotNull();
        passSeconds(60);
        assertThat(changes).hasSize(1);
        passSeconds(60);
        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).firing()).isFalse();
        assertThat(changes.get(1).text()).isEqualTo("Resolved after 2 min: p99 of GET / was 800 ms (limit 500 ms)");
        assertThat(snapshot().getJsonArray("alerts").getJsonObject(0).getString("state"))
                .isEqualTo("resolved");
        assertThat(snapshot().getJsonObject("summary").getString("level")).isEqualTo("ok");
    }

    @Test
    void slow_requests_of_the_start_are_not_called_slow_when_the_start_is_over() {
        passSeconds(90);
        requests(3, HOME, 200, 1400 * MS);
        for (int i = 0; i < 150; i++) {
            JsonObject summary = snapshot().getJsonObject("summary");
            assertThat(summary.getString("level")).as(summary.getString("text")).isEqualTo("ok");
            passSeconds(1);
        }
    }

    @Test
    void what_is_slow_or_fails_just_now_is_not_called_well() {
        passSeconds(240); // the warm-up is not evaluated
        requests(3, HOME, 200, 625 * MS);
        JsonObject summary = snapshot().getJsonObject("summary");
        assertThat(summary.getString("text")).startsWith("Slow in the last 2 min: p99 625 ms (limit 500), 0 errors");
        assertThat(summary.getString("level")).isEqualTo("warning");
        passSeconds(180);
        requests(2, HOME, 500, MS);
        assertThat(snapshot().getJsonObject("summary").getString("text")).startsWith("Failing in the last 2 min: ");
        passSeconds(180);
        requests(3, HOME, 200, MS);
        assertThat(snapshot().getJsonObject("summary").getString("text")).startsWith("All well: p99 1 ms (limit 500)");
    }

    @Test
    void one_slow_or_failed_request_of_a_quiet_site_leaves_it_well() {
        passSeconds(240);
        requests(1, NOTE, 201, 2_400 * MS);
        assertThat(text()).startsWith("All well: 1 of 1 requests over 500 ms, 0 errors");
        requests(9, HOME, 200, MS);
        passSeconds(1);
        assertThat(text()).startsWith("All well: 1 of 10 requests over 500 ms, 0 errors");
        passSeconds(180);
        requests(1, HOME, 500, MS);
        assertThat(text()).startsWith("All well: p99 1 ms (limit 500), 1 error in 15 min, ");
        assertThat(snapshot().getJsonObject("summary").getString("level")).isEqualTo("ok");
    }

    private String text() {
        return snapshot().getJsonObject("summary").getString("text");
    }

    @Test
    void a_few_slow_requests_are_no_alert() {
        for (int i = 0; i < 5; i++) {
            requests(19, NOTE, 200, 900 * MS);
            passSeconds(60);
        }
        assertThat(changes).isEmpty();
    }

    @Test
    void failing_requests_slow_queries_and_an_exhausted_pool_raise_alerts() {
        Map.of("pool_size", 2L, "pool_in_use", 2L, "pool_waiting", 9L, "pool_wait_p99_us", 200_000L)
                .forEach((name, value) -> monitor.accept(new Gauge(name, value)));
        for (int minute = 0; minute < 2; minute++) {
            requests(30, NOTE, 500, MS);
            for (int i = 0; i < 6; i++) {
                monitor.accept(TestQueries.slow(TestQueries.BY_SLUG, 1_500 * MS));
            }
            passSeconds(60);
        }
        assertThat(service.alerts().firing())
                .extracting(Alert::rule)
                .containsExactlyInAnyOrder(
                        Alert.AlertRule.POOL_EXHAUSTED, Alert.AlertRule.ERROR_RATE, Alert.AlertRule.SLOW_QUERIES);
    }

    @Test
    void a_silent_sensor_is_called_one() {
        requests(99, HOME, 200, MS);
        assertThat(snapshot().getJsonObject("sensors").getString("database")).isEqualTo("waiting");
        requests(1, HOME, 200, MS);
        clock.passSeconds(1);
        service.tick();
        assertThat(snapshot().getJsonObject("sensors").getString("text"))
                .isEqualTo("100 requests seen but 0 database events: the database sensor is not connected");
        assertThat(snapshot().getJsonObject("summary").getValue("queries_per_s"))
                .isNull();
        passSeconds(60);
        assertThat(service.alerts().firing()).extracting(Alert::rule).contains(Alert.AlertRule.SENSOR_SILENT);
    }

    @Test
    void an_idle_row_makes_room_and_its_counts_go_to_other() {
        for (int i = 0; i < 60; i++) {
            requests(1, new Endpoint("GET", "/old/" + i, false), 200, MS);
        }
        assertThat(monitor.endpoints.other().count).isEqualTo(12);
        passSeconds(17 * 60);
        requests(5, NOTE, 200, MS);
        assertThat(monitor.endpoints.find(NOTE)).isNotNull();
        assertThat(monitor.endpoints.other().count).isEqualTo(13);
    }
}
