package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.conformance.HostilePictureFiles;
import org.starpunk.conformance.TestPictures;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;

/** Images that exhaust memory or time, and metadata at every place where a format allows it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostilePicturesTest {

    private final TestSite site = TestSite.start().setUp();
    private final String token = SecretTokens.create();

    @BeforeAll
    void begin() {
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(token), "a test", Scopes.of(Scopes.MICROPUB), Instant.now(), null, null)));
    }

    @AfterAll
    void close() {
        site.close();
    }

    private HttpResponse<String> upload(String path, String field, byte[] picture) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (String text : new String[] {"h=entry", "content=With a picture"}) {
            String[] pair = text.split("=");
            body.writeBytes(
                    ("--b\r\nContent-Disposition: form-data; name=\"" + pair[0] + "\"\r\n\r\n" + pair[1] + "\r\n")
                            .getBytes(StandardCharsets.UTF_8));
        }
        body.writeBytes(("--b\r\nContent-Disposition: form-data; name=\"" + field + "\"; filename=\"a\"\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8));
        body.write(picture);
        body.writeBytes("\r\n--b--\r\n".getBytes(StandardCharsets.UTF_8));
        return site.send(site.request(
                        path, "Content-Type", "multipart/form-data; boundary=b", "Authorization", "Bearer " + token)
                .POST(BodyPublishers.ofByteArray(body.toByteArray()))
                .build());
    }

    private static Path served(TestSite site, String url) {
        return site.dataDir().resolve(URI.create(url).getPath().substring(1));
    }

    @ParameterizedTest
    @CsvSource({
        "png-ztxt, 201",
        "png-itxt, 201",
        "png-iccp, 201",
        "png-exif, 201",
        "png-unknown, 201",
        "png-many-chunks, 201",
        "png-flood, 413",
        "png-long, 413",
        "png-idat-bomb, 201",
        "png-cut, 400",
        "jpg-segments, 201",
        "jpg-profile, 201",
        "jpg-flood, 413",
        "jpg-2000-scans, 413",
        "jpg-100-scans-large, 413",
        "jpg-progressive-large, 413",
        "jpg-arithmetic, 400",
        "jpg-12-bit, 400",
        "jpg-lossless, 400",
        "jpg-cut, 400",
        "gif-extensions, 201",
        "gif-20-mb, 413",
        "gif-frames, 413",
        "gif-flood, 413",
        "gif-cut, 400",
        "webp-chunks, 201",
        "webp-frames, 413",
        "webp-flood, 413",
        "webp-cut, 400"
    })
    void a_hostile_picture_is_refused_or_loses_what_makes_it_hostile(String kind, int status) throws IOException {
        HttpResponse<String> answer = upload("/micropub/media", "file", HostilePictureFiles.of(kind));
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        if (status == 201) {
            String url = answer.headers().firstValue("location").orElseThrow();
            Path file = served(site, url);
            assertThat(Files.size(file)).isLessThan(100_000);
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain(HostilePictureFiles.SECRET);
            assertThat(site.get(URI.create(url).getPath()).statusCode()).isEqualTo(200);
        }
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertNothingIsLeft());
    }

    private void assertNothingIsLeft() throws IOException {
        Path incoming = site.dataDir().resolve("media/incoming");
        try (Stream<Path> left = Files.walk(incoming)) {
            assertThat(left.filter(path -> !path.equals(incoming))).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"png-ztxt", "png-itxt"})
    void the_composer_and_a_post_with_a_photo_take_the_same_way(String kind) throws IOException {
        byte[] picture = HostilePictureFiles.of(kind);
        assertThat(SiteOwner.tryUpload(site, picture).statusCode()).isEqualTo(201);
        assertThat(upload("/micropub", "photo", picture).statusCode()).isEqualTo(201);
    }

    /** Aborts uploads: by an orderly close, and by a reset. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void an_upload_that_breaks_off_leaves_nothing(boolean reset) throws IOException {
        String head = "POST /micropub/media HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: multipart/form-data; boundary=b\r\nContent-Length: 900000\r\n\r\n"
                + "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
        Path incoming = Files.createDirectories(site.dataDir().resolve("media/incoming"));
        try (Socket socket = new Socket(site.uri().getHost(), site.uri().getPort())) {
            socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().write(new byte[300_000]);
            await().atMost(Duration.ofMinutes(1)).until(() -> {
                try (Stream<Path> files = Files.list(incoming)) {
                    return files.findAny().isPresent();
                }
            });
            if (reset) {
                socket.setSoLinger(true, 0);
            }
        }
        await().atMost(Duration.ofMinutes(1)).untilAsserted(() -> assertNothingIsLeft());
    }

    @Test
    void an_animated_webp_keeps_its_frames_and_nothing_else() throws IOException {
        HttpResponse<String> answer = upload("/micropub/media", "file", HostilePictureFiles.animatedWebp());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        byte[] bytes = Files.readAllBytes(
                served(site, answer.headers().firstValue("location").orElseThrow()));
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text).doesNotContain(HostilePictureFiles.SECRET, "EXIF", "XMP ", "abcd");
        assertThat(text.split("ANMF", -1)).hasSize(3);
        assertThat(text.split("VP8L", -1)).hasSize(3);
        assertThat(bytes[20]).as("features").isEqualTo((byte) 0x02);
        byte[] again = Files.readAllBytes(served(
                site,
                upload("/micropub/media", "file", bytes)
                        .headers()
                        .firstValue("location")
                        .orElseThrow()));
        assertThat(again).isEqualTo(bytes);
    }

    /** Only the visible extensions of a GIF are retained, without other data. */
    @Test
    void a_gif_keeps_its_frame_times_and_repetitions() throws IOException {
        byte[] plain = TestPictures.image("gif", 20, 20);
        String control = "!\u00f9\u0004\u0000\u0010\u0000\u0000";
        String repeat = "!\u00ff\u000bNETSCAPE2.0\u0003\u0001\u0005\u0000";
        String hidden = "\u0006SECRET";
        String extensions = "!\u00ff\u000bXMP DataXMP" + hidden + "\0" // an application's data
                + repeat + hidden + "\0"
                + "!\u0001\u000c0123456789ab" + hidden + "\0" // text that no browser shows
                + "!w" + hidden + hidden + "\0" // unknown
                + "!\u00fe" + hidden + "\0"
                + control + hidden + "\0";
        int image = 13 + 3 * (2 << (plain[10] & 7));
        ByteArrayOutputStream gif = new ByteArrayOutputStream();
        gif.write(plain, 0, image);
        gif.writeBytes(extensions.getBytes(StandardCharsets.ISO_8859_1));
        gif.write(plain, image, plain.length - image);
        HttpResponse<String> answer = upload("/micropub/media", "file", gif.toByteArray());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
        String kept = Files.readString(
                served(site, answer.headers().firstValue("location").orElseThrow()), StandardCharsets.ISO_8859_1);
        assertThat(kept).doesNotContain("SECRET").contains(repeat + "\0", control + "\0");
        assertThat(kept).hasSize(plain.length + repeat.length() + control.length() + 2 - own(plain, image));
    }

    /** Returns the size of the extensions that the encoder wrote before the image. */
    private static int own(byte[] gif, int from) {
        byte[] rest = Arrays.copyOfRange(gif, from, gif.length);
        return rest[0] == '!' && (rest[1] & 255) == 0xfe ? rest[2] + 5 : 0;
    }
}
