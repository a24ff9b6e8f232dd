package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Content of the ring buffer after a mixed load: informative events, and no cache hits. */
class RingContentsTest {

    private static final int REQUESTS = 600;
    private TestSite site;
    private String note;

    @SuppressWarnings("NullAway.Init") // each test starts its site
    RingContentsTest() {}

    private void start(String samplingRate) throws Exception {
        site = TestSite.start(Map.of("METRICS_BUFFER_SIZE", "200", "METRICS_SAMPLING_RATE", samplingRate))
                .setUp();
        for (int i = 0; i < 10; i++) {
            note = "/notes/"
                    + site.publish("Note " + i + " of a mixed load", "").slug();
        }
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private JsonObject metrics() {
        return site.json("/admin/metrics?recent=1000");
    }

    private List<JsonObject> events() {
        return metrics().getJsonArray("recent").stream()
                .map(JsonObject.class::cast)
                .toList();
    }

    /** Load: 40 % home, 10 % not modified, 30 % notes, 12 % feeds, 2 % CSS, 3 % search, 3 % not found. */
    private void load() {
        String tag = site.get("/").headers().firstValue("ETag").orElseThrow();
        for (int i = 0; i < REQUESTS; i++) {
            int percent = i * 37 % 100;
            HttpResponse<String> answer = percent < 40
                    ? site.get("/")
                    : percent < 50
                            ? site.get("/", "If-None-Match", tag)
                            : percent < 80
                                    ? site.get(note)
                                    : percent < 92
                                            ? site.get("/feed.atom")
                                            : percent < 94
                                                    ? site.get("/static/css/site.css")
                                                    : percent < 97 ? site.get("/search?q=load") : site.get("/absent");
            assertThat(answer.statusCode()).isLessThan(500);
        }
    }

    /** An event is uninformative if it has neither a duration nor a property of its own: its request's event has the same information. */
    private static boolean isUninformative(JsonObject event) {
        JsonObject metadata = event.getJsonObject("metadata").copy();
        metadata.remove("request_id");
        return event.getDouble("duration_ms") == 0 && metadata.isEmpty();
    }

    @Test
    void a_mixed_load_fills_the_ring_with_informative_events() throws Exception {
        start("1.0");
        load();
        await().until(() -> metrics().getJsonObject("summary").getLong("requests") >= REQUESTS);
        List<JsonObject> events = events();
        assertThat(events).hasSize(200);
        assertThat(events.stream().filter(RingContentsTest::isUninformative).count())
                .isLessThanOrEqualTo(10);
        assertThat(events)
                .extracting(event -> event.getString("operation_name"))
                .doesNotContain("cache_hit", "cache_miss");
        assertThat(events)
                .anySatisfy(event -> assertThat(event.getJsonObject("metadata").getString("cache"))
                        .isEqualTo("hit"));
        JsonObject cache = metrics().getJsonObject("cache");
        assertThat(cache.getLong("hits") + cache.getLong("misses")).isGreaterThanOrEqualTo(REQUESTS * 9 / 10);
    }

    @Test
    void a_sampling_rate_of_zero_keeps_business_events_and_no_cache_hits() throws Exception {
        start("0.0");
        load();
        await().until(() -> metrics().getJsonObject("summary").getLong("requests") >= REQUESTS);
        assertThat(events())
                .isNotEmpty()
                .hasSizeLessThan(150)
                .noneMatch(event -> event.getString("operation_name").startsWith("cache_"));
        assertThat(metrics().getJsonObject("cache").getLong("hits")).isGreaterThan(REQUESTS / 2);
    }
}
