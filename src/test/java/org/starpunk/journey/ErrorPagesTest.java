package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.TestDatabase;
import org.starpunk.note.Note;

/** Each error as a page in the site's style for people and as problem+json for programs, with the request's id. */
class ErrorPagesTest {

    private static final String BROWSER = "text/html,*/*;q=0.8";
    private static final String FORM = "application/x-www-form-urlencoded";

    private final TestSite site =
            TestSite.start(Map.of("STARPUNK_MAX_BODY_BYTES", "2000")).setUp();

    @AfterEach
    void close() {
        site.close();
    }

    private void assertError(int status, String path) {
        assertError(status, site.request(path).GET());
    }

    /** Sends the request as a browser and as a program. */
    private void assertError(int status, HttpRequest.Builder request) {
        assertPage(status, site.send(request.copy().header("Accept", BROWSER).build()));
        assertProblem(
                status,
                site.send(request.copy().header("Accept", "application/json").build()));
    }

    private static void assertPage(int status, HttpResponse<String> page) {
        assertThat(page.statusCode()).as(page.body()).isEqualTo(status);
        assertThat(page.headers().firstValue("content-type")).contains("text/html; charset=utf-8");
        Document shown = Jsoup.parse(page.body());
        assertThat(shown.select(".error-status").text()).isEqualTo(Integer.toString(status));
        assertThat(shown.select(".error-id code").text())
                .isEqualTo(page.headers().firstValue("x-request-id").orElseThrow());
        assertThat(shown.select("header .site-name").text()).isEqualTo("Test site");
        assertThat(shown.select("link[rel=stylesheet]")).isNotEmpty();
        assertThat(shown.select("link[rel=micropub]").attr("href")).endsWith("/micropub");
        if (!page.uri().getPath().startsWith("/admin")) {
            assertThat(page.headers().firstValue("link").orElse(""))
                    .contains("rel=\"micropub\"", "rel=\"indieauth-metadata\"", "rel=\"token_endpoint\"");
        }
        assertCommon(page);
    }

    private static void assertProblem(int status, HttpResponse<String> problem) {
        assertThat(problem.statusCode()).isEqualTo(status);
        assertThat(problem.headers().firstValue("content-type")).contains("application/problem+json");
        JsonObject told = new JsonObject(problem.body());
        assertThat(told.getInteger("status")).isEqualTo(status);
        assertThat(told.getString("title")).isNotBlank();
        assertThat(told.getString("cure")).isNotBlank();
        assertThat(told.getString("requestId"))
                .isEqualTo(problem.headers().firstValue("x-request-id").orElseThrow());
        assertCommon(problem);
    }

    private static void assertCommon(HttpResponse<String> error) {
        assertThat(error.headers().firstValue("cache-control").orElse("")).contains("no-store");
        assertThat(error.headers().firstValue("vary").orElse("")).contains("Accept");
        assertThat(error.body()).doesNotContain("Exception", "org.starpunk", "\tat ", "SELECT");
    }

    private HttpRequest.Builder post(String path, String body) {
        return site.request(path, "Content-Type", FORM).POST(BodyPublishers.ofString(body));
    }

    @Test
    void what_a_reader_or_a_program_asks_for_wrongly() {
        Note note = site.publish("Soon gone", "");
        SiteOwner.delete(site, note);
        assertError(400, "/?after=nonsense");
        assertError(404, "/notes/none");
        assertError(410, note.path());
        assertError(405, post("/health", ""));
        assertError(403, post("/admin/notes", "csrf=wrong&text=x"));
        assertError(413, post("/admin/notes", "text=" + "x".repeat(3000)));
        site.forgetCookies();
        assertError(401, "/health?detailed");
    }

    @Test
    void what_is_too_long_or_too_odd_to_be_a_request() throws IOException {
        String long9 = "Cookie: x=" + "y".repeat(9_000) + "\r\n\r\n";
        assertInvalid(431, "GET / HTTP/1.1\r\nHost: a\r\n" + long9, "<h1>Headers too large</h1>");
        assertInvalid(414, "GET /?" + "q".repeat(5_000) + " HTTP/1.1\r\nHost: a\r\n\r\n", "<h1>Address too long</h1>");
        assertInvalid(400, "GET / HTTP/1.1\r\nContent-Length: x\r\n\r\n", "<h1>Bad request</h1>");
        // They are counted like other requests.
        await().atMost(Duration.ofMinutes(2))
                .until(() -> site.json("/admin/metrics")
                        .getJsonObject("statuses")
                        .fieldNames()
                        .containsAll(List.of("414", "431")));
    }

    /** Sends raw bytes, because a client library would refuse the request. */
    private void assertInvalid(int status, String request, String body) throws IOException {
        try (Socket socket = new Socket(site.uri().getHost(), site.uri().getPort())) {
            socket.setSoTimeout(120_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // HTTP/1.0 is used if the version was not read.
            assertThat(answer).matches("(?s)HTTP/1\\.[01] " + status + " .*").contains(body);
            Matcher id = Pattern.compile("(?i)x-request-id: (\\S+)").matcher(answer);
            assertThat(id.find()).isTrue();
            assertThat(answer.substring(answer.indexOf("\r\n\r\n"))).contains(id.group(1));
            assertThat(answer.toLowerCase(Locale.ROOT))
                    .contains("cache-control: no-store", "connection: close", "content-security-policy: ");
        }
    }

    @Test
    void someone_who_asks_too_often() {
        List<HttpResponse<String>> refused =
                await().until(this::refusedOfMany, answers -> isRefused(answers, "html") && isRefused(answers, "json"));
        assertThat(refused).anySatisfy(answer -> assertPage(429, answer));
        assertThat(refused).anySatisfy(answer -> assertProblem(429, answer));
        assertThat(refused.get(0).headers().firstValue("retry-after")).isPresent();
    }

    private static boolean isRefused(List<HttpResponse<String>> answers, String type) {
        return answers.stream()
                .anyMatch(answer ->
                        answer.headers().firstValue("content-type").orElse("").contains(type));
    }

    /** A busy machine may process the first ones so slowly that all are admitted. */
    private List<HttpResponse<String>> refusedOfMany() {
        List<CompletableFuture<HttpResponse<String>>> flood = IntStream.range(0, 400)
                .mapToObj(i -> site.request("/admin/metrics", "Accept", i % 2 == 0 ? BROWSER : "application/json"))
                .map(request -> site.client().sendAsync(request.build(), BodyHandlers.ofString()))
                .toList();
        return flood.stream()
                .map(CompletableFuture::join)
                .filter(answer -> answer.statusCode() == 429)
                .toList();
    }

    private Connection database() throws SQLException {
        return site.database().connect();
    }

    @Test
    void something_that_is_broken_inside_says_so_and_nothing_of_how() throws Exception {
        try (Connection other = database();
                Statement sql = other.createStatement()) {
            if (!TestDatabase.onPostgres()) {
                sql.execute("PRAGMA foreign_keys = OFF");
            }
            sql.execute("ALTER TABLE tags RENAME TO hidden_tags");
            assertError(500, "/tags");
        }
    }

    @Test
    void a_database_that_someone_else_has_locked_says_try_again() throws Exception {
        try (Connection other = database();
                Statement sql = other.createStatement()) {
            String token = Jsoup.parse(site.get("/admin/notes/new").body())
                    .expectFirst("input[name=csrf]")
                    .val();
            sql.execute(TestDatabase.onPostgres() ? "BEGIN; LOCK TABLE notes IN EXCLUSIVE MODE" : "BEGIN IMMEDIATE");
            assertError(503, post("/admin/notes", "csrf=" + token + "&text=Waiting"));
            sql.execute("ROLLBACK");
        }
        assertThat(site.get("/").body()).doesNotContain("Waiting");
    }
}
