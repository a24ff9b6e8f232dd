package org.starpunk.journey;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.note.Note;

/** Figures of the monitor after real requests. */
class MonitorJourneyTest {

    @SuppressWarnings("NullAway.Init") // each test starts its own
    private TestSite site;

    private void start(Map<String, String> environment) {
        site = TestSite.start(environment).setUp();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private JsonObject metrics() {
        return site.json("/admin/metrics?recent=1000");
    }

    private static Stream<JsonObject> objects(JsonArray array) {
        return array.stream().map(JsonObject.class::cast);
    }

    private Optional<JsonObject> endpoint(String name) {
        return objects(metrics().getJsonArray("endpoints"))
                .filter(row -> row.getString("endpoint").equals(name))
                .findFirst();
    }

    private long count(String endpoint) {
        return endpoint(endpoint).map(row -> row.getLong("count")).orElse(0L);
    }

    private List<JsonObject> recent(String requestId) {
        return objects(metrics().getJsonArray("recent"))
                .filter(metric ->
                        requestId.equals(metric.getJsonObject("metadata").getString("request_id")))
                .toList();
    }

    private static String id(HttpResponse<?> response) {
        return response.headers().firstValue("X-Request-ID").orElseThrow();
    }

    @Test
    void a_request_and_its_statements_are_seen_together() {
        start(Map.of());
        Note note = site.publish("Seen by the monitor", "tag");
        HttpResponse<String> page = site.get(note.path());
        await().untilAsserted(() -> assertThat(recent(id(page))).hasSizeGreaterThanOrEqualTo(2));
        List<JsonObject> seen = recent(id(page));
        JsonObject request = seen.stream()
                .filter(metric -> metric.getString("operation_type").equals("http"))
                .findFirst()
                .orElseThrow();
        assertThat(request.getString("operation_name")).isEqualTo("GET /notes/:slug");
        assertThat(request.getString("timestamp")).matches("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
        assertThat(request.getDouble("duration_ms")).isPositive();
        assertThat(request.getInteger("process_id"))
                .isEqualTo((int) ProcessHandle.current().pid());
        assertThat(request.getJsonObject("metadata").getInteger("status")).isEqualTo(200);
        JsonObject query = seen.stream()
                .filter(metric -> metric.getString("operation_type").equals("database"))
                .findFirst()
                .orElseThrow();
        assertThat(query.getString("operation_name")).startsWith("SELECT");
        assertThat(query.getJsonObject("metadata").getString("sql"))
                .contains("?")
                .doesNotContain(note.slug());
    }

    @Test
    void where_the_time_of_a_request_went_is_told_part_by_part() {
        start(Map.of());
        HttpResponse<String> page = site.get("/notes/none");
        await().untilAsserted(() -> assertThat(endpoint("GET /notes/:slug")).isPresent());
        JsonObject trace = site.json("/admin/traces/" + id(page));
        JsonObject split = trace.getJsonObject("split");
        assertThat(split.getDouble("loop_ms")).isPositive();
        assertThat(split.getDouble("sql_ms")).isPositive();
        assertThat(split.getDouble("writing_ms")).isPositive();
        assertThat(split.stream()
                        .mapToDouble(part -> ((Number) part.getValue()).doubleValue())
                        .sum())
                .isCloseTo(trace.getDouble("duration_ms"), within(0.01));
        JsonObject row = endpoint("GET /notes/:slug").orElseThrow();
        assertThat(row.getJsonObject("split").getDouble("loop_ms")).isPositive();
        await().untilAsserted(
                        () -> { // only some requests are measured
                            site.get("/notes/none");
                            assertThat(endpoint("GET /notes/:slug")
                                            .orElseThrow()
                                            .getLong("allocated_bytes"))
                                    .isGreaterThan(1_000);
                        });
        await().untilAsserted(() -> assertThat(objects(metrics().getJsonArray("loops")))
                .extracting(loop -> loop.getString("verticle"))
                .contains("http", "store", "monitor"));
        await().untilAsserted(() -> assertThat(metrics().getJsonObject("self").getLong("recorder_bytes"))
                .isPositive());
        await().untilAsserted(() -> {
            JsonObject pool = metrics().getJsonObject("pool");
            assertThat(pool.getDouble("held_ms")).isPositive();
            assertThat(pool.getDouble("held_max_ms")).isGreaterThanOrEqualTo(pool.getDouble("held_ms"));
        });
        assertThat(counted("migration")).isPositive();
        for (int i = 0;
                i < 2;
                i++) { // a request records its own statements, but not the transaction that it shares with others
            long before = counted("transaction");
            site.publish("Held while it was written", "");
            await().until(() -> counted("transaction") > before);
        }
    }

    private long counted(String name) {
        return objects(metrics().getJsonArray("business"))
                .filter(event -> event.getString("name").equals(name))
                .mapToLong(event -> event.getLong("count"))
                .sum();
    }

    @Test
    void every_way_in_which_a_request_ends_is_counted_once_under_its_route() throws IOException {
        start(Map.of());
        Files.write(
                Files.createDirectories(site.dataDir().resolve("static")).resolve("large.bin"), new byte[5_000_000]);
        String etag = site.get("/static/large.bin").headers().firstValue("ETag").orElseThrow();
        assertThat(site.get("/static/large.bin", "If-None-Match", etag).statusCode())
                .isEqualTo(304);
        for (int i = 0; i < 5; i++) {
            assertThat(site.get("/notes/none-" + i).statusCode()).isEqualTo(404);
            assertThat(site.get("/nowhere-" + i).statusCode()).isEqualTo(404);
        }
        await().untilAsserted(() -> {
            assertThat(count("GET /notes/:slug")).isEqualTo(5);
            assertThat(count("GET /static/*")).isEqualTo(2);
        });
        assertThat(endpoint("GET /static/*").orElseThrow().getLong("bytes")).isEqualTo(5_000_000);
        assertThat(objects(metrics().getJsonArray("endpoints")).map(row -> row.getString("endpoint")))
                .noneMatch(name -> name.contains("none-") || name.contains("nowhere"))
                .noneMatch(name -> name.contains("/admin/metrics"));
        assertThat(metrics().getJsonObject("statuses").getLong("404")).isEqualTo(10);
    }

    @Test
    void at_half_the_rate_about_half_is_kept_and_all_is_counted() {
        start(Map.of("METRICS_SAMPLING_RATE", "0.5"));
        for (int i = 0; i < 300; i++) {
            assertThat(site.get("/nowhere").statusCode()).isEqualTo(404);
        }
        String unmatched = "GET (no route)";
        await().untilAsserted(() -> assertThat(count(unmatched)).isEqualTo(300));
        long kept = objects(metrics().getJsonArray("recent"))
                .filter(metric -> metric.getString("operation_name").equals(unmatched))
                .count();
        assertThat(kept).isBetween(100L, 200L); // six standard deviations
    }

    @Test
    void with_the_monitor_off_the_site_works_and_nothing_is_recorded() {
        start(Map.of("METRICS_ENABLED", "false"));
        HttpResponse<String> page = site.get("/");
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(id(page)).hasSize(32);
        assertThat(metrics().getBoolean("enabled")).isFalse();
        assertThat(site.get("/admin/performance", "Accept", "text/html").body()).contains("METRICS_ENABLED");
    }

    @Test
    void the_author_alone_sees_the_numbers() {
        start(Map.of());
        site.forgetCookies();
        for (String path :
                List.of("/admin/metrics", "/admin/metrics/stream", "/admin/metrics.csv", "/admin/traces/x")) {
            assertThat(site.get(path).statusCode()).isEqualTo(401);
        }
        assertThat(site.get("/admin/performance", "Accept", "text/html").statusCode())
                .isEqualTo(303);
    }

    @Test
    void logging_out_empties_the_buffer_and_leaves_the_counts() {
        start(Map.of());
        assertThat(site.get("/notes/secret-plans").statusCode()).isEqualTo(404);
        await().untilAsserted(() -> assertThat(count("GET /notes/:slug")).isEqualTo(1));
        site.submit("/admin", "/admin/logout");
        assertThat(site.get("/admin/metrics").statusCode()).isEqualTo(401);
        site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD);
        assertThat(site.json("/admin/metrics?recent=1000")
                        .getJsonArray("recent")
                        .encode())
                .doesNotContain("/notes/:slug");
        assertThat(metrics().getJsonArray("traces").encode()).doesNotContain("/notes/:slug");
        assertThat(count("GET /notes/:slug")).isEqualTo(1);
        assertThat(metrics().getJsonArray("markers").encode()).contains("buffer, traces and evidence cleared");
    }

    @Test
    void an_error_of_the_server_is_answered_with_its_id_and_kept_whatever_the_rate() throws Exception {
        start(Map.of("METRICS_SAMPLING_RATE", "0"));
        try (Connection other = site.database().connect();
                Statement statement = other.createStatement()) {
            statement.executeUpdate("ALTER TABLE slugs RENAME TO lost");
            HttpResponse<String> broken = site.get("/notes/anything", "Accept", "application/json");
            statement.executeUpdate("ALTER TABLE lost RENAME TO slugs");
            assertThat(broken.statusCode()).isEqualTo(500);
            assertThat(broken.body())
                    .contains(id(broken))
                    .doesNotContain("slugs")
                    .doesNotContain("Exception");
            await().untilAsserted(() -> assertThat(recent(id(broken)))
                    .extracting(metric -> metric.getString("operation_type"))
                    .contains("http", "database"));
        }
        assertThat(endpoint("GET /notes/:slug").orElseThrow().getLong("errors")).isEqualTo(1);
    }

    /** The tags of a note are read one by one. */
    @Test
    void a_request_with_an_n_plus_one_is_found_whole_and_the_finding_ends_with_it() {
        start(Map.of());
        write("With many tags", IntStream.range(0, 50).mapToObj(i -> "tag-" + i).collect(joining(", ")));
        String post = "POST /admin/notes";
        JsonObject found = await().until(
                        () -> endpoint(post).map(row -> row.getJsonObject("n_plus_one")), Optional::isPresent)
                .orElseThrow();
        assertThat(found.getString("text")).isEqualTo("50 × SELECT tags in POST /admin/notes");
        assertThat(found.getString("shape")).contains("FROM tags WHERE slug = ?");
        assertThat(Instant.parse(found.getString("last_at"))).isBefore(Instant.now());
        String id = found.getString("request_id");
        assertThat(site.json("/admin/traces/" + id).getInteger("query_count")).isGreaterThan(100);
        assertThat(site.get("/admin/performance?trace=" + id, "Accept", "text/html")
                        .body())
                .contains("50 × SELECT tags", "the first 40 of ");
        for (int i = 0; i < 20; i++) {
            write("Without tags " + i, "");
        }
        await().untilAsserted(() -> assertThat(endpoint(post).orElseThrow().containsKey("n_plus_one"))
                .isFalse());
    }

    private void write(String text, String tags) {
        assertThat(site.submit("/admin/notes/new", "/admin/notes", "text", text, "tags", tags, "status", "published")
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void the_site_goes_on_when_the_monitor_is_gone() {
        start(Map.of());
        TestSite.await(site.deployment().stopMonitor());
        for (int i = 0; i < 600; i++) { // more than all batches in transit hold
            assertThat(site.get("/nowhere").statusCode()).isEqualTo(404);
        }
        assertThat(site.publish("Written without a monitor", "").slug()).isEqualTo("written-without-a-monitor");
        assertThat(site.get("/notes/written-without-a-monitor").statusCode()).isEqualTo(200);
        HttpResponse<String> dashboard = site.get("/admin/performance", "Accept", "text/html");
        assertThat(dashboard.statusCode()).isEqualTo(503);
        assertThat(dashboard.body()).contains("The monitor does not answer");
    }
}
