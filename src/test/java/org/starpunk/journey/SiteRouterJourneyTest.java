package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class SiteRouterJourneyTest {

    private static TestSite site;

    @BeforeAll
    static void start() throws IOException {
        site = TestSite.start(Map.of("STARPUNK_HEALTH_TOKEN", "a-token-for-health-that-is-long-enough-0123456789"));
        Path folder = Files.createDirectories(site.dataDir().resolve("static"));
        Files.write(folder.resolve("large.bin"), new byte[5_000_000]);
        Files.writeString(folder.resolve(".hidden"), "secret");
        Files.createDirectories(folder.resolve("css"));
        Files.writeString(folder.resolve("css/site.css"), "body { color: teal }");
        Files.createSymbolicLink(folder.resolve("link.txt"), Path.of("/etc/hostname"));
        Files.createSymbolicLink(folder.resolve("linked"), Path.of("/etc"));
        Files.createDirectories(site.dataDir().resolve("outside/js"));
        Files.writeString(site.dataDir().resolve("outside/js/composer.js"), "outside");
        Files.createSymbolicLink(folder.resolve("js"), site.dataDir().resolve("outside/js"));
        site.restart();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @Test
    void every_answer_has_an_id_of_its_own() throws IOException {
        List<String> ids = new ArrayList<>();
        String etag =
                site.get("/static/css/admin.css").headers().firstValue("ETag").orElseThrow();
        for (HttpResponse<String> response : List.of(
                site.get("/health"),
                site.get("/static/css/admin.css"),
                site.get("/static/css/admin.css", "If-None-Match", etag),
                site.head("/static/css/admin.css"),
                site.get("/static/large.bin"),
                site.get("/no-such-page"),
                site.get("/static/no-such-file"),
                site.post("/health"),
                site.get("/%zz".replace("zz", "25")))) {
            ids.add(response.headers().firstValue("X-Request-ID").orElseThrow());
        }
        assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("[0-9a-f]{32}"));
        assertThat(raw("GET nowhere HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .containsIgnoringCase("x-request-id: ");
    }

    @Test
    void a_static_file_comes_whole_with_its_length_and_is_revalidated() {
        HttpResponse<String> large = site.get("/static/large.bin");
        assertThat(large.statusCode()).isEqualTo(200);
        assertThat(large.body()).hasSize(5_000_000);
        assertThat(large.headers().firstValue("Content-Length")).contains("5000000");
        assertThat(large.headers().firstValue("Transfer-Encoding")).isEmpty();
        String etag = large.headers().firstValue("ETag").orElseThrow();
        assertThat(site.get("/static/large.bin", "If-None-Match", etag).statusCode())
                .isEqualTo(304);
    }

    @Test
    void an_address_with_the_files_hash_never_changes_and_any_other_is_asked_again() {
        String page = site.get("/", "Accept", "text/html").body().replace("&#x3D;", "=");
        Matcher link = Pattern.compile("/static/css/site.css[?]v=[0-9a-f]+").matcher(page);
        assertThat(link.find()).isTrue();
        assertThat(site.get(link.group()).headers().firstValue("Cache-Control"))
                .contains("public, max-age=31536000, immutable");
        assertThat(site.get("/static/css/site.css").headers().firstValue("Cache-Control"))
                .contains("public, no-cache");
    }

    @Test
    void the_authors_own_style_sheet_stands_in_for_the_programs() {
        assertThat(site.get("/static/css/site.css").body()).isEqualTo("body { color: teal }");
    }

    @Test
    void a_style_sheet_is_compressed_for_those_who_take_it() {
        HttpResponse<String> packed = site.get("/static/css/admin.css", "Accept-Encoding", "gzip");
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(packed.headers().firstValue("Vary")).contains("Accept-Encoding");
        HttpResponse<String> plain = site.get("/static/css/admin.css");
        assertThat(plain.headers().firstValue("ETag"))
                .isNotEqualTo(packed.headers().firstValue("ETag"));
    }

    @Test
    void health_says_little_to_everyone_and_all_to_who_may_know() {
        assertThat(site.get("/health").body()).isEqualTo("{\"status\":\"up\"}");
        assertThat(site.get("/health?detailed").statusCode()).isEqualTo(401);
        assertThat(site.get("/health?detailed", "Authorization", "Bearer wrong").statusCode())
                .isEqualTo(401);
        HttpResponse<String> detailed = site.get(
                "/health?detailed", "Authorization", "Bearer a-token-for-health-that-is-long-enough-0123456789");
        assertThat(detailed.statusCode()).isEqualTo(200);
        JsonObject checks = new JsonObject(detailed.body()).getJsonObject("checks");
        assertThat(checks.fieldNames())
                .containsExactly(
                        "database", "pool", "disk", "memory", "event_loop", "connections", "monitor", "backup");
        for (String name : checks.fieldNames()) {
            assertThat(checks.getJsonObject(name).getString("status"))
                    .as(name)
                    .isIn("up", "starting", "degraded", "off");
            assertThat(checks.getJsonObject(name).getDouble("time_ms")).as(name).isPositive();
        }
        assertThat(checks.getJsonObject("database").getString("status")).isEqualTo("up");
        assertThat(checks.getJsonObject("pool").getInteger("size")).isPositive();
        assertThat(checks.getJsonObject("connections").getInteger("open")).isPositive();
        assertThat(site.get("/admin/health").statusCode()).isEqualTo(401);
    }

    @Test
    void hidden_files_links_and_steps_upwards_are_not_served() throws IOException {
        assertThat(site.get("/static/.hidden").statusCode()).isEqualTo(404);
        assertThat(site.get("/static/link.txt").statusCode()).isEqualTo(404);
        assertThat(site.get("/static/linked/hostname").statusCode()).isEqualTo(404);
        assertThat(site.get("/static/js/composer.js").body()).isNotEqualTo("outside");
        assertThat(raw("GET /static/../starpunk.db HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
        assertThat(raw("GET /static/%2e%2e/starpunk.db HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
        assertThat(raw("GET /static/..%2fstarpunk.db HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 404");
    }

    @Test
    void an_error_is_a_page_for_people_and_problem_json_for_programs() {
        HttpResponse<String> page = site.get("/no-such-page", "Accept", "text/html");
        assertThat(page.statusCode()).isEqualTo(404);
        assertThat(page.headers().firstValue("Content-Type")).contains("text/html; charset=utf-8");
        String id = page.headers().firstValue("X-Request-ID").orElseThrow();
        assertThat(page.body()).contains("Not found").contains(id);
        HttpResponse<String> problem = site.get("/no-such-page", "Accept", "application/json");
        assertThat(problem.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(problem.body()).contains("\"requestId\"").contains("\"cure\"");
        assertThat(site.post("/health").statusCode()).isEqualTo(405);
    }

    @Test
    void a_request_of_two_lengths_is_refused_and_the_connection_closed() throws IOException {
        // Netty before 4.2.20 sent two responses.
        String twoLengths = String.join(
                "\r\n", "POST /health HTTP/1.1", "Host: x", "Content-Length: 6", "Transfer-Encoding: chunked");
        String smuggled = String.join("\r\n", "0", "", "GET /health HTTP/1.1", "Host: x", "", "");
        String answer = raw(twoLengths + "\r\n\r\n" + smuggled);
        assertThat(answer).startsWith("HTTP/1.1 400").doesNotContain("HTTP/1.1 200");
    }

    private static String raw(String request) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), site.uri().getPort())) {
            socket.setSoTimeout(120_000);
            OutputStream out = socket.getOutputStream();
            out.write(request.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            InputStream in = socket.getInputStream();
            return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
