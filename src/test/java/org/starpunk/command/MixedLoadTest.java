package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.Ports;

/**
 * Starts the program and sends 3,000 requests of a small site. The buffer then contains only informative events,
 * including the slow and the failed ones, and every request in a list of the dashboard can be opened.
 */
class MixedLoadTest {

    private static final int REQUESTS = 3_000;
    private static final String PAGE = "/admin/performance";
    private static final Pattern TRACE = Pattern.compile("[?&;]trace(?:=|&#x3D;)([0-9a-f]+)");
    private static final Pattern CELL = Pattern.compile("[?&;]cell(?:=|&#x3D;)(\\d+\\.\\d+)");

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private RunningProgram site;

    private void start(String slowSeconds) throws Exception {
        site = RunningProgram.serve(
                folder,
                Map.of("METRICS_SLOW_QUERY_THRESHOLD", slowSeconds, "METRICS_BUFFER_SIZE", "1000"),
                "--listen",
                "127.0.0.1:" + Ports.free());
        site.claim(site.setupLink());
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private List<String> publish(int notes) {
        return IntStream.range(0, notes)
                .mapToObj(i -> site.submit(
                                "/admin/notes/new",
                                "/admin/notes",
                                "text",
                                "Note " + i + " of a mixed load",
                                "tags",
                                "",
                                "status",
                                "published")
                        .headers()
                        .firstValue("Location")
                        .orElseThrow())
                .toList();
    }

    private HttpResponse<String> read(String path) {
        return site.get(path, "Accept", "*/*");
    }

    private JsonObject metrics() {
        return site.json("/admin/metrics?recent=1000");
    }

    /** 40 % home, 10 % not modified, 30 % notes, 12 % feeds, 2 % CSS, 3 % search, 3 % absent. */
    private void load(List<String> notes, int requests) {
        String tag = read("/").headers().firstValue("ETag").orElseThrow();
        for (int i = 0; i < requests; i++) {
            int percent = i * 37 % 100;
            HttpResponse<String> answer = percent < 40
                    ? read("/")
                    : percent < 50
                            ? site.get("/", "If-None-Match", tag)
                            : percent < 80
                                    ? read(notes.get(i % notes.size()))
                                    : percent < 92
                                            ? read("/feed.atom")
                                            : percent < 94
                                                    ? read("/static/css/site.css")
                                                    : percent < 97 ? read("/search?q=load") : read("/absent");
            assertThat(answer.statusCode()).isLessThan(500);
        }
    }

    private void fail(int requests) throws Exception {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/starpunk.db"));
                Statement statement = database.createStatement()) {
            statement.executeUpdate("PRAGMA busy_timeout = 60000");
            statement.executeUpdate("ALTER TABLE slugs RENAME TO lost");
            for (int i = 0; i < requests; i++) {
                assertThat(read("/notes/missing-" + i).statusCode()).isEqualTo(500);
            }
            statement.executeUpdate("ALTER TABLE lost RENAME TO slugs");
        }
    }

    /**
     * Returns whether an event has neither a duration nor a property of its own, so that its request's event contains
     * the same information.
     */
    private static boolean isUninformative(JsonObject event) {
        JsonObject metadata = event.getJsonObject("metadata").copy();
        metadata.remove("request_id");
        return event.getDouble("duration_ms") == 0 && metadata.isEmpty();
    }

    private static Set<String> found(Pattern link, String page) {
        Set<String> found = new TreeSet<>();
        Matcher matcher = link.matcher(page);
        while (matcher.find()) {
            found.add(matcher.group(1));
        }
        return found;
    }

    private String page(String query) {
        HttpResponse<String> page = await().until(
                        () -> site.get(PAGE + query, "Accept", "text/html"),
                        answer -> answer.statusCode() != 429); // a session has a number of pages per second
        assertThat(page.statusCode()).as(query).isEqualTo(200);
        return page.body();
    }

    private void assertOpens(Set<String> requests) {
        for (String request : requests) {
            assertThat(page("?trace=" + request))
                    .contains(request, "Where the time went")
                    .doesNotContain("This request is not stored");
        }
    }

    private static Set<String> ids(JsonArray metrics) {
        return metrics.stream()
                .map(metric -> ((JsonObject) metric).getJsonObject("metadata").getString("request_id"))
                .filter(id -> id != null)
                .collect(Collectors.toSet());
    }

    private void awaitRequests(long requests) {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> metrics().getJsonObject("summary").getLong("requests") >= requests);
    }

    @Test
    void the_buffer_has_informative_events_and_the_first_failures() throws Exception {
        start("1.0");
        List<String> notes = publish(40);
        fail(6);
        await().until(() -> alerts(metrics()).findFirst().isPresent()); // before the first successes end the outage
        load(notes, REQUESTS);
        awaitRequests(REQUESTS + 6);
        JsonObject all = metrics();
        List<JsonObject> events =
                all.getJsonArray("recent").stream().map(JsonObject.class::cast).toList();
        assertThat(events).hasSize(1_000);
        assertThat(events.stream().filter(MixedLoadTest::isUninformative).count())
                .isLessThanOrEqualTo(50);
        assertThat(events.stream()
                        .filter(event -> Boolean.TRUE.equals(
                                event.getJsonObject("metadata").getValue("failed"))))
                .hasSize(6);
        Set<String> listed = found(TRACE, page("?rows=all"));
        assertThat(listed).hasSizeGreaterThan(30);
        assertOpens(listed);
        JsonObject alert = alerts(all).findFirst().orElseThrow();
        Set<String> evidence = alert.getJsonObject("evidence").getJsonArray("traces").stream()
                .map(String.class::cast)
                .collect(Collectors.toSet());
        assertThat(evidence).isNotEmpty();
        assertOpens(evidence);
    }

    @Test
    void every_request_of_slow_statements_and_of_the_heat_map_opens() throws Exception {
        start("0.0001");
        load(publish(10), 600);
        awaitRequests(600);
        Set<String> slow = ids(metrics().getJsonArray("slow_statements"));
        assertThat(slow).isNotEmpty();
        assertOpens(slow);
        Set<String> cells = found(CELL, page("?table=heat"));
        assertThat(cells).isNotEmpty();
        int withRequests = 0;
        for (String cell : cells) {
            String page = page("?cell=" + cell);
            Set<String> listed = found(TRACE, page.substring(page.indexOf("id=\"traces-title\"")));
            assertThat(listed.isEmpty())
                    .as("a cell lists requests, or the page says that none is kept")
                    .isEqualTo(page.contains("None of these is kept any more"));
            withRequests += listed.isEmpty() ? 0 : 1;
            assertOpens(listed);
        }
        assertThat(withRequests).isPositive();
    }

    private static Stream<JsonObject> alerts(JsonObject all) {
        return all.getJsonArray("alerts").stream()
                .map(JsonObject.class::cast)
                .filter(alert -> alert.getString("rule").equals("error_rate"));
    }
}
