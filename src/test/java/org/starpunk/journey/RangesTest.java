package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.conformance.TestPictures;

/**
 * Parts of files (RFC 9110, section 14) and conditions on versions (section 13.1), for the author's static files and
 * for images.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RangesTest {

    private static final String FILE = "/static/talk.bin";

    private final TestSite site = TestSite.start().setUp();
    private final byte[] bytes = new byte[100_000];
    private String picture = "";
    private byte[] pictureBytes = new byte[0];

    @BeforeAll
    void write() throws Exception {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Path folder = Files.createDirectories(site.dataDir().resolve("static"));
        Files.write(folder.resolve("talk.bin"), bytes);
        picture = SiteOwner.upload(site, TestPictures.image("png", 300, 200));
        pictureBytes = get(picture).body();
    }

    @AfterAll
    void close() {
        site.close();
    }

    private HttpResponse<byte[]> get(String path, String... headers) throws IOException, InterruptedException {
        HttpRequest request = site.request(path, headers).build();
        return site.client().send(request, BodyHandlers.ofByteArray());
    }

    private static String header(HttpResponse<?> response, String name) {
        return response.headers().firstValue(name).orElse("");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "bytes=0-0          | 206 | 0     | 1      | bytes 0-0/100000",
                "bytes=10-19        | 206 | 10    | 10     | bytes 10-19/100000",
                "bytes=99990-       | 206 | 99990 | 10     | bytes 99990-99999/100000",
                "bytes=-10          | 206 | 99990 | 10     | bytes 99990-99999/100000",
                "bytes=-200000      | 206 | 0     | 100000 | bytes 0-99999/100000",
                "bytes=99999-200000 | 206 | 99999 | 1      | bytes 99999-99999/100000",
                "BYTES = 1 - 2      | 206 | 1     | 2      | bytes 1-2/100000",
                "bytes=100000-      | 416 | 0     | 0      | bytes */100000",
                "bytes=-0           | 416 | 0     | 0      | bytes */100000",
                "bytes=5-4          | 200 | 0     | 100000 | ''",
                "bytes=-            | 200 | 0     | 100000 | ''",
                "bytes=a-b          | 200 | 0     | 100000 | ''",
                "lines=1-2          | 200 | 0     | 100000 | ''",
                "bytes=0-1,5-6      | 200 | 0     | 100000 | ''",
                "bytes=99999999999999999999- | 200 | 0 | 100000 | ''",
            })
    void a_part_of_a_file_is_sent_as_asked_for(String range, int status, int from, int length, String contentRange)
            throws Exception {
        HttpResponse<byte[]> part = get(FILE, "Range", range);
        assertThat(part.statusCode()).isEqualTo(status);
        assertThat(header(part, "content-range")).isEqualTo(contentRange);
        if (status != 416) {
            assertThat(part.body()).isEqualTo(Arrays.copyOfRange(bytes, from, from + length));
            assertThat(header(part, "accept-ranges")).isEqualTo("bytes");
            assertThat(header(part, "x-request-id")).isNotEmpty();
        }
    }

    @Test
    void a_part_is_sent_only_of_the_version_that_the_reader_has() throws Exception {
        HttpResponse<byte[]> whole = get(FILE);
        for (String had : new String[] {header(whole, "etag"), header(whole, "last-modified")}) {
            assertThat(get(FILE, "Range", "bytes=0-4", "If-Range", had).statusCode())
                    .isEqualTo(206);
        }
        for (String other :
                new String[] {"\"other\"", "W/" + header(whole, "etag"), "Sat, 01 Jan 2000 00:00:00 GMT", "yesterday"
                }) {
            HttpResponse<byte[]> again = get(FILE, "Range", "bytes=0-4", "If-Range", other);
            assertThat(again.statusCode()).as(other).isEqualTo(200);
            assertThat(again.body()).hasSize(bytes.length);
        }
    }

    @Test
    void a_picture_is_sent_in_parts_and_asked_for_again_by_its_tag() throws Exception {
        HttpResponse<byte[]> part = get(picture, "Range", "bytes=1-3");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(new String(part.body(), StandardCharsets.US_ASCII)).isEqualTo("PNG");
        assertThat(header(part, "content-range")).isEqualTo("bytes 1-3/" + pictureBytes.length);
        assertThat(header(part, "content-type")).isEqualTo("image/png");
        HttpResponse<byte[]> again = get(picture, "If-None-Match", header(part, "etag"));
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        HttpResponse<String> head = site.head(picture, "Range", "bytes=1-3");
        assertThat(head.statusCode()).as("a range is a GET's").isEqualTo(200);
        assertThat(header(head, "content-length")).isEqualTo(Integer.toString(pictureBytes.length));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "If-Match            | {etag}                        | 200",
                "If-Match            | *                             | 200",
                "If-Match            | \"a\", {etag}                 | 200",
                "If-Match            | \"other\"                     | 412",
                "If-Match            | W/{etag}                      | 412",
                "If-Unmodified-Since | {date}                        | 200",
                "If-Unmodified-Since | Sat, 01 Jan 2000 00:00:00 GMT | 412",
                "If-Unmodified-Since | yesterday                     | 200",
            })
    void a_request_for_one_version_gets_no_other(String name, String value, int status) throws Exception {
        for (String path : new String[] {FILE, picture, "/", "/feed.atom", "/static/css/site.css"}) {
            HttpResponse<byte[]> now = get(path);
            boolean undated = header(now, "last-modified").isEmpty();
            String sent = value.replace("{etag}", header(now, "etag")).replace("{date}", header(now, "last-modified"));
            HttpResponse<byte[]> answer = get(path, name, sent.isEmpty() ? "x" : sent);
            assertThat(answer.statusCode())
                    .as(path)
                    .isEqualTo(undated && name.equals("If-Unmodified-Since") ? 200 : status);
        }
    }
}
