package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program from its first start to its end, used through HTTP and the shell only. */
class FirstDayTest {

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init") // set at the start of the test
    private RunningProgram site;

    @Test
    void a_note_is_written_and_read_in_every_form_and_the_monitor_sees_it_all() throws Exception {
        try (RunningProgram program = RunningProgram.serve(folder, Map.of())) {
            site = program;
            program.claim(program.setupLink());

            HttpResponse<String> written = program.submit(
                    "/admin/notes/new",
                    "/admin/notes",
                    "text",
                    "A first *word* from the jar",
                    "tags",
                    "Beginnings",
                    "status",
                    "published");
            String note = written.headers().firstValue("Location").orElseThrow();
            assertThat(page(note).select(".e-content em").text()).isEqualTo("word");
            for (String list : new String[] {"/", "/tags/beginnings", "/search?q=jar"}) {
                assertThat(page(list).text()).as(list).contains("A first word");
            }
            for (String feed : new String[] {"/feed.rss", "/feed.atom", "/feed.json"}) {
                assertThat(text(feed)).as(feed).contains("from the jar");
            }
            looksAreServedWhole();
            String posted = postedByAnApp();
            assertThat(page(posted).text()).contains("Posted by an app");
            assertThat(page("/").text()).contains("Posted by an app", "A first word");
            theMonitorCounts(note);
            theStreamTells(note);

            program.terminate();
            assertThat(program.exitCode()).isEqualTo(143);
            assertThat(program.logOfItself())
                    .containsSubsequence("ready in ", "stopping: completing the running requests", "stopped in ");
            assertThat(program.logOfItself()).doesNotContain("WARN", "ERROR", "\tat ");
        }
    }

    private String text(String path) {
        HttpResponse<String> response = site.get(path, "Accept", "*/*");
        assertThat(response.statusCode()).as(path).isEqualTo(200);
        return response.body();
    }

    private Document page(String path) {
        return Jsoup.parse(text(path));
    }

    /** Regression test: streamed files once lost their bodies in the timing middleware. */
    private void looksAreServedWhole() throws IOException {
        for (Element sheet : page("/").select("link[rel=stylesheet]")) {
            String path = sheet.attr("href");
            assertThat(text(path)).as(path).isEqualTo(Files.readString(file(path)));
        }
        for (Element asset : page("/admin/performance").select("link[rel=stylesheet], script[src]")) {
            String path = asset.hasAttr("src") ? asset.attr("src") : asset.attr("href");
            assertThat(text(path)).as(path).isEqualTo(Files.readString(file(path)));
        }
    }

    private static Path file(String path) {
        return Path.of("webroot", path.substring("/static/".length()).replaceFirst("\\?.*", ""));
    }

    private String postedByAnApp() throws Exception {
        Program.ProgramResult token =
                new Program(folder).run("token", "create", "An app", "--scope", "create", "--json");
        assertThat(token.exitCode()).as(token.err()).isZero();
        HttpResponse<String> posted = site.send(site.request(
                        "/micropub",
                        "Authorization",
                        "Bearer " + new JsonObject(token.out()).getString("token"),
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("h=entry&content=Posted+by+an+app"))
                .build());
        assertThat(posted.statusCode()).as(posted.body()).isEqualTo(201);
        String location = posted.headers().firstValue("Location").orElseThrow();
        return location.substring(site.uri().toString().length());
    }

    private void settles(String endpoint, long requests) {
        await().atMost(Duration.ofMinutes(2))
                .untilAsserted(() -> assertThat(site.json("/admin/metrics").getJsonArray("endpoints").stream()
                                .map(JsonObject.class::cast)
                                .filter(row -> row.getString("endpoint").equals(endpoint))
                                .map(row -> row.getLong("count")))
                        .as(endpoint)
                        .containsExactly(requests));
    }

    private void theMonitorCounts(String note) {
        settles("GET /notes/:slug", 2);
        settles("POST /micropub", 1);
        for (int i = 0; i < 7; i++) {
            text(note);
        }
        settles("GET /notes/:slug", 2 + 7);
        JsonObject seen = site.json("/admin/metrics");
        assertThat(seen.getJsonArray("queries").size()).isGreaterThan(5);
        assertThat(page("/admin/performance").text()).contains("GET /notes/:slug", "POST /micropub");
    }

    private void theStreamTells(String note) throws Exception {
        HttpResponse<InputStream> stream =
                site.client().send(site.request("/admin/metrics/stream").build(), BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(stream.body(), StandardCharsets.UTF_8))) {
            assertThat(data("snapshot", "GET /notes/:slug", lines)).contains("\"endpoints\"");
            text(note);
            assertThat(data("frame", "GET /notes/:slug", lines)).contains("\"recent\"");
        }
    }

    /** Returns the data of the next event of a type that contains these words. */
    private static String data(String event, String words, BufferedReader lines) throws Exception {
        return CompletableFuture.supplyAsync(() -> {
                    String[] kind = {""};
                    return lines.lines()
                            .peek(line -> kind[0] = line.startsWith("event: ") ? line.substring(7) : kind[0])
                            .filter(line -> line.startsWith("data:") && kind[0].equals(event) && line.contains(words))
                            .findFirst()
                            .orElse("the stream has ended");
                })
                .get(120, TimeUnit.SECONDS);
    }
}
