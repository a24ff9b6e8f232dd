package org.starpunk.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.hawkular.agent.prometheus.text.TextPrometheusMetricDataParser;
import org.hawkular.agent.prometheus.types.Counter;
import org.hawkular.agent.prometheus.types.Gauge;
import org.hawkular.agent.prometheus.types.Histogram;
import org.hawkular.agent.prometheus.types.Metric;
import org.hawkular.agent.prometheus.types.MetricFamily;
import org.hawkular.agent.prometheus.types.MetricType;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.TestDatabase;

/**
 * Metrics of a started server, read by a third-party parser, and checked by the rules of {@code promtool check
 * metrics}.
 */
class PrometheusJourneyTest {

    /** OpenTelemetry's own name, which promtool's rules do not accept. */
    private static final Set<String> NAMED_BY_OTHERS = Set.of("db_client_connection_count");

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private TestSite site;

    @AfterEach
    void stop() {
        site.close();
    }

    private void start(Map<String, String> more) {
        Map<String, String> variables = new HashMap<>(more);
        variables.put("METRICS_SAMPLING_RATE", "0.1");
        site = TestSite.start(variables).setUp();
    }

    private Map<String, MetricFamily> scrape() {
        String text = site.get("/metrics").body();
        Map<String, MetricFamily> families = new HashMap<>();
        TextPrometheusMetricDataParser parser =
                new TextPrometheusMetricDataParser(new ByteArrayInputStream(text.getBytes(UTF_8)));
        try {
            for (MetricFamily family = parser.parse(); family != null; family = parser.parse()) {
                assertThat(families.put(family.getName(), family))
                        .as("each family once")
                        .isNull();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return families;
    }

    private static MetricFamily family(Map<String, MetricFamily> families, String name) {
        return Objects.requireNonNull(families.get(name), () -> name + " is not among " + families.keySet());
    }

    private static Histogram histogram(Map<String, MetricFamily> families, String name, Map<String, String> labels) {
        return family(families, name).getMetrics().stream()
                .filter(metric -> metric.getLabels().equals(labels))
                .map(Histogram.class::cast)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " has no " + labels));
    }

    private static double value(Map<String, MetricFamily> families, String name) {
        Metric metric = family(families, name).getMetrics().get(0);
        return metric instanceof Counter counter ? counter.getValue() : ((Gauge) metric).getValue();
    }

    @Test
    void every_request_and_statement_is_counted_under_the_names_of_open_telemetry() {
        start(Map.of("METRICS_PROMETHEUS_ENABLED", "true"));
        site.publish("A note for Prometheus", "tag");
        for (int i = 0; i < 7; i++) {
            assertThat(site.get("/notes/a-note-for-prometheus").statusCode()).isEqualTo(200);
            assertThat(site.get("/notes/none-" + i).statusCode()).isEqualTo(404);
        }
        assertThat(site.get("/feed.rss").statusCode()).isEqualTo(200);
        String requests = "http_server_request_duration_seconds";
        Map<String, String> missing =
                Map.of("http_request_method", "GET", "http_route", "/notes/:slug", "http_response_status_code", "404");
        await().untilAsserted(
                        () -> assertThat(histogram(scrape(), requests, missing).getSampleCount())
                                .isEqualTo(7));
        await().until(() -> scrape().keySet()
                .containsAll(List.of(
                        "db_client_connection_count",
                        "starpunk_feed_render_duration_seconds",
                        "process_resident_memory_bytes")));
        Map<String, MetricFamily> families = scrape();
        Histogram notes = histogram(families, requests, missing);
        assertThat(notes.getBuckets().get(notes.getBuckets().size() - 1).getCumulativeCount())
                .isEqualTo(7);
        assertThat(notes.getSampleSum()).isPositive();
        assertThat(family(families, "db_client_operation_duration_seconds").getType())
                .isEqualTo(MetricType.HISTOGRAM);
        assertThat(family(families, "db_client_operation_duration_seconds").getMetrics())
                .anySatisfy(metric -> assertThat(metric.getLabels())
                        .containsEntry("db_system_name", TestDatabase.onPostgres() ? "postgresql" : "sqlite")
                        .containsEntry("db_operation_name", "SELECT"));
        assertThat(family(families, "starpunk_feed_render_duration_seconds").getMetrics())
                .extracting(metric -> metric.getLabels().get("format"))
                .containsExactly("rss");
        assertThat(value(families, "starpunk_cache_requests_total")).isPositive();
        assertThat(value(families, "starpunk_metrics_dropped_total")).isZero();
        assertThat(value(families, "jvm_memory_used_bytes")).isPositive();
        assertThat(family(families, "jvm_gc_duration_seconds").getType()).isEqualTo(MetricType.SUMMARY);
        assertThat(family(families, "starpunk_build_info").getMetrics().get(0).getLabels())
                .containsKeys("version", "java_version");
        assertThat(families)
                .containsKeys(
                        "http_server_active_requests",
                        "db_client_connection_count",
                        "starpunk_notes_created_total",
                        "starpunk_slow_queries_total",
                        "starpunk_metrics_buffer_entries",
                        "process_resident_memory_bytes");
        assertThat(problems(families.values())).isEmpty();
    }

    /** Returns violations of promtool's rules that concern only names. */
    private static List<String> problems(Iterable<MetricFamily> families) {
        List<String> problems = new ArrayList<>();
        for (MetricFamily family : families) {
            String name = family.getName();
            boolean counter = family.getType() == MetricType.COUNTER;
            if (family.getHelp() == null || family.getHelp().isBlank()) {
                problems.add(name + " has no help");
            }
            if (counter != name.endsWith("_total")) {
                problems.add(name + ": _total is for counters, and for all of them");
            }
            if (!name.matches("[a-z][a-z0-9_]*")) {
                problems.add(name + " is not in snake case");
            }
            if (name.matches(".*_(ms|millis|milliseconds|micros|nanos|kib|mib|mb|kb)(_total)?")) {
                problems.add(name + " is not in a base unit");
            }
            if (name.matches(".*_(count|sum|bucket)") && !NAMED_BY_OTHERS.contains(name)) {
                problems.add(name + " ends like a part of a histogram");
            }
        }
        return problems;
    }

    @Test
    void a_reader_may_ask_for_open_metrics() {
        start(Map.of("METRICS_PROMETHEUS_ENABLED", "true"));
        HttpResponse<String> read = site.get("/metrics", "Accept", "application/openmetrics-text; version=1.0.0");
        assertThat(read.headers().firstValue("Content-Type").orElseThrow()).startsWith("application/openmetrics-text");
        assertThat(read.body()).endsWith("# EOF\n").contains("starpunk_build_info{");
        assertThat(site.get("/metrics").headers().firstValue("Content-Type").orElseThrow())
                .startsWith("text/plain; version=0.0.4");
    }

    @Test
    void it_is_off_until_configured() {
        start(Map.of());
        assertThat(site.get("/metrics").statusCode()).isEqualTo(404);
    }

    @Test
    void the_numbers_of_vertx_itself_are_told_when_asked_for() {
        start(Map.of("METRICS_PROMETHEUS_ENABLED", "true", "METRICS_PROMETHEUS_VERTX", "true"));
        site.publish("Over the event bus", "");
        Map<String, MetricFamily> families = scrape();
        assertThat(value(families, "vertx_eventbus_handlers")).isPositive();
        assertThat(family(families, "vertx_pool_completed_total").getMetrics()).anySatisfy(pool -> {
            assertThat(pool.getLabels()).containsEntry("pool_name", "starpunk-store");
            assertThat(((Counter) pool).getValue()).isPositive();
        });
        assertThat(families.keySet()).noneMatch(name -> name.startsWith("vertx_http"));
    }

    /**
     * Simulates the load of a busy site: visitors, caches that revalidate, feed readers, mistyped addresses, and the
     * author.
     */
    private void beBusy() {
        site.publish("A note for everyone", "one, two");
        String style = site.get("/").body().replaceFirst("(?s).*href=\"(/static/[^\"]+)\".*", "$1");
        for (String page : List.of("/", "/notes/a-note-for-everyone", "/feed.rss", "/feed.atom", "/feed.json", style)) {
            String etag = site.get(page).headers().firstValue("ETag").orElseThrow();
            assertThat(site.get(page, "If-None-Match", etag).statusCode()).isEqualTo(304);
        }
        for (String page : List.of("/search?q=note", "/notes/none", "/nowhere", "/health", "/admin/notes")) {
            assertThat(site.get(page).statusCode()).isIn(200, 404);
        }
        assertThat(site.post("/micropub", "h", "entry").statusCode()).isEqualTo(401);
    }

    @Test
    void a_scrape_of_a_busy_site_is_small() {
        start(Map.of("METRICS_PROMETHEUS_ENABLED", "true"));
        site.restart(); // without the requests of the setup
        beBusy();
        await().until(() -> scrape().containsKey("db_client_connection_count"));
        assertThat(site.get("/metrics").body().length()).isLessThan(40_000);
    }

    @Test
    void a_scrape_is_compressed_for_a_scraper_that_accepts_gzip() throws Exception {
        start(Map.of("METRICS_PROMETHEUS_ENABLED", "true"));
        beBusy();
        HttpResponse<byte[]> packed = site.client()
                .send(
                        site.request("/metrics", "Accept-Encoding", "gzip").build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(packed.headers().firstValue("Vary")).contains("Accept, Accept-Encoding");
        byte[] text = new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes();
        assertThat(new String(text, UTF_8)).contains("http_server_request_duration_seconds_count{");
        assertThat(packed.body().length).isLessThan(text.length / 5);
        assertThat(site.get("/metrics", "Accept-Encoding", "gzip;q=0").headers().firstValue("Content-Encoding"))
                .isEmpty();
    }

    @Test
    void a_request_is_counted_under_its_method_and_without_a_route_when_none_matched() {
        start(Map.of("METRICS_PROMETHEUS_ENABLED", "true"));
        assertThat(site.get("/nowhere").statusCode()).isEqualTo(404);
        for (String method : List.of("DELETE", "BREW", "INVENTED")) {
            HttpRequest.Builder request = site.request("/nowhere/else").method(method, BodyPublishers.noBody());
            assertThat(site.send(request.build()).statusCode()).isGreaterThanOrEqualTo(400);
        }
        await().untilAsserted(() -> {
            String text = site.get("/metrics").body();
            String count = "(?m)^http_server_request_duration_seconds_count\\{(?:error_type=\"\\d+\",)?";
            assertThat(text)
                    .containsPattern(count + "http_request_method=\"GET\",http_response_status_code=\"404\"} 1$")
                    .containsPattern(count + "http_request_method=\"DELETE\",http_response_status_code=\"\\d+\"} 1$")
                    .containsPattern(count + "http_request_method=\"_OTHER\",http_response_status_code=\"\\d+\"} 2$")
                    .doesNotContain("BREW", "INVENTED", "\"*\"", "no route");
        });
    }

    @Test
    void the_parts_of_a_requests_time_and_its_outcome_are_counters() {
        start(Map.of("METRICS_PROMETHEUS_ENABLED", "true"));
        assertThat(site.get("/").statusCode()).isEqualTo(200);
        assertThat(site.get("/nowhere").statusCode()).isEqualTo(404);
        await().untilAsserted(() -> {
            String text = site.get("/metrics").body();
            assertThat(text)
                    .containsPattern("(?m)^starpunk_http_request_part_seconds_total\\{http_request_method=\"GET\","
                            + "http_route=\"/\",part=\"server\"} (?!0\\.0$)[0-9]+\\.[0-9]+(?:E-[0-9]+)?$")
                    .contains("starpunk_http_outcomes_total{outcome=\"client_error\"} 1.0\n")
                    .contains("starpunk_http_outcomes_total{outcome=\"server_error\"} 0.0\n");
        });
    }
}
