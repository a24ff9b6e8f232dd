package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.OperationType;

/** Exports of the monitor, and refused requests. */
class MonitorExportTest extends ServedMonitor {

    @Test
    void the_buffer_is_exported_as_csv_and_as_json() throws Exception {
        requests(2, 200);
        requests(1, 404);
        awaitRequests(3);
        List<String> lines = get("/admin/metrics.csv").body().lines().toList();
        assertThat(lines).hasSize(4);
        assertThat(lines.get(0)).isEqualTo("operation_type,operation_name,timestamp,duration_ms,process_id,metadata");
        assertThat(lines.get(3)).startsWith("http,GET /notes/:slug,20").contains("\"\"status\"\":404");
        JsonArray all = new JsonArray(get("/admin/metrics.json").body());
        assertThat(all).hasSize(3);
        assertThat(all.getJsonObject(2).getJsonObject("metadata").getInteger("status"))
                .isEqualTo(404);
        assertThat(new JsonArray(get("/admin/metrics.json?type=database").body()))
                .isEmpty();
        assertThat(get("/admin/metrics.json?type=nonsense").statusCode()).isEqualTo(400);
    }

    @Test
    void a_large_buffer_is_exported_whole() throws Exception {
        requests(1, 200);
        for (int i = 1; i <= 9; i++) {
            requests(100, 200);
            awaitRequests(1 + i * 100);
        }
        assertThat(new JsonArray(get("/admin/metrics.json").body())).hasSize(901);
        assertThat(get("/admin/metrics.csv").body().lines()).hasSize(902);
    }

    @Test
    void a_failed_request_is_found_by_its_id() throws Exception {
        requests(1, 500);
        awaitRequests(1);
        String id = metrics().getJsonArray("traces").getJsonObject(0).getString("request_id");
        JsonObject trace = new JsonObject(get("/admin/traces/" + id).body());
        assertThat(trace.getString("endpoint")).isEqualTo("GET /notes/:slug");
        assertThat(trace.getString("why")).isEqualTo("error");
        assertThat(trace.getJsonArray("spans")).isEmpty();
        assertThat(get("/admin/traces/nonsense").statusCode()).isEqualTo(404);
    }

    @Test
    void the_form_changes_rates_and_says_what_is_allowed() throws Exception {
        JsonObject rates = new JsonObject(
                post("/admin/metrics/sampling", "rate=0.5&database=0.1").body());
        assertThat(rates.getDouble("database")).isEqualTo(0.1);
        assertThat(rates.getDouble("http")).isEqualTo(0.5);
        assertThat(post("/admin/metrics/sampling", "rate=2").statusCode()).isEqualTo(400);
        assertThat(post("/admin/metrics/sampling", "rate=much").statusCode()).isEqualTo(400);
        assertThat(post("/admin/metrics/sampling", "").statusCode()).isEqualTo(400);
    }

    @Test
    void prometheus_reads_the_counters_with_the_token_alone() throws Exception {
        requests(3, 200);
        requests(1, 500);
        awaitRequests(4);
        assertThat(get("/metrics").statusCode()).isEqualTo(401);
        assertThat(get("/metrics", "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        String text = get("/metrics", "Authorization", "Bearer secret").body();
        assertThat(text)
                .contains("http_server_request_duration_seconds_count{error_type=\"500\",http_request_method=\"GET\","
                        + "http_response_status_code=\"500\",http_route=\"/notes/:slug\"} 1\n")
                .contains("starpunk_metrics_dropped_total 0.0\n");
    }

    @Test
    void other_code_records_its_own_point_with_one_line() throws Exception {
        loop.runOnContext(unused ->
                recorder.record(OperationType.RENDER, "thumbnail_made", 7_000_000, Map.of("width", 640), false));
        await().untilAsserted(() -> assertThat(metrics().getJsonArray("business"))
                .first()
                .satisfies(
                        row -> assertThat(((JsonObject) row).getString("name")).isEqualTo("thumbnail_made"))
                .satisfies(row ->
                        assertThat(((JsonObject) row).getDouble("mean_ms")).isEqualTo(7.0)));
        JsonObject point = metrics().getJsonArray("recent").getJsonObject(0);
        assertThat(point.getString("operation_type")).isEqualTo("render");
        assertThat(point.getJsonObject("metadata").getInteger("width")).isEqualTo(640);
    }

    @Test
    void a_wrong_window_is_refused() throws Exception {
        assertThat(get("/admin/metrics?window=1h").statusCode()).isEqualTo(200);
        assertThat(get("/admin/metrics?window=24h").statusCode()).isEqualTo(200);
        assertThat(get("/admin/metrics?window=7d").statusCode()).isEqualTo(400);
    }

    @Test
    void asking_too_often_gets_429() throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri("/admin/traces/x")).build();
        Optional<HttpResponse<String>> refused = await().until(
                        () ->
                                Stream.generate(() -> client.sendAsync(request, BodyHandlers.ofString()))
                                        .limit(100)
                                        .toList()
                                        .stream()
                                        .map(CompletableFuture::join)
                                        .filter(response -> response.statusCode() == 429)
                                        .findFirst(),
                        Optional::isPresent);
        assertThat(refused.orElseThrow().headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void a_monitor_that_is_off_says_where_that_was_set() throws Exception {
        serve(settings(false, "secret"));
        JsonObject off = metrics();
        assertThat(off.getBoolean("enabled")).isFalse();
        assertThat(off.getString("enabled_source")).isEqualTo("METRICS_ENABLED in the environment");
        assertThat(get("/admin/metrics/stream").statusCode()).isEqualTo(503);
    }
}
