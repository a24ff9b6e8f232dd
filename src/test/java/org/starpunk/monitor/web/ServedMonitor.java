package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import io.vertx.ext.web.handler.HttpException;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.starpunk.config.MetricsSettings;
import org.starpunk.config.Settings;
import org.starpunk.monitor.MetricsVerticle;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.EventBatch;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SiteCondition;

/** Routes of the monitor on a real server, with an access check that the test controls. */
abstract class ServedMonitor {

    static final Endpoint NOTE = new Endpoint("GET", "/notes/:slug", false);

    final AtomicBoolean author = new AtomicBoolean(true);

    /** Reason for the failure of the last request; empty if it succeeded. */
    final AtomicReference<String> reason = new AtomicReference<>("");

    final HttpClient client = HttpClient.newHttpClient();
    final SamplingRates sampling = SamplingRates.all();
    Vertx vertx;
    Context loop;
    Recorder recorder;
    HttpServer server;
    MonitorRoutes routes;
    String verticle;

    static MetricsSettings settings(boolean enabled, @Nullable String prometheusToken) {
        return new MetricsSettings(
                enabled,
                "METRICS_ENABLED in the environment",
                Duration.ofSeconds(1),
                Map.of(),
                false,
                1000,
                Duration.ofSeconds(30),
                false,
                true,
                true,
                prometheusToken,
                false,
                Settings.of(Map.of()).metrics().alerts());
    }

    MetricsVerticle metricsVerticle(MetricsSettings settings) {
        return new MetricsVerticle(
                settings,
                sampling,
                "0.1.0",
                unused -> Future.failedFuture("no webhook"),
                MetricSnapshots::new,
                () -> SiteCondition.UNKNOWN,
                null);
    }

    static <T> T wait(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
    }

    @BeforeEach
    final void start() {
        RequestTiming.register();
        vertx = Vertx.vertx();
        vertx.eventBus().registerCodec(new EventBatch.EventBatchCodec());
        MetricsSettings settings = settings(true, "secret");
        verticle = wait(vertx.deployVerticle(metricsVerticle(settings)));
        serve(settings);
        loop = vertx.getOrCreateContext();
        CompletableFuture<Recorder> made = new CompletableFuture<>();
        loop.runOnContext(unused -> made.complete(Recorder.toBus(vertx, sampling)));
        recorder = made.orTimeout(120, TimeUnit.SECONDS).join();
    }

    final void serve(MetricsSettings settings) {
        Router router = Router.router(vertx);
        router.post().handler(BodyHandler.create(false));
        routes = new MonitorRoutes(
                vertx,
                settings,
                new MonitorAccess(
                        this::gate, this::gate, unused -> "author", unused -> Future.succeededFuture(author.get())),
                RoutingContext::next);
        router.route().failureHandler(ctx -> {
            if (ctx.failure() != null) {
                reason.set(String.valueOf(
                        ctx.failure() instanceof HttpException http ? http.getPayload() : ctx.failure()));
            }
            ctx.next();
        });
        routes.mount(router);
        server = wait(vertx.createHttpServer().requestHandler(router).listen(0, "127.0.0.1"));
    }

    void gate(RoutingContext ctx) {
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

    void requests(int number, int status) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        loop.runOnContext(unused -> {
            for (int i = 0; i < number; i++) {
                recorder.requestEnded(recorder.requestStarted(), NOTE, status, 0, 100);
            }
            done.complete(null);
        });
        done.orTimeout(120, TimeUnit.SECONDS).join();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.actualPort() + path);
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(Duration.ofMinutes(2));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, String form) throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build(),
                BodyHandlers.ofString());
    }

    JsonObject metrics() throws IOException, InterruptedException {
        HttpResponse<String> response = get("/admin/metrics");
        assertThat(response.statusCode()).isEqualTo(200);
        return new JsonObject(response.body());
    }

    void awaitRequests(int number) {
        await().pollInterval(Duration.ofMillis(250))
                .until(() -> metrics().getJsonObject("summary").getInteger("requests") == number);
    }

    /** An event of a stream. */
    record StreamEvent(String event, JsonObject data) {}

    List<StreamEvent> watch() {
        List<StreamEvent> seen = new CopyOnWriteArrayList<>();
        CompletableFuture<HttpResponse<Stream<String>>> stream = client.sendAsync(
                HttpRequest.newBuilder(uri("/admin/metrics/stream")).build(), BodyHandlers.ofLines());
        stream.thenAcceptAsync(response -> collect(response.body(), seen));
        return seen;
    }

    static void collect(Stream<String> lines, List<StreamEvent> seen) {
        String[] event = {""};
        lines.forEach(line -> {
            if (line.startsWith("event: ")) {
                event[0] = line.substring(7);
            } else if (line.startsWith("data: ")) {
                seen.add(new StreamEvent(event[0], new JsonObject(line.substring(6))));
            }
        });
    }

    static Predicate<StreamEvent> is(String event) {
        return sent -> sent.event.equals(event);
    }
}
