package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.config.MetricsSettings;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.EventBatch;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SiteCondition;
import org.starpunk.telemetry.SqlShape;

/** The metrics verticle on a real event loop, fed by real recorders. */
class MetricsVerticleTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final Endpoint OWN = new Endpoint("GET", "/admin/metrics", true);
    private static final SqlShape NOTES = SqlShape.of("SELECT * FROM notes WHERE slug = ?");

    private final SamplingRates sampling = SamplingRates.all();
    private final HoldingClock clock = new HoldingClock();
    private Vertx vertx;
    private String verticle;
    private MonitorClient monitor;
    private RecordingVerticle loop;

    static MetricsSettings settings(int bufferSize) {
        return new MetricsSettings(
                true,
                "default",
                Duration.ofSeconds(1),
                Map.of(),
                false,
                bufferSize,
                Duration.ofSeconds(30),
                false,
                true,
                true,
                null,
                false,
                MonitorStateTest.LIMITS);
    }

    @BeforeEach
    void start() throws Exception {
        RequestTiming.register();
        vertx = Vertx.vertx();
        vertx.eventBus().registerCodec(new EventBatch.EventBatchCodec());
        start(vertx);
        monitor = new MonitorClient(vertx);
        loop = RecordingVerticle.start(vertx, sampling);
    }

    private void start(Vertx on) throws Exception {
        verticle = on.deployVerticle(new MetricsVerticle(
                        settings(1000),
                        sampling,
                        "0.1.0",
                        unused -> Future.failedFuture("no webhook"),
                        MetricSnapshots::new,
                        () -> SiteCondition.UNKNOWN,
                        null,
                        clock))
                .toCompletionStage()
                .toCompletableFuture()
                .get(120, TimeUnit.SECONDS);
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    /** Returns the snapshot of an hour, because that of 15 minutes is cached for a second. */
    private JsonObject snapshot() {
        // After a flood of events, a reply may be late.
        return await().pollDelay(Duration.ZERO)
                .ignoreExceptions()
                .until(
                        () -> new JsonObject(monitor.snapshot("1h", 1000, null)
                                .toCompletionStage()
                                .toCompletableFuture()
                                .join()),
                        all -> !all.isEmpty());
    }

    private JsonObject snapshotWith(int requests) {
        await().until(() -> snapshot().getJsonObject("summary").getInteger("requests") == requests);
        return snapshot();
    }

    @Test
    void a_request_and_its_query_are_seen_under_one_id() {
        loop.run(recorder -> {
            RequestTiming request = recorder.requestStarted();
            QueryTiming query = new QueryTiming(
                    NOTES,
                    System.currentTimeMillis(),
                    System.nanoTime() - 210_000,
                    10_000,
                    200_000,
                    1,
                    1,
                    null,
                    false,
                    request.id(),
                    true);
            request.add(query);
            recorder.query(query);
            recorder.requestEnded(request, HOME, 200, 0, 4096);
        });
        JsonObject all = snapshotWith(1);
        JsonArray recent = all.getJsonArray("recent");
        assertThat(recent).hasSize(2);
        JsonObject http = recent.getJsonObject(0);
        JsonObject database = recent.getJsonObject(1);
        assertThat(http.getString("operation_name")).isEqualTo("GET /");
        assertThat(http.getString("timestamp")).endsWith("Z");
        assertThat(http.getJsonObject("metadata").getInteger("response_bytes")).isEqualTo(4096);
        assertThat(http.getJsonObject("metadata").getInteger("queries")).isEqualTo(1);
        assertThat(database.getString("operation_name")).isEqualTo("SELECT notes");
        assertThat(database.getDouble("duration_ms")).isEqualTo(0.21);
        assertThat(database.getJsonObject("metadata").getDouble("wait_ms")).isEqualTo(0.01);
        String id = http.getJsonObject("metadata").getString("request_id");
        assertThat(database.getJsonObject("metadata").getString("request_id")).isEqualTo(id);
        assertThat(RequestId.parse(id)).isNotZero();
        assertThat(all.getJsonArray("endpoints").getJsonObject(0).getInteger("count"))
                .isEqualTo(1);
        assertThat(all.getJsonArray("queries").getJsonObject(0).getString("shape"))
                .isEqualTo(NOTES.sql());
        assertThat(all.getJsonObject("statuses").getInteger("200")).isEqualTo(1);
    }

    @Test
    void the_monitors_own_requests_are_shown_apart() {
        loop.run(recorder -> {
            recorder.requestEnded(recorder.requestStarted(), OWN, 200, 0, 9);
            recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 9);
        });
        JsonObject all = snapshotWith(1);
        assertThat(all.getJsonArray("own_endpoints")).hasSize(1);
        assertThat(all.getJsonArray("endpoints")).hasSize(1);
        assertThat(all.getJsonArray("recent")).hasSize(1);
    }

    @Test
    void sampling_thins_the_buffer_and_never_the_totals() {
        sampling.setRate(OperationType.HTTP, 0.1);
        for (int turn = 1; turn <= 20; turn++) {
            loop.times(250, recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
            assertThat(snapshotWith(250 * turn)).isNotNull();
        }
        JsonObject all = snapshot();
        int kept = all.getJsonObject("stats").getInteger("recorded");
        assertThat(kept).isBetween(400, 600);
        assertThat(all.getJsonArray("endpoints").getJsonObject(0).getInteger("count"))
                .isEqualTo(5_000);
        assertThat(all.getJsonObject("self").getInteger("dropped")).isZero();
    }

    @Test
    void an_error_is_kept_whatever_the_rate() {
        sampling.setRate(OperationType.HTTP, 0.0);
        loop.run(recorder -> {
            recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1);
            recorder.requestEnded(recorder.requestStarted(), HOME, 500, 0, 1);
        });
        JsonArray recent = snapshotWith(2).getJsonArray("recent");
        assertThat(recent).hasSize(1);
        assertThat(recent.getJsonObject(0).getJsonObject("metadata").getInteger("status"))
                .isEqualTo(500);
    }

    @Test
    void rates_can_be_changed_and_wrong_ones_are_refused() {
        JsonObject now = new JsonObject(monitor.sampling(Map.of(OperationType.HTTP, 0.25))
                .toCompletionStage()
                .toCompletableFuture()
                .join());
        assertThat(now.getDouble("http")).isEqualTo(0.25);
        assertThat(sampling.rate(OperationType.HTTP)).isEqualTo(0.25);
        assertThat(monitor.sampling(Map.of(OperationType.HTTP, 2.0))
                        .toCompletionStage()
                        .toCompletableFuture())
                .failsWithin(Duration.ofMinutes(2))
                .withThrowableThat()
                .withMessageContaining("from 0.0 to 1.0");
        assertThat(sampling.rate(OperationType.HTTP)).isEqualTo(0.25);
    }

    @Test
    void clearing_empties_the_buffer_and_leaves_the_counts() {
        loop.run(recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 500, 0, 1));
        snapshotWith(1);
        monitor.clear().toCompletionStage().toCompletableFuture().join();
        JsonObject all = snapshot();
        assertThat(all.getJsonArray("recent")).isEmpty();
        assertThat(all.getJsonArray("traces")).isEmpty();
        assertThat(all.getJsonObject("summary").getInteger("requests")).isEqualTo(1);
    }

    @Test
    void memory_is_read_on_this_machine() {
        await().until(() -> snapshot().getJsonObject("memory").getLong("rss_bytes") != null);
        JsonObject memory = snapshot().getJsonObject("memory");
        assertThat(memory.getLong("rss_bytes")).isBetween(20L << 20, 20L << 30);
        assertThat(memory.getLong("vms_bytes")).isGreaterThan(memory.getLong("rss_bytes"));
        assertThat(memory.getJsonArray("gc")).isNotEmpty();
    }

    @Test
    void no_frame_is_made_while_nobody_watches() {
        int[] frames = {0};
        monitor.frames(null, unused -> frames[0]++);
        await().pollDelay(Duration.ofMillis(1500)).until(() -> frames[0] == 0);
        monitor.watch("door", 1, null);
        await().until(() -> frames[0] > 0);
        await().until(() -> snapshot().getJsonObject("self").getInteger("viewers") == 1);
        monitor.watch("door", 0, null);
        await().until(() -> snapshot().getJsonObject("self").getInteger("viewers") == 0);
    }

    @Test
    void a_flood_is_counted_or_dropped_and_never_kept_waiting() {
        loop.times(1_000_000, recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
        await().until(() -> {
            loop.run(recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
            return seenOrDropped() >= 1_000_000;
        });
        int before = snapshot().getJsonObject("summary").getInteger("requests");
        int dropped = snapshot().getJsonObject("summary").getInteger("dropped");
        loop.times(100, recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
        await().until(() -> snapshot().getJsonObject("summary").getInteger("requests") >= before + 100);
        assertThat(snapshot().getJsonObject("summary").getInteger("dropped")).isEqualTo(dropped);
    }

    private int seenOrDropped() {
        JsonObject summary = snapshot().getJsonObject("summary");
        return summary.getInteger("requests") + summary.getInteger("dropped");
    }

    @Test
    void a_dead_verticle_costs_its_events_and_a_new_one_goes_on() throws Exception {
        vertx.undeploy(verticle).toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
        for (int turn = 0; turn < 10; turn++) {
            loop.times(500, recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
        }
        start(vertx);
        await().until(() -> {
            loop.run(recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
            JsonObject summary = snapshot().getJsonObject("summary");
            return summary.getInteger("dropped") >= 4_000 && summary.getInteger("requests") > 0;
        });
        assertThat(snapshot().getJsonObject("summary").getInteger("dropped")).isLessThanOrEqualTo(5_100);
    }

    @Test
    void while_the_verticle_is_blocked_the_producer_goes_on_and_drops() {
        CountDownLatch blocked = new CountDownLatch(1);
        clock.hold(blocked);
        try {
            loop.run(recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
            await().until(clock::holds);
            for (int turn = 0; turn < 20; turn++) {
                loop.times(500, recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
            }
        } finally {
            blocked.countDown();
        }
        await().until(() -> {
            loop.run(recorder -> recorder.requestEnded(recorder.requestStarted(), HOME, 200, 0, 1));
            JsonObject summary = snapshot().getJsonObject("summary");
            return summary.getInteger("dropped") >= 9_000 && summary.getInteger("requests") >= 256;
        });
    }

    /** The machine's clock, which can block its reader, so that a test can block the metrics verticle. */
    private static final class HoldingClock implements TimeSource {

        private final AtomicReference<CountDownLatch> held = new AtomicReference<>();
        private final AtomicBoolean holds = new AtomicBoolean();

        void hold(CountDownLatch latch) {
            held.set(latch);
        }

        boolean holds() {
            return holds.get();
        }

        @Override
        public long cpuNanos() {
            return nanos();
        }

        @Override
        public long processCpuNanos() {
            return nanos();
        }

        @Override
        public long nanos() {
            CountDownLatch latch = held.get();
            if (latch != null && latch.getCount() > 0) {
                holds.set(true);
                await(latch);
            }
            return System.nanoTime();
        }

        private static void await(CountDownLatch latch) {
            try {
                boolean unused = latch.await(120, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public long millis() {
            return System.currentTimeMillis();
        }
    }
}
