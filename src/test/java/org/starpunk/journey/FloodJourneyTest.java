package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.monitor.RecordingVerticle;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.SamplingRates;

/**
 * A server with a flooded monitor: the site continues, memory stays bounded, lost events are counted and shown, and the
 * monitor recovers.
 */
class FloodJourneyTest {

    private static final int EVENTS = 1_000_000;
    private static final int LOOPS = 4;
    private static final int MORE_THAN_FITS = 5_000;

    private final TestSite site =
            TestSite.start(Map.of("METRICS_PROMETHEUS_ENABLED", "true")).setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    private JsonObject metrics() {
        return site.json("/admin/metrics?window=1h");
    }

    private static void record(Recorder recorder, int number) {
        Endpoint endpoint = new Endpoint("GET", "/flood/" + number % 100_000, false);
        recorder.requestEnded(recorder.requestStarted(), endpoint, number % 1_000 == 0 ? 500 : 200, 0, 1);
    }

    /** Records the whole flood at once, from several event loops of the server's Vert.x. */
    private List<CompletableFuture<Void>> flood(List<RecordingVerticle> loops) {
        int each = EVENTS / LOOPS;
        return IntStream.range(0, LOOPS)
                .mapToObj(loop -> CompletableFuture.runAsync(() -> {
                    for (int from = 0; from < each; from += 5_000) {
                        int first = loop * each + from;
                        loops.get(loop)
                                .run(recorder -> IntStream.range(first, first + 5_000)
                                        .forEach(number -> record(recorder, number)));
                    }
                }))
                .toList();
    }

    /** An event that blocks the metrics verticle while it is read. */
    private static final class Held {

        final CountDownLatch reading = new CountDownLatch(1);
        final CountDownLatch end = new CountDownLatch(1);
        final AtomicReference<Thread> reader = new AtomicReference<>();

        @Override
        public String toString() {
            reader.set(Thread.currentThread());
            reading.countDown();
            waitFor(end);
            return "rss";
        }

        static void waitFor(CountDownLatch latch) {
            try {
                assertThat(latch.await(2, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** Records more events than the batches hold while the verticle is blocked. */
    private void recordMoreThanFits(List<RecordingVerticle> loops) {
        Held held = new Held();
        RecordingVerticle holding = RecordingVerticle.start(
                site.deployment().vertx(), new SamplingRates(Map.of(OperationType.RENDER, 0.0), Long.MAX_VALUE));
        try {
            holding.run(recorder ->
                    recorder.record(OperationType.RENDER, "feed_generated", 1, Map.of("format", held), false));
            Held.waitFor(held.reading);
            loops.stream()
                    .filter(loop -> !loop.runsOn(Objects.requireNonNull(held.reader.get())))
                    .findFirst()
                    .orElseThrow()
                    .times(MORE_THAN_FITS, recorder -> record(recorder, 1));
        } finally {
            held.end.countDown();
        }
    }

    /** Returns whether all recorders have reported their dropped events, which they do with the next batch. */
    private boolean isTold(List<RecordingVerticle> loops) {
        for (int i = 0; i < LOOPS; i++) {
            String name = "flood_over_" + i;
            loops.get(i).run(recorder -> recorder.business(name, 1, Map.of()));
        }
        JsonObject now = metrics();
        JsonObject summary = now.getJsonObject("summary");
        long over = now.getJsonArray("business").stream()
                .filter(row -> ((JsonObject) row).getString("name").startsWith("flood_over_"))
                .count();
        return over == LOOPS && summary.getLong("requests") + summary.getLong("dropped") > EVENTS;
    }

    @Test
    void a_million_events_at_once_cost_events_and_nothing_else() {
        List<RecordingVerticle> loops = IntStream.range(0, LOOPS)
                .mapToObj(unused -> RecordingVerticle.start(site.deployment().vertx(), SamplingRates.all()))
                .toList();
        assertThat(site.get("/").statusCode()).isEqualTo(200);
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(
                        () -> assertThat(metrics().getJsonObject("summary").getLong("requests"))
                                .isPositive());
        recordMoreThanFits(loops);
        List<CompletableFuture<Void>> floods = flood(loops);
        int pages = 0;
        do {
            assertThat(site.get("/").statusCode()).isEqualTo(200);
            pages++;
        } while (!floods.stream().allMatch(CompletableFuture::isDone));
        assertThat(site.publish("Written in a flood", "").slug()).isEqualTo("written-in-a-flood");
        floods.forEach(CompletableFuture::join);

        await().until(() -> isTold(loops));
        JsonObject after = metrics();
        long dropped = after.getJsonObject("summary").getLong("dropped");
        assertThat(dropped).as("of a million, with %d pages meanwhile", pages).isBetween(MORE_THAN_FITS / 2L, (long)
                EVENTS);
        assertThat(after.getJsonObject("self").getLong("dropped")).isEqualTo(dropped);
        assertThat(after.getJsonObject("self").getLong("retained_bytes")).isLessThanOrEqualTo(1_048_576);
        assertThat(after.getJsonArray("endpoints").size()).isLessThanOrEqualTo(49);
        assertThat(site.get("/admin/performance", "Accept", "text/html").body())
                .contains(String.format("%,d dropped", dropped).replace(',', '\u202f'));
        assertThat(site.get("/metrics").body()).contains("starpunk_metrics_dropped_total " + dropped);

        for (int i = 0; i < 5; i++) {
            assertThat(site.get("/notes/written-in-a-flood").statusCode()).isEqualTo(200);
        }
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            JsonObject now = metrics();
            assertThat(now.getJsonObject("statuses").getLong("200"))
                    .isGreaterThan(after.getJsonObject("statuses").getLong("200") + 4);
            assertThat(now.getJsonObject("summary").getLong("dropped")).isEqualTo(dropped);
        });
    }
}
