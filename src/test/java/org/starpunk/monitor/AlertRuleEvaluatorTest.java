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
import org.starpunk.monitor.Alert.AlertRule;
import org.starpunk.monitor.ProcessMemory.MemoryReading;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Gauge;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SiteCondition;
import org.starpunk.telemetry.TestRequests;

/** Each rule raises its alert in time, updates text and value, and resolves the alert. The test controls the clock. */
class AlertRuleEvaluatorTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final Endpoint POST = new Endpoint("POST", "/micropub", false);
    private static final Endpoint HEALTH = new Endpoint("GET", "/health", false);
    private static final Endpoint CSS = new Endpoint("GET", "/static/*", false);
    private static final long MS = 1_000_000;
    private static final long MB = 1 << 20;
    private static final long HEAP = 128 * MB;
    private static final AlertSettings DEFAULTS =
            Settings.of(Map.of()).metrics().alerts();

    private final TestClock clock = new TestClock();
    private final List<Alert> changes = new ArrayList<>();
    private final MonitorState monitor = new MonitorState(clock, 1000, 0, false);
    private final MonitorService service =
            new MonitorService(monitor, SamplingRates.all(), DEFAULTS, changes::add, null);

    private void requests(int number, Endpoint endpoint, int status) {
        for (int i = 0; i < number; i++) {
            monitor.accept(TestRequests.ended(endpoint, status, MS));
        }
    }

    private void passSeconds(int seconds) {
        for (int i = 0; i < seconds; i++) {
            clock.passSeconds(1);
            service.tick();
        }
    }

    private Alert firing() {
        assertThat(service.alerts().firing()).hasSize(1);
        return service.alerts().firing().get(0);
    }

    private JsonObject evidence() {
        return firing().toJson().getJsonObject("evidence");
    }

    private void read(
            long rss, long heapCommitted, long heapAfter, long collections, CgroupLimits.CgroupMemory cgroup) {
        long heap = Math.min(heapCommitted, 30 * MB);
        monitor.memory.accept(
                new MemoryReading(
                        rss, rss, 1L << 32, heap, heapCommitted, HEAP, MB, MB, heapAfter, collections, cgroup),
                clock.millis(),
                monitor.site.requests);
        service.onMemoryReading();
    }

    /** Adds readings of a constant native memory, in megabytes, each half minute. */
    private void nativeMinutes(int minutes, long megabytes) {
        for (int i = 0; i < 2 * minutes; i++) {
            read((megabytes + 31) * MB, 30 * MB, 10 * MB, 1, CgroupLimits.CgroupMemory.NONE);
            clock.passSeconds(30);
        }
    }

    /**
     * Adds a reading with a collection of the old generation each minute. Each leaves more heap in use by a fixed
     * amount.
     */
    private long heapMinutes(int minutes, long afterMegabytes, long stepMegabytes) {
        long after = afterMegabytes;
        for (int i = 0; i < minutes; i++) {
            after += stepMegabytes;
            read(100 * MB, HEAP, after * MB, ++collections, CgroupLimits.CgroupMemory.NONE);
            clock.passSeconds(61);
        }
        return after;
    }

    private long collections;

    @Test
    void five_failures_in_a_row_are_an_outage_of_a_small_site_and_five_successes_its_end() {
        requests(4, HOME, 500);
        passSeconds(1);
        assertThat(changes.isEmpty() || service.alerts().firing().get(0).value() > 0.5)
                .as("three failures of three are one already")
                .isTrue();
        requests(8, HOME, 500);
        passSeconds(1);
        assertThat(firing().rule()).isEqualTo(AlertRule.ERROR_RATE);
        assertThat(firing().text()).isEqualTo("12 of 12 requests in 15 minutes failed (limit 5.0 %)");
        assertThat(service.summary().toJson().getString("level")).isEqualTo("problem");
        requests(4, HOME, 200);
        passSeconds(10);
        assertThat(changes).hasSize(1);
        requests(1, HOME, 200);
        passSeconds(1);
        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).webhookJson().getString("state")).isEqualTo("resolved");
        assertThat(changes.get(1).text())
                .isEqualTo("Resolved after 12 s: 12 of 12 requests in 15 minutes failed (limit 5.0 %)");
    }

    @Test
    void three_failures_that_are_over_half_of_a_quarter_of_an_hour_are_an_outage() {
        requests(1, HOME, 500);
        passSeconds(120);
        requests(1, HOME, 200);
        requests(1, HOME, 500);
        passSeconds(120);
        assertThat(changes).isEmpty();
        requests(1, HOME, 500);
        passSeconds(1);
        assertThat(firing().text()).startsWith("3 of 4 requests in 15 minutes failed");
        passSeconds(900);
        assertThat(changes).hasSize(2);
    }

    @Test
    void health_checks_and_static_files_that_succeed_do_not_hide_an_outage() {
        for (int i = 0; i < 5; i++) {
            requests(1, HOME, 500);
            requests(2, CSS, 200);
            requests(1, HEALTH, 200);
        }
        passSeconds(1);
        assertThat(firing().text()).startsWith("5 of 5 requests");
    }

    @Test
    void one_endpoint_that_fails_while_others_answer_is_named() {
        for (int i = 0; i < 6; i++) {
            requests(3, HOME, 200);
            requests(1, POST, 500);
        }
        passSeconds(1);
        assertThat(firing().rule()).isEqualTo(AlertRule.ERROR_RATE);
        assertThat(firing().subject()).isEqualTo("POST /micropub");
        assertThat(firing().text()).isEqualTo("6 requests of POST /micropub failed in a row");
        assertThat(evidence().getJsonArray("metrics")).hasSize(6);
        requests(1, POST, 200);
        passSeconds(1);
        assertThat(firing().text()).isEqualTo("6 requests of POST /micropub failed in a row");
        requests(4, POST, 200);
        passSeconds(1);
        assertThat(changes).hasSize(2);
    }

    @Test
    void single_failures_and_many_refused_requests_are_no_outage() {
        monitor.accept(TestQueries.ran(TestQueries.BY_SLUG, MS));
        requests(2, HOME, 500);
        requests(50, HOME, 404);
        requests(1, HOME, 500);
        requests(100, POST, 401);
        passSeconds(130);
        assertThat(changes).isEmpty();
    }

    @Test
    void an_alert_that_fires_keeps_its_text_current_and_its_worst_value() {
        for (int i = 0; i < 3; i++) {
            for (int request = 0; request < 30; request++) {
                monitor.accept(TestRequests.leftOut(HOME, 200, (i == 1 ? 1_200 : 700) * MS));
            }
            monitor.accept(TestQueries.ran(TestQueries.BY_SLUG, MS));
            passSeconds(60);
        }
        assertThat(changes).hasSize(1);
        assertThat(firing().text()).matches("p99 of GET / is 70\\d ms \\(limit 500 ms\\); 12\\d\\d ms at worst");
        assertThat(firing().value()).isBetween(690.0, 720.0);
        assertThat(firing().worst()).isBetween(1_180.0, 1_230.0);
        passSeconds(120);
        assertThat(changes.get(1).text())
                .matches("Resolved after 3 min: p99 of GET / was 12\\d\\d ms \\(limit 500 ms\\)");
    }

    @Test
    void a_blocked_loop_is_reported_at_once_and_resolved_after_two_quiet_minutes() {
        monitor.accept(new Gauge("loop_lag_us:http@loop-1", 3_000_000));
        passSeconds(130);
        assertThat(changes).as("the start is not judged").isEmpty();
        monitor.shapes.get(TestQueries.BY_SLUG).plan = new StatementPlan("SCAN notes", false, 4_000);
        monitor.accept(new Gauge("loop_lag_us:http@loop-1", 3_000_000));
        monitor.accept(TestRequests.ended(HOME, 200, MS, TestQueries.ran(TestQueries.BY_SLUG, MS)));
        monitor.accept(TestRequests.ended(HOME, 200, 3_000 * MS, TestQueries.ran(TestQueries.BY_SLUG, MS)));
        passSeconds(1);
        assertThat(firing().text()).isEqualTo("an event loop is 3000 ms late (limit 200 ms)");
        assertThat(evidence().getJsonArray("plans")).isEmpty();
        assertThat(evidence().getJsonArray("metrics")).hasSize(1);
        assertThat(evidence().getJsonObject("facts").getJsonArray("loops")).hasSize(1);
        passSeconds(240);
        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).text()).startsWith("Resolved after").contains("an event loop was 3000 ms late");
    }

    @Test
    void a_loop_that_is_late_because_others_take_the_processors_is_no_alert() {
        monitor.load.accept(new MachineLoad.CpuCounters(0, 0, 1_000, 900, 0, 0, List.of(), -1, 1));
        monitor.load.accept(
                new MachineLoad.CpuCounters(10_000_000_000L, 100_000_000, 3_000, 950, 0, 0, List.of(), -1, 1));
        passSeconds(130);
        monitor.accept(new Gauge("loop_lag_us:http@loop-1", 3_000_000));
        passSeconds(60);
        monitor.accept(new Gauge("loop_lag_us:http@loop-1", 3_000_000));
        passSeconds(60);
        assertThat(changes).isEmpty();
    }

    @Test
    void a_short_lag_needs_two_minutes() {
        passSeconds(120);
        monitor.accept(new Gauge("loop_lag_us:http@loop-1", 300_000));
        passSeconds(60);
        assertThat(changes).isEmpty();
        monitor.accept(new Gauge("loop_lag_us:http@loop-1", 300_000));
        passSeconds(60);
        assertThat(firing().rule()).isEqualTo(AlertRule.EVENT_LOOP_LAG);
    }

    @Test
    void evidence_of_slow_statements_gets_the_first_requests_that_end_after_the_alert() {
        QueryTiming slow = TestQueries.slow(TestQueries.BY_SLUG, 2_000 * MS);
        for (int i = 0; i < DEFAULTS.minutes(); i++) {
            slowMinute(slow);
        }
        assertThat(firing().rule()).isEqualTo(AlertRule.SLOW_QUERIES);
        assertThat(evidence().getJsonArray("traces")).isEmpty();
        monitor.accept(TestRequests.ended(HOME, 200, 2_100 * MS, slow));
        slowMinute(slow);
        JsonArray traces = evidence().getJsonArray("traces");
        assertThat(traces).hasSize(1);
        monitor.accept(TestRequests.ended(HOME, 200, 3_100 * MS, slow));
        slowMinute(slow);
        assertThat(evidence().getJsonArray("traces")).isEqualTo(traces);
        service.clear();
        monitor.accept(TestRequests.ended(HOME, 200, 3_100 * MS, slow));
        slowMinute(slow);
        assertThat(evidence().getJsonArray("traces")).as("after a logout").isEmpty();
    }

    private void slowMinute(QueryTiming slow) {
        for (int i = 0; i < 60; i++) {
            monitor.accept(slow);
            passSeconds(1);
        }
    }

    @Test
    void evidence_of_the_pool_has_only_what_waited() {
        monitor.shapes.get(TestQueries.BY_SLUG).plan = new StatementPlan("SCAN notes", false, 4_000);
        monitor.accept(TestQueries.ran(TestQueries.BY_SLUG, MS));
        monitor.accept(TestRequests.ended(HOME, 200, MS, TestQueries.ran(TestQueries.BY_SLUG, MS)));
        monitor.accept(new Gauge("pool_utilisation_permille", 970));
        monitor.accept(new Gauge("pool_wait_p99_us", 20_000));
        monitor.accept(new Gauge("pool_waiting", 9));
        passSeconds(60);
        assertThat(changes).as("busy, and nobody has to wait long").isEmpty();
        monitor.accept(new Gauge("pool_wait_p99_us", 340_000));
        passSeconds(4);
        assertThat(changes).isEmpty();
        passSeconds(1);
        assertThat(firing().text())
                .isEqualTo("the database pool is 97 % busy, with a p99 wait of 340 ms (limits 80 %, 100 ms)");
        assertThat(evidence().getJsonArray("plans")).isEqualTo(new JsonArray());
        assertThat(evidence().getJsonArray("metrics")).isEqualTo(new JsonArray());
        assertThat(evidence().getJsonArray("traces")).isEqualTo(new JsonArray());
        assertThat(evidence().getJsonObject("facts").getLong("waiting")).isEqualTo(9);
        monitor.accept(new Gauge("pool_utilisation_permille", 10));
        passSeconds(5);
        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).text()).contains("the database pool was 97 % busy");
    }

    @Test
    void evidence_of_the_pool_has_the_request_that_waited_with_its_plan() {
        monitor.shapes.get(TestQueries.BY_SLUG).plan = new StatementPlan("SCAN notes", false, 4_000);
        monitor.shapes.get(TestQueries.TAGS).plan = new StatementPlan("SCAN note_tags", false, 4_000);
        QueryTiming waited = TestQueries.waited(TestQueries.BY_SLUG, 340 * MS, 2 * MS);
        monitor.accept(waited);
        monitor.accept(TestRequests.ended(HOME, 200, 350 * MS, waited));
        monitor.accept(TestQueries.ran(TestQueries.TAGS, 2 * MS));
        monitor.accept(TestRequests.ended(POST, 200, 3 * MS, TestQueries.ran(TestQueries.TAGS, 2 * MS)));
        monitor.accept(new Gauge("pool_utilisation_permille", 970));
        monitor.accept(new Gauge("pool_wait_p99_us", 340_000));
        passSeconds(5);
        assertThat(firing().rule()).isEqualTo(AlertRule.POOL_EXHAUSTED);
        assertThat(evidence().getJsonArray("metrics")).hasSize(1);
        assertThat(evidence().getJsonArray("traces")).hasSize(1);
        assertThat(evidence().getJsonArray("plans"))
                .isEqualTo(new JsonArray().add(TestQueries.BY_SLUG.name() + ": SCAN notes"));
    }

    @Test
    void a_pool_that_is_too_small_does_not_say_that_it_is_busy() {
        monitor.accept(new Gauge("pool_utilisation_permille", 310));
        monitor.accept(new Gauge("pool_exhausted_permille", 820));
        monitor.accept(new Gauge("pool_wait_p99_us", 340_000));
        passSeconds(5);
        assertThat(firing().text())
                .isEqualTo(
                        "the database pool is too small: callers waited for a connection 82 % of the time, with a p99 wait of"
                                + " 340 ms (limits 80 %, 100 ms)");
        monitor.accept(new Gauge("pool_exhausted_permille", 0));
        passSeconds(5);
        assertThat(changes.get(1).text()).contains("the database pool was too small: callers waited");
    }

    @Test
    void a_nearly_full_disk_and_a_late_backup_are_reported_until_they_are_mended() {
        long gb = 1L << 30;
        service.condition(new SiteCondition(10 * gb, gb, null));
        service.condition(new SiteCondition(1_000 * gb, 3 * gb, null));
        service.condition(SiteCondition.UNKNOWN);
        assertThat(changes).isEmpty();
        service.condition(new SiteCondition(10 * gb, 100 * MB, null));
        assertThat(firing().rule()).isEqualTo(AlertRule.DISK_FULL);
        assertThat(firing().text()).isEqualTo("the disk of the site is 99 % full, 100 MB free (limit 512 MB free)");
        service.condition(new SiteCondition(10 * gb, 50 * MB, null));
        assertThat(firing().text()).startsWith("the disk of the site is 100 % full, 50 MB free");
        service.condition(new SiteCondition(10 * gb, 5 * gb, "no space left on the disk"));
        assertThat(firing().rule()).isEqualTo(AlertRule.BACKUP);
        assertThat(firing().text()).isEqualTo("the backup: no space left on the disk");
        assertThat(service.summary().toJson().getString("level")).isEqualTo("warning");
        service.condition(new SiteCondition(10 * gb, 5 * gb, null));
        assertThat(changes).hasSize(4);
        assertThat(changes.get(3).text()).isEqualTo("Resolved after 0 s: the backup: no space left on the disk");
    }

    @Test
    void growth_within_a_healthy_start_is_no_alert() {
        monitor.memory.baseline(
                new MemoryReading(60 * MB, -1, 1, 1, 24 * MB, HEAP, 1, 1, 0, 0, CgroupLimits.CgroupMemory.NONE),
                clock.millis());
        for (int i = 0; i < 40; i++) {
            long committed = Math.min(HEAP, (24 + 4 * i) * MB);
            read((80 + 6 * i) * MB, committed, (10 + i) * MB, i / 2, CgroupLimits.CgroupMemory.NONE);
            clock.passSeconds(15);
        }
        assertThat(monitor.memory.judging()).isFalse();
        nativeMinutes(120, 130);
        assertThat(monitor.memory.judging()).isTrue();
        assertThat(changes).isEmpty();
        assertThat(monitor.memory.highWater()).isEqualTo((80 + 6 * 39) * MB);
    }

    @Test
    void native_memory_that_stays_high_for_ten_minutes_is_reported_until_it_falls() {
        nativeMinutes(61, 60);
        nativeMinutes(9, 130);
        assertThat(changes).isEmpty();
        nativeMinutes(2, 135);
        assertThat(firing().rule()).isEqualTo(AlertRule.NATIVE_GROWTH);
        assertThat(firing().text())
                .startsWith("memory outside the Java heap has grown to 135 MB, 60 MB in the first hour (limit 124 MB)");
        assertThat(service.summary().toJson().getString("level")).isEqualTo("warning");
        assertThat(evidence().getJsonObject("facts").getLong("native_bytes")).isEqualTo(135 * MB);
        nativeMinutes(1, 70);
        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).text()).startsWith("Resolved after ").contains("had grown to 135 MB");
    }

    @Test
    void a_quarter_more_than_a_large_median_is_needed_too() {
        nativeMinutes(61, 400);
        nativeMinutes(30, 480);
        assertThat(changes).isEmpty();
        nativeMinutes(11, 510);
        assertThat(firing().rule()).isEqualTo(AlertRule.NATIVE_GROWTH);
    }

    @Test
    void a_heap_that_rises_for_six_windows_and_is_over_seventy_percent_leaks() {
        heapMinutes(12, 60, 0);
        long after = heapMinutes(5, 80, 3);
        assertThat(changes).isEmpty();
        after = heapMinutes(1, after, 3);
        assertThat(firing().rule()).isEqualTo(AlertRule.HEAP_LEAK);
        assertThat(firing().text())
                .isEqualTo("the heap keeps growing: 77 % of its maximum after garbage collection (limit 70 %)");
        heapMinutes(2, after, 3);
        assertThat(firing().value()).isBetween(81.0, 82.0);
        heapMinutes(1, 50, 0);
        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).text()).contains("the heap kept growing: 81 % of its maximum");
    }

    @Test
    void a_full_heap_that_does_not_rise_and_a_rising_one_that_is_not_full_are_no_leak() {
        heapMinutes(30, 110, 0);
        heapMinutes(30, 20, 2);
        assertThat(changes).isEmpty();
    }

    @Test
    void a_container_near_its_limit_is_reported_at_any_time() {
        read(95 * MB, 30 * MB, 0, 0, new CgroupLimits.CgroupMemory(100 * MB, 95 * MB));
        assertThat(changes).isEmpty();
        read(95 * MB, 30 * MB, 0, 0, new CgroupLimits.CgroupMemory(100 * MB, 95 * MB));
        assertThat(firing().text()).isEqualTo("the container uses 95 % of its limit of 100 MB (limit 90 %)");
        read(60 * MB, 30 * MB, 0, 0, new CgroupLimits.CgroupMemory(100 * MB, 60 * MB));
        read(60 * MB, 30 * MB, 0, 0, new CgroupLimits.CgroupMemory(100 * MB, 60 * MB));
        assertThat(changes).hasSize(2);
        assertThat(changes.get(1).text()).contains("the container used 95 %");
    }

    @Test
    void the_watch_over_the_baseline_is_an_option() {
        MonitorState watched = new MonitorState(clock, 10, 10 * MB, false);
        AlertSettings ten = Settings.of(Map.of("METRICS_ALERT_MEMORY_GROWTH", "10"))
                .metrics()
                .alerts();
        MonitorService watching = new MonitorService(watched, SamplingRates.all(), ten, changes::add, null);
        watched.memory.baseline(rss(100), 0);
        for (long megabytes : new long[] {109, 111, 150, 105, 120}) {
            watched.memory.accept(rss(megabytes), 1, 0);
            watching.onMemoryReading();
        }
        assertThat(changes).extracting(Alert::firing).containsExactly(true, false, true);
        assertThat(changes.get(1).text()).contains("resident memory had grown by 50 MB since the start (limit 10 MB)");
        assertThat(watched.memory.highWater()).isEqualTo(150 * MB);
    }

    private static MemoryReading rss(long megabytes) {
        return new MemoryReading(megabytes * MB, -1, 1, 1, 1, HEAP, 1, 1, 0, 0, CgroupLimits.CgroupMemory.NONE);
    }
}
