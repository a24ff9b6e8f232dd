package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Gauge;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.TestRequests;

/** Figures of the pool, of the cache and of the ring buffer. */
class MonitorFiguresTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final Endpoint NOTE = new Endpoint("GET", "/notes/:slug", false);
    private static final long MS = 1_000_000;

    private final TestClock clock = new TestClock();
    private final MonitorState monitor = new MonitorState(clock, 1000, 10 << 20, false);
    private final MonitorService service =
            new MonitorService(monitor, SamplingRates.all(), MonitorStateTest.LIMITS, unused -> {}, null);

    private JsonObject snapshot() {
        return new JsonObject(service.snapshot(TimeWindow.QUARTER, 50));
    }

    @Test
    void the_figures_of_the_pool_match_its_gauges() {
        Map.of(
                        "pool_size",
                        5L,
                        "pool_in_use",
                        2L,
                        "pool_waiting",
                        1L,
                        "pool_held_us",
                        1_500L,
                        "pool_utilisation_permille",
                        125L,
                        "pool_wait_p99_us",
                        2_500L,
                        "pool_in_use_peak",
                        4L,
                        "wal_bytes",
                        4096L)
                .forEach((name, value) -> monitor.accept(new Gauge(name, value)));
        monitor.accept(TestQueries.ran(TestQueries.BY_SLUG, MS));
        JsonObject pool = snapshot().getJsonObject("pool");
        assertThat(pool.getInteger("size")).isEqualTo(5);
        assertThat(pool.getInteger("idle")).isEqualTo(3);
        assertThat(pool.getInteger("waiting")).isEqualTo(1);
        assertThat(pool.getDouble("wait_mean_ms")).isEqualTo(0.02);
        assertThat(pool.getDouble("wait_p99_ms")).isEqualTo(2.5);
        assertThat(pool.getDouble("utilisation")).isEqualTo(0.125);
        assertThat(pool.getInteger("in_use_peak")).isEqualTo(4);
        assertThat(pool.getDouble("held_ms")).isEqualTo(1.5);
        assertThat(pool.getValue("held_max_ms")).isNull();
        assertThat(snapshot().getJsonObject("gauges").getMap()).isEqualTo(Map.of("wal_bytes", 4096));
    }

    @Test
    void a_cache_hit_is_a_field_of_its_request_and_a_counter_and_no_event() {
        for (int i = 0; i < 1_000; i++) {
            monitor.accept(TestRequests.cached(TestRequests.ended(HOME, 200, MS), i % 4 != 0));
        }
        JsonObject all = snapshot();
        assertThat(all.getJsonObject("cache").getInteger("hits")).isEqualTo(750);
        assertThat(all.getJsonObject("cache").getInteger("misses")).isEqualTo(250);
        JsonObject stats = all.getJsonObject("stats").getJsonObject("by_type");
        assertThat(stats.getJsonObject("http").getInteger("count")).isEqualTo(1_000);
        assertThat(stats.getJsonObject("render").getInteger("count")).isZero();
        assertThat(all.getJsonArray("recent")
                        .getJsonObject(0)
                        .getJsonObject("metadata")
                        .getString("cache"))
                .isEqualTo("hit");
    }

    @Test
    void slow_and_failed_events_stay_after_many_healthy_ones() {
        monitor.accept(TestRequests.ended(NOTE, 500, MS));
        monitor.accept(TestRequests.ended(NOTE, 200, 1_000 * MS));
        monitor.accept(TestQueries.slow(TestQueries.BY_SLUG, 1_000 * MS));
        monitor.accept(TestQueries.failed(TestQueries.BY_SLUG, "SQLITE_BUSY"));
        monitor.accept(new CustomEvent(OperationType.RENDER, "slow_point", 1, 1_000 * MS, 0, Map.of(), true));
        for (int i = 0; i < 5_000; i++) {
            monitor.accept(TestRequests.ended(HOME, 200, MS));
        }
        List<String> kept = new ArrayList<>();
        monitor.ring.forEach(null, metric -> kept.add(metric.name()));
        assertThat(kept)
                .hasSize(1_000)
                .contains("GET /notes/:slug", "SELECT notes", "slow_point")
                .filteredOn(name -> !name.equals("GET /"))
                .hasSize(5);
    }

    @Test
    void markers_and_events_move_with_the_series_when_the_wall_clock_is_set() {
        monitor.annotations.add(clock.millis(), Annotations.AnnotationType.START, "started");
        monitor.accept(TestRequests.ended(HOME, 500, MS));
        long before = monitor.ring.atMillis(0);
        long tracedBefore = monitor.traces.all().get(0).atMillis;
        clock.wallClockJumps(-3_600_000);
        clock.passSeconds(1);
        service.tick();
        JsonObject all = snapshot();
        double marker = all.getJsonArray("markers").getJsonObject(0).getDouble("t");
        assertThat(marker).isBetween(clock.millis() / 1e3 - 2, clock.millis() / 1e3);
        assertThat(monitor.ring.atMillis(0)).isEqualTo(before - 3_600_000);
        assertThat((double) all.getJsonObject("series").getJsonArray("t").getLong(0))
                .isBetween(marker - 6, marker + 1);
        assertThat(monitor.traces.all().get(0).atMillis).isEqualTo(tracedBefore - 3_600_000);
    }

    @Test
    void alerts_and_last_events_move_with_the_series_when_the_wall_clock_is_set() {
        monitor.accept(new CustomEvent(OperationType.RENDER, "login", clock.millis(), 0, 0, Map.of(), true));
        for (int i = 0; i < 6; i++) {
            monitor.accept(TestRequests.ended(HOME, 500, MS));
        }
        clock.passSeconds(1);
        service.tick();
        long before = clock.millis();
        JsonObject alert = snapshot().getJsonArray("alerts").getJsonObject(0);
        clock.wallClockJumps(7_200_000);
        clock.passSeconds(1);
        service.tick();
        JsonObject all = snapshot();
        JsonObject moved = all.getJsonArray("alerts").getJsonObject(0);
        assertThat(Instant.parse(moved.getString("since")))
                .isEqualTo(Instant.parse(alert.getString("since")).plusSeconds(7_200));
        assertThat(firstEvent(moved)).isEqualTo(firstEvent(alert).plusSeconds(7_200));
        assertThat(Instant.parse(all.getJsonArray("business").getJsonObject(0).getString("last_at")))
                .isBetween(Instant.ofEpochMilli(before + 7_198_000), Instant.ofEpochMilli(before + 7_200_000));
        assertThat(Instant.parse(all.getString("started_at")))
                .isBetween(Instant.ofEpochMilli(before + 7_198_000), Instant.ofEpochMilli(before + 7_200_000));
        assertThat(Instant.parse(all.getString("at")).toEpochMilli()).isEqualTo(clock.millis());
    }

    private static Instant firstEvent(JsonObject alert) {
        return Instant.parse(alert.getJsonObject("evidence")
                .getJsonArray("metrics")
                .getJsonObject(0)
                .getString("timestamp"));
    }

    @Test
    void events_are_in_order_while_the_wall_clock_is_slewed() {
        clock.wallClockJumps(1_200);
        monitor.accept(new CustomEvent(OperationType.RENDER, "first", clock.millis(), 0, 0, Map.of(), true));
        clock.passSeconds(0.5);
        monitor.accept(
                TestRequests.ended(HOME, 200, 4_300 * MS)); // started at second 1 of the clock, which starts at 5
        JsonArray recent = snapshot().getJsonArray("recent");
        assertThat(recent.getJsonObject(0).getString("operation_name")).isEqualTo(HOME.name());
        assertThat(recent.getJsonObject(1).getString("operation_name")).isEqualTo("first");
        service.clear();
        JsonObject cleared = snapshot().getJsonArray("markers").getJsonObject(0);
        assertThat(cleared.getDouble("t") * 1_000).isEqualTo((double) monitor.time.nowMillis());
    }

    @Test
    void the_15_minutes_of_tiles_tables_and_outcomes_are_the_same() {
        for (int minute = 0; minute < 20; minute++) {
            for (int i = 0; i < 10; i++) {
                monitor.accept(TestRequests.leftOut(i % 2 == 0 ? HOME : NOTE, i == 0 ? 500 : 200, MS));
            }
            clock.passSeconds(47);
            service.tick();
        }
        JsonObject all = snapshot();
        JsonObject summary = all.getJsonObject("summary");
        assertThat(summary.getLong("window_requests")).isLessThan(200);
        assertThat(sum(all.getJsonArray("endpoints"), "count")).isEqualTo(summary.getLong("window_requests"));
        assertThat(sum(all.getJsonArray("endpoints"), "errors")).isEqualTo(summary.getLong("window_errors"));
        assertThat(all.getJsonObject("window_outcomes").stream()
                        .mapToLong(outcome -> ((Number) outcome.getValue()).longValue())
                        .sum())
                .isEqualTo(summary.getLong("window_requests"));
        assertThat(Instant.parse(all.getString("at")).toEpochMilli()
                        - Instant.parse(all.getString("window_from")).toEpochMilli())
                .isEqualTo(Math.round(all.getDouble("window_s") * 1_000));
    }

    private static long sum(JsonArray rows, String field) {
        return rows.stream().mapToLong(row -> ((JsonObject) row).getLong(field)).sum();
    }
}
