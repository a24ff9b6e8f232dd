package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole feeds: the first response is written to a file, which later readers get. */
class FullFeedCacheTest {

    private static final String WHOLE = "/feed.atom?all=true";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final TestSite site = TestSite.start().setUp();
    private final Path folder = site.dataDir().resolve("tmp").resolve("feeds");

    @BeforeEach
    void publish() {
        for (int i = 0; i < 60; i++) {
            site.publish("Note number " + i + " – übrigens", "t");
        }
        site.submit("/admin/notes/new", "/admin/notes", "text", "Nobody's business", "visibility", "private");
        site.submit("/admin/notes/new", "/admin/notes", "text", "Unfinished words", "status", "draft");
    }

    @AfterEach
    void close() {
        site.close();
    }

    private List<Path> files() {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> found = Files.list(folder)) {
            return found.toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean fromFile(HttpResponse<?> answer) {
        return answer.headers().firstValue("content-length").isPresent();
    }

    private static String etag(HttpResponse<?> answer) {
        return answer.headers().firstValue("etag").orElseThrow();
    }

    /** Returns the response from the file. The file exists once the first response has ended. */
    private HttpResponse<String> byFile(String path) {
        return await().atMost(PATIENCE).until(() -> site.get(path), FullFeedCacheTest::fromFile);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/feed.rss?all=true", "/feed.atom?all=true", "/feed.json?all=true", "/feed?all=true"})
    void the_next_reader_gets_the_same_from_a_file(String path) throws IOException {
        HttpResponse<String> first = site.get(path);
        assertThat(fromFile(first)).isFalse();
        HttpResponse<String> next = byFile(path);
        assertThat(next.body()).isEqualTo(first.body()).contains("Note number 0 ", "Note number 59 ");
        assertThat(next.body()).doesNotContain("Nobody's business", "Unfinished words");
        for (String header : List.of("content-type", "cache-control", "link", "vary", "x-content-type-options")) {
            assertThat(next.headers().allValues(header))
                    .as(header)
                    .isEqualTo(first.headers().allValues(header));
        }
        assertThat("W/" + etag(next)).as("strong, as the file does not change").isEqualTo(etag(first));
        assertThat(files()).hasSize(1);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files().get(0))))
                .isEqualTo("rw-------");
    }

    @Test
    void a_file_answers_conditions_parts_and_head() {
        site.get(WHOLE);
        HttpResponse<String> whole = byFile(WHOLE);
        String etag = etag(whole);
        assertThat(site.get(WHOLE, "If-None-Match", etag).statusCode()).isEqualTo(304);
        assertThat(site.get(WHOLE, "If-Match", "\"other\"").statusCode()).isEqualTo(412);
        HttpResponse<String> part = site.get(WHOLE, "Range", "bytes=0-99", "If-Range", etag);
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo(whole.body().substring(0, 100));
        HttpResponse<String> head = site.head(WHOLE);
        assertThat(head.headers().firstValue("content-length"))
                .isEqualTo(whole.headers().firstValue("content-length"));
        assertThat(whole.headers().firstValue("last-modified")).isEmpty();
    }

    @Test
    void after_a_change_the_file_is_not_shown_and_soon_gone() {
        site.get(WHOLE);
        byFile(WHOLE);
        List<Path> old = files();
        site.publish("Something new", "t");
        HttpResponse<String> anew = site.get(WHOLE);
        assertThat(fromFile(anew)).isFalse();
        assertThat(anew.body()).contains("Something new");
        assertThat(byFile(WHOLE).body()).isEqualTo(anew.body());
        await().atMost(PATIENCE).until(() -> files().size() == 1 && !files().equals(old));
    }

    /** A reader with a small buffer that reads only the beginning of a response larger than the kernel's buffers. */
    private Socket slowReader() throws IOException {
        for (int i = 0; i < 100; i++) {
            site.publish("Long " + "and longer ".repeat(9_000), "t");
        }
        Socket reader = new Socket();
        reader.setReceiveBufferSize(16 * 1024);
        reader.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), site.uri().getPort()));
        reader.getOutputStream()
                .write(("GET " + WHOLE + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        assertThat(reader.getInputStream().readNBytes(1000)).hasSize(1000);
        await().atMost(PATIENCE).until(() -> files().size() == 1);
        return reader;
    }

    @Test
    void a_feed_file_is_completed_after_its_reader_leaves() throws IOException {
        slowReader().close();
        HttpResponse<String> next = byFile(WHOLE);
        assertThat(next.body()).contains("Note number 0 ", "Note number 59 ").endsWith("</feed>");
        assertThat(files()).hasSize(1);
    }

    @Test
    void a_slow_reader_gets_the_feed_as_it_was_and_others_do_not_wait() throws IOException {
        try (Socket reader = slowReader()) {
            site.publish("In between", "t");
            assertThat(site.get(WHOLE).body()).contains("In between").endsWith("</feed>");
            String all = new String(reader.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(all).contains("Note number 0 ", "</feed>").doesNotContain("In between");
        }
        await().atMost(PATIENCE).until(() -> byFile(WHOLE).body().contains("In between") && files().size() == 1);
    }

    @Test
    void readers_at_the_same_time_get_the_same_whole_feed_from_one_file() {
        List<HttpResponse<String>> answers = IntStream.range(0, 100)
                .mapToObj(unused -> site.client()
                        .sendAsync(
                                site.request(WHOLE).build(),
                                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8)))
                .toList()
                .stream()
                .map(CompletableFuture::join)
                .toList();
        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEqualTo(answers.get(0).body()).endsWith("</feed>");
        });
        await().atMost(PATIENCE).until(() -> files().size() == 1);
    }

    @Test
    void what_was_left_by_another_process_is_deleted_at_the_start() throws IOException {
        site.get(WHOLE);
        String before = byFile(WHOLE).body();
        Files.writeString(folder.resolve("left-by-a-kill"), "half a feed");
        site.restart();
        assertThat(files()).isEmpty();
        assertThat(site.get(WHOLE).body()).isEqualTo(before);
        assertThat(byFile(WHOLE).body()).isEqualTo(before);
    }

    @Test
    void where_no_file_can_be_written_each_reader_is_written_to() throws IOException {
        Files.createDirectories(folder.getParent());
        Files.writeString(folder, "in the way");
        String first = site.get(WHOLE).body();
        for (int i = 0; i < 3; i++) {
            HttpResponse<String> again = site.get(WHOLE);
            assertThat(again.statusCode()).isEqualTo(200);
            assertThat(again.body()).isEqualTo(first);
            assertThat(fromFile(again)).isFalse();
        }
    }

    @Test
    void a_file_that_somebody_has_deleted_is_written_again() throws IOException {
        site.get(WHOLE);
        String before = byFile(WHOLE).body();
        Files.delete(files().get(0));
        HttpResponse<String> anew = site.get(WHOLE);
        assertThat(anew.statusCode()).isEqualTo(200);
        assertThat(anew.body()).isEqualTo(before);
        assertThat(byFile(WHOLE).body()).isEqualTo(before);
    }
}
