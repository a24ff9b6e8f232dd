package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.note.Note;

/** Conditional requests by RFC 9110, compression, and cached pages, over HTTP, for pages and feeds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachingTest {

    private static final DateTimeFormatter HTTP_DATE = DateTimeFormatter.ofPattern(
                    "EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);

    private final TestSite site = SiteOwner.site();
    private String note = "";

    @BeforeAll
    void write() {
        note = site.publish("A note that is kept. " + "Many words make it long. ".repeat(60), "kept")
                .path();
    }

    @AfterAll
    void close() {
        site.close();
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{etag}                    |           | 304",
                "W/{etag}                  |           | 304",
                "*                         |           | 304",
                "\"a\", {etag}, \"b\"      |           | 304",
                "\"a,b\",W/{etag}          |           | 304",
                "\"other\"                 |           | 200",
                "W/\"other\"               |           | 200",
                "{bare}                    |           | 200",
                "\"other\"                 | {later}   | 200",
                "{etag}                    | {earlier} | 304",
                "                          | {same}    | 304",
                "                          | {later}   | 304",
                "                          | {earlier} | 200",
                "                          | yesterday | 200",
            })
    void a_reader_who_has_the_page_gets_304(String ifNoneMatch, String ifModifiedSince, int status) {
        List<String> paths = List.of(note, "/", "/feed.atom", "/tags/kept", "/feeds.opml");
        if ("{same}".equals(ifModifiedSince)) {
            changeInASecondOfItsOwn(paths);
        }
        for (String path : paths) {
            HttpResponse<String> full = site.get(path);
            Instant modified = Instant.from(HTTP_DATE.parse(header(full, "last-modified")));
            HttpRequest.Builder request = site.request(path);
            if (ifNoneMatch != null) {
                String etag = header(full, "etag");
                request.header(
                        "If-None-Match", ifNoneMatch.replace("{etag}", etag).replace("{bare}", etag.replace("\"", "")));
            }
            if (ifModifiedSince != null) {
                request.header(
                        "If-Modified-Since",
                        ifModifiedSince
                                .replace("{same}", HTTP_DATE.format(modified))
                                .replace("{later}", HTTP_DATE.format(modified.plusSeconds(5)))
                                .replace("{earlier}", HTTP_DATE.format(modified.minusSeconds(1))));
            }
            HttpResponse<String> answer = site.send(request.GET().build());
            assertThat(answer.statusCode()).as(path).isEqualTo(status);
            assertThat(header(answer, "etag")).isEqualTo(header(full, "etag"));
            assertThat(header(answer, "cache-control")).isEqualTo("public, no-cache");
            assertThat(header(answer, "vary")).contains("Accept-Encoding");
            assertThat(header(answer, "x-request-id")).isNotEmpty();
            assertThat(answer.body().isEmpty()).isEqualTo(status == 304);
        }
    }

    /**
     * Changes the site in a second without other changes: a page that changed twice within a second gets no 304 for
     * that second's date.
     */
    private void changeInASecondOfItsOwn(List<String> paths) {
        long newest = paths.stream()
                .map(path -> header(site.get(path), "last-modified"))
                .mapToLong(date -> Instant.from(HTTP_DATE.parse(date)).getEpochSecond())
                .max()
                .orElseThrow();
        await().until(() -> Instant.now().getEpochSecond() > newest);
        site.publish("A change of its own.", "kept");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/feed", "/feed.json", "/tags", "/archive"})
    void head_answers_as_get_does_without_the_body(String path) {
        HttpResponse<String> get = site.get(path);
        HttpResponse<String> head = site.head(path);
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.body()).isEmpty();
        for (String name :
                List.of("etag", "last-modified", "content-type", "content-length", "vary", "cache-control", "link")) {
            assertThat(header(head, name)).as(name).isEqualTo(header(get, name));
        }
        assertThat(site.head(path, "If-None-Match", header(get, "etag")).statusCode())
                .isEqualTo(304);
    }

    @Test
    void each_kind_of_answer_says_how_long_it_may_be_kept() {
        String css = Jsoup.parse(site.get("/").body())
                .expectFirst("link[rel=stylesheet]")
                .attr("href");
        Map.of(
                        "/",
                        "public, no-cache",
                        note,
                        "public, no-cache",
                        "/feed.rss",
                        "public, no-cache",
                        "/feed.rss?all=true",
                        "public, no-cache",
                        css,
                        "public, max-age=31536000, immutable",
                        "/static/css/site.css",
                        "public, no-cache",
                        "/search?q=note",
                        "private, no-store",
                        "/admin/login",
                        "no-store",
                        "/no-such-page",
                        "no-store")
                .forEach((path, value) -> assertThat(header(site.get(path, "Accept", "text/html"), "cache-control"))
                        .as(path)
                        .isEqualTo(value));
    }

    @Test
    void the_compressed_form_is_the_same_page_with_a_tag_of_its_own() throws Exception {
        HttpResponse<String> plain = site.get(note);
        HttpResponse<byte[]> packed = bytes(note, "gzip");
        assertThat(header(packed, "content-encoding")).isEqualTo("gzip");
        assertThat(packed.body().length).isLessThan(plain.body().length() / 2);
        assertThat(new String(
                        new GZIPInputStream(new ByteArrayInputStream(packed.body())).readAllBytes(),
                        StandardCharsets.UTF_8))
                .isEqualTo(plain.body());
        assertThat(header(packed, "etag")).isNotEmpty().isNotEqualTo(header(plain, "etag"));
        assertThat(site.get(note, "Accept-Encoding", "gzip", "If-None-Match", header(packed, "etag"))
                        .statusCode())
                .isEqualTo(304);
        assertThat(site.get(note, "If-None-Match", header(packed, "etag")).statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gzip;q=0|",
                "identity|",
                "br|",
                "br, gzip;q=0.5|gzip",
                "*|gzip",
                "*;q=0|",
                "GZIP|gzip",
                "gzip;q=x|"
            })
    void what_the_reader_does_not_take_is_not_sent(String accept, String coding) throws Exception {
        assertThat(header(bytes(note, accept), "content-encoding")).isEqualTo(coding == null ? "" : coding);
    }

    private HttpResponse<byte[]> bytes(String path, String accept) throws IOException, InterruptedException {
        HttpRequest request = site.request(path, "Accept-Encoding", accept).build();
        return site.client().send(request, BodyHandlers.ofByteArray());
    }

    @Test
    void a_change_is_seen_at_once_and_a_page_that_it_does_not_touch_keeps_its_tag() {
        String home = header(site.get("/"), "etag");
        String archive = header(site.get("/archive/2026/11"), "etag");
        String single = header(site.get(note), "etag");
        Note added = site.publish("Another one", "other");
        assertThat(site.get("/", "If-None-Match", home).body()).contains("Another one");
        assertThat(archive).isNotEqualTo(header(site.get(added.path()), "etag"));
        HttpResponse<String> same = site.get(note, "If-None-Match", single);
        assertThat(same.statusCode()).as("the note's own page is what it was").isEqualTo(304);
    }

    @Test
    void a_page_that_changes_within_a_second_is_never_hidden_behind_its_date() {
        for (int i = 0; i < 20; i++) {
            HttpResponse<String> before = site.get("/");
            site.publish("Quick " + i, "");
            HttpResponse<String> after = site.get("/", "If-Modified-Since", header(before, "last-modified"));
            assertThat(after.statusCode()).isEqualTo(200);
            assertThat(after.body()).contains("Quick " + i);
        }
    }

    @Test
    void readers_who_come_together_all_get_the_new_page() {
        site.publish("For everyone at once", "");
        List<Supplier<HttpResponse<String>>> readers = IntStream.range(0, 40)
                .<Supplier<HttpResponse<String>>>mapToObj(unused -> () -> site.get("/"))
                .toList();
        assertThat(readers.parallelStream().map(Supplier::get))
                .allSatisfy(page -> assertThat(page.body()).contains("For everyone at once"));
    }

    @Test
    void an_address_that_nobody_made_up_fills_no_memory() {
        Map<String, Integer> answers =
                Map.of("/?utm_source=x", 200, "/notes/" + "x".repeat(500), 404, "/?after=1-1", 404);
        answers.forEach((path, status) ->
                assertThat(site.get(path).statusCode()).as(path).isEqualTo(status));
        assertThat(header(site.get("/?utm_source=y"), "etag")).isEqualTo(header(site.get("/"), "etag"));
    }
}
