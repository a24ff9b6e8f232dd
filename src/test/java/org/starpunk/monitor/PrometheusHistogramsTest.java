package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.SqlShape;
import org.starpunk.telemetry.TestRequests;

/** Prometheus series of a monitor with full tables: none decreases, and their sums are exact. */
class PrometheusHistogramsTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final String COUNT = "http_server_request_duration_seconds_count";

    private final TestClock clock = new TestClock();
    private final MonitorState monitor = new MonitorState(clock, 100, 10 << 20, false);
    private final PrometheusHistograms prometheusHistograms = new PrometheusHistograms();

    PrometheusHistogramsTest() {
        monitor.prometheusHistograms = prometheusHistograms;
    }

    private Map<String, Double> scrape() {
        Map<String, Double> series = new HashMap<>();
        String text = new PrometheusExporter(monitor, prometheusHistograms)
                .text(false, new MetricSnapshots())
                .text()
                .toString();
        for (String line : text.split("\n")) {
            if (!line.startsWith("#")) {
                int value = line.lastIndexOf(' ');
                assertThat(series.put(line.substring(0, value), Double.valueOf(line.substring(value + 1))))
                        .as(line)
                        .isNull();
            }
        }
        return series;
    }

    private static double sum(Map<String, Double> series, String name, String... labels) {
        return series.entrySet().stream()
                .filter(one -> one.getKey().startsWith(name))
                .filter(one -> List.of(labels).stream().allMatch(one.getKey()::contains))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    private static void assertNothingFell(Map<String, Double> before, Map<String, Double> after) {
        before.forEach((name, value) -> {
            if (name.matches(".*_(total|count|sum|bucket)(\\{.*|$)")
                    && !name.startsWith("db_client_connection_count")) {
                assertThat(Objects.requireNonNull(after.get(name), () -> name + " has vanished"))
                        .as(name)
                        .isGreaterThanOrEqualTo(value);
            }
        });
    }

    private void request(Endpoint endpoint, int status) {
        monitor.accept(TestRequests.leftOut(endpoint, status, 2_000_000));
    }

    private void passMinutes(int minutes) {
        clock.passSeconds(60 * minutes);
        monitor.tick();
    }

    @Test
    void no_series_falls_while_idle_endpoints_are_evicted_and_return() {
        request(HOME, 200);
        request(HOME, 500);
        Map<String, Double> before = scrape();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 60; i++) {
                request(new Endpoint("GET", "/route/" + round + "/" + i, false), i % 10 == 0 ? 503 : 200);
            }
            passMinutes(20);
            Map<String, Double> after = scrape();
            assertNothingFell(before, after);
            before = after;
        }
        assertThat(monitor.endpoints.find(HOME))
                .as("evicted from the dashboard's table")
                .isNull();
        request(HOME, 500);
        Map<String, Double> after = scrape();
        assertNothingFell(before, after);
        assertThat(sum(after, COUNT, "http_route=\"/\"", "status_code=\"500\"")).isEqualTo(2);
        assertThat(sum(after, COUNT)).isEqualTo(243);
        assertThat(sum(after, "starpunk_http_errors_total")).isEqualTo(26);
        assertThat(sum(after, "starpunk_http_outcomes_total")).isEqualTo(243);
    }

    @Test
    void failures_above_the_limit_are_counted_with_method_and_status_class() {
        for (int i = 0; i < 300; i++) {
            request(new Endpoint("GET", "/route/" + i, false), 200);
        }
        request(new Endpoint("POST", "/late/1", false), 500);
        request(new Endpoint("POST", "/late/2", false), 502);
        request(new Endpoint("GET", "/late/3", false), 404);
        Map<String, Double> series = scrape();
        assertThat(sum(series, COUNT, "http_route=\"other\"", "\"POST\"", "status_code=\"5xx\"", "error_type=\"5xx\""))
                .isEqualTo(2);
        assertThat(sum(series, COUNT, "http_route=\"other\"", "\"GET\"", "status_code=\"4xx\""))
                .isEqualTo(1);
        assertThat(sum(series, COUNT)).isEqualTo(303);
        assertThat(sum(series, "starpunk_http_errors_total", "http_route=\"other\"", "\"POST\""))
                .isEqualTo(2);
        assertThat(String.join("\n", series.keySet())).doesNotContain("\"*\"");
    }

    @Test
    void failed_statements_have_a_type_of_error_also_above_the_limit() {
        for (int i = 0; i < 200; i++) {
            monitor.accept(TestQueries.ran(new SqlShape("SELECT 1 FROM t" + i, "SELECT", "t" + i), 1_000));
        }
        monitor.accept(TestQueries.failed(new SqlShape("SELECT 1 FROM t1", "SELECT", "t1"), "SQLITE_BUSY"));
        Map<String, Double> series = scrape();
        String name = "db_client_operation_duration_seconds_count";
        assertThat(sum(series, name)).isEqualTo(201);
        assertThat(sum(series, name, "error_type=\"_OTHER\"", "db_collection_name=\"other\""))
                .isEqualTo(1);
    }

    @Test
    void a_business_event_keeps_its_count_when_its_row_is_evicted() {
        event(PrometheusHistograms.NOTE_CREATED);
        event("rare");
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 50; i++) {
                event("event_" + round + "_" + i);
            }
            passMinutes(20);
        }
        event("rare");
        Map<String, Double> series = scrape();
        assertThat(series).containsEntry("starpunk_notes_created_total", 1.0);
        assertThat(sum(series, "starpunk_events_total", "name=\"rare\"")).isEqualTo(2);
        assertThat(sum(series, "starpunk_events_total")).isEqualTo(153);
    }

    private void event(String name) {
        monitor.accept(new CustomEvent(OperationType.RENDER, name, clock.millis(), 0, 0, Map.of(), false));
    }
}
