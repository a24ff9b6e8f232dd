package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.config.MetricsSettings;
import org.starpunk.monitor.MetricsVerticle;
import org.starpunk.telemetry.Addresses;
import org.starpunk.telemetry.Batch;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Sampling;

/** The monitor's routes on a real server, with a gate that the test opens and closes. */
class MonitorRoutesTest {

    private static final Endpoint NOTE = new Endpoint("GET", "/notes/:slug", false);

    private final AtomicBoolean author = new AtomicBoolean(true);
    private final HttpClient client = HttpClient.newHttpClient();
    private final Sampling sampling = Sampling.all();
    private Vertx vertx;
    private Context loop;
    private Recorder recorder;
    private HttpServer server;
    private MonitorRoutes routes;
    private String verticle;

    private static MetricsSettings settings(boolean enabled, String prometheusToken) {
        return new MetricsSettings(
                enabled,
                "METRICS_ENABLED in the environment",
                Duration.ofSeconds(1),
                Map.of(),
                1000,
                Duration.ofSeconds(30),
                false,
                true,
                true,
                prometheusToken);
    }

    private static <T> T wait(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(10, TimeUnit.SECONDS)
                .join();
    }

    @BeforeEach
    void start() {
        RequestTiming.register();
        vertx = Vertx.vertx();
        vertx.eventBus().registerCodec(new Batch.Codec());
        MetricsSettings settings = settings(true, "secret");
        verticle = wait(vertx.deployVerticle(new MetricsVerticle(settings, sampling, "0.1.0")));
        serve(settings);
        loop = vertx.getOrCreateContext();
        CompletableFuture<Recorder> made = new CompletableFuture<>();
        loop.runOnContext(unused -> made.complete(Recorder.toBus(vertx, sampling)));
        recorder = made.orTimeout(5, TimeUnit.SECONDS).join();
    }

    private void serve(MetricsSettings settings) {
        Router router = Router.router(vertx);
        router.post().handler(BodyHandler.create(false));
        routes = new MonitorRoutes(
                vertx, settings, this::gate, unused -> Future.succeededFuture(author.get()), RoutingContext::next);
        routes.mount(router);
        server = wait(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    private void gate(RoutingContext ctx) {
        if (author.get()) {
            ctx.next();
        } else {
            ctx.fail(401);
        }
    }

    @AfterEach
    void stop() {
        wait(vertx.close());
    }

    private void requests(int number, int status) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.runOnContext(unused -> {
            for (int i = 0; i < number; i++) {
                recorder.requestEnded(recorder.requestStarted(), NOTE, status, 0, 100);
            }
            done.complete(null);
        });
        done.orTimeout(5, TimeUnit.SECONDS).join();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    private HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofSeconds(10));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    private JsonObject metrics() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/admin/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    private void awaitRequests(int number) {
        await().pollInterval(Duration.ofMillis(250))
                .until(() -> metrics().getJsonObject("summary").getInteger("requests") == number);
    }

    /** One event of a stream. */
    private record Sent(String event, JsonObject data) {}

    private List<Sent> watch() {
        List<Sent> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<HttpResponse<Stream<String>>> stream = client.sendAsync(
                HttpRequest.newBuilder(uri("/admin/metrics/stream")).build(), BodyHandlers.ofLines());
        stream.thenAcceptAsync(response -> collect(response.body(), seen));
        return seen;
    }

    private static void collect(Stream<String> lines, List<Sent> seen) {
        String[] event = {""};
        lines.forEach(line -> {
            if (line.startsWith("event: ")) {
                event[0] = line.substring(7);
            } else if (line.startsWith("data: ")) {
                seen.add(new Sent(event[0], new JsonObject(line.substring(6))));
            }
        });
    }

    private static Predicate<Sent> is(String event) {
        return sent -> sent.event.equals(event);
    }

    @Test
    void nobody_but_the_author_sees_anything() throws Exception {
        author.set(false);
        for (String path : List.of(
                "/admin/metrics",
                "/admin/metrics/stream",
                "/admin/metrics.csv",
                "/admin/metrics.json",
                "/admin/traces/00000000000000000000000000000000")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(post("/admin/metrics/clear", "").statusCode()).isEqualTo(401);
        assertThat(post("/admin/metrics/sampling", "rate=0").statusCode()).isEqualTo(401);
    }

    @Test
    void the_stream_begins_with_a_snapshot_and_goes_on_with_small_frames() {
        requests(3, 200);
        awaitRequests(3);
        List<Sent> seen = watch();
        await().until(() -> seen.stream().filter(is("frame")).count() >= 2);
        assertThat(seen.get(0).event).isEqualTo("snapshot");
        assertThat(seen.get(0).data.getJsonArray("recent")).hasSize(3);
        requests(1, 500);
        await().until(() -> seen.stream()
                .anyMatch(sent -> is("frame").test(sent)
                        && sent.data.getJsonObject("summary").getInteger("requests") == 4));
        Sent frame = seen.get(seen.size() - 1);
        assertThat(frame.data.encode().length()).isLessThan(2048);
        assertThat(frame.data.getJsonObject("summary").getInteger("errors")).isEqualTo(1);
    }

    @Test
    void a_frame_carries_the_newest_request_and_its_row() {
        List<Sent> seen = watch();
        await().until(() -> seen.stream().anyMatch(is("frame")));
        requests(1, 200);
        await().until(() -> seen.stream()
                .anyMatch(sent -> is("frame").test(sent)
                        && !sent.data.getJsonArray("recent").isEmpty()));
        JsonObject frame = seen.stream()
                .filter(sent -> is("frame").test(sent)
                        && !sent.data.getJsonArray("recent").isEmpty())
                .findFirst()
                .orElseThrow()
                .data;
        assertThat(frame.getJsonArray("recent").getJsonObject(0).getString("operation_name"))
                .isEqualTo("GET /notes/:slug");
        assertThat(frame.getJsonArray("endpoints").getJsonObject(0).getInteger("count"))
                .isEqualTo(1);
    }

    @Test
    void a_logout_ends_the_streams_of_those_who_may_no_longer_watch() {
        List<Sent> seen = watch();
        await().until(() -> seen.stream().anyMatch(is("snapshot")));
        author.set(false);
        vertx.eventBus().publish(Addresses.CLEAR_METRICS, "logout");
        await().until(() -> seen.stream().anyMatch(is("bye")));
        assertThat(seen.get(seen.size() - 1).data.getString("reason")).isEqualTo("logout");
    }

    @Test
    void a_stop_tells_the_viewers() {
        List<Sent> seen = watch();
        await().until(() -> seen.stream().anyMatch(is("snapshot")));
        vertx.runOnContext(unused -> routes.close());
        await().until(() -> seen.stream().anyMatch(is("bye")));
        assertThat(seen.get(seen.size() - 1).data.getString("reason")).isEqualTo("stopping");
    }

    @Test
    void viewers_get_a_new_snapshot_after_the_metrics_verticle_was_restarted() {
        List<Sent> seen = watch();
        await().until(() -> seen.stream().filter(is("frame")).count() >= 2);
        wait(vertx.undeploy(verticle));
        wait(vertx.deployVerticle(new MetricsVerticle(settings(true, "secret"), sampling, "0.1.0")));
        await().until(() -> seen.stream().filter(is("snapshot")).count() == 2);
    }

    @Test
    void a_dead_monitor_is_a_503_and_nothing_worse() throws Exception {
        wait(vertx.undeploy(verticle));
        assertThat(get("/admin/metrics").statusCode()).isEqualTo(503);
    }

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
        String labels = "{http_request_method=\"GET\",http_route=\"/notes/:slug\"}";
        assertThat(text.lines())
                .contains("http_server_request_duration_seconds_count" + labels + " 4")
                .contains("starpunk_http_errors_total" + labels + " 1")
                .contains("starpunk_http_responses_total{http_response_status_code=\"500\"} 1")
                .contains("starpunk_metrics_dropped_total 0")
                .allMatch(line -> line.startsWith("# ") || line.matches("[a-z_]+(\\{.*})? [0-9.E+-]+"));
    }

    @Test
    void a_wrong_window_is_refused() throws Exception {
        assertThat(get("/admin/metrics?window=1h").statusCode()).isEqualTo(200);
        assertThat(get("/admin/metrics?window=24h").statusCode()).isEqualTo(200);
        assertThat(get("/admin/metrics?window=7d").statusCode()).isEqualTo(400);
    }

    @Test
    void asking_too_often_gets_429() throws Exception {
        int refused = 0;
        for (int i = 0; i < 100; i++) {
            HttpResponse<String> response = get("/admin/traces/x");
            if (response.statusCode() == 429) {
                refused++;
                assertThat(response.headers().firstValue("Retry-After")).contains("1");
            }
        }
        assertThat(refused).isPositive();
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
