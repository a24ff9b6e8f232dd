package org.starpunk.micropub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.conformance.HostilePictureFiles;
import org.starpunk.conformance.TestPictures;
import org.starpunk.media.MediaStore;
import org.starpunk.outbound.PublicHttpClient;

/** Copies photos of another site that sends hostile content. */
class RemotePhotoFetcherTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx();
    private final HttpServer elsewhere = vertx.createHttpServer().requestHandler(this::answer);

    @AfterEach
    void stop() {
        wait(vertx.close());
    }

    private static <T> T wait(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private void answer(HttpServerRequest request) {
        String kind = String.valueOf(request.path()).substring(1);
        switch (kind) {
            case "moved" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/jpg")
                        .end("a redirect's own body");
            case "missing" -> request.response().setStatusCode(404).end("no picture");
            case "broken-off" ->
                request.response()
                        .putHeader("Content-Length", "900000")
                        .write(Buffer.buffer(new byte[300_000]))
                        .onComplete(sent -> request.connection().close());
            case "endless" -> {
                request.response().setChunked(true);
                endless(request);
            }
            case "slow" ->
                request.response()
                        .setChunked(true)
                        .write(Buffer.buffer(TestPictures.of("jpg")))
                        .onFailure(gone -> {});
            case "jpg", "gif", "huge" -> request.response().end(Buffer.buffer(TestPictures.of(kind)));
            default -> request.response().end(Buffer.buffer(Objects.requireNonNull(hostile.get(kind))));
        }
    }

    private static void endless(HttpServerRequest request) {
        if (!request.response().closed()) {
            request.response().write(Buffer.buffer(new byte[100_000])).onSuccess(unused -> endless(request));
        }
    }

    private final Map<String, byte[]> hostile = new ConcurrentHashMap<>();

    private Optional<String> copied(String kind) {
        return copied(kind, PATIENCE);
    }

    private Optional<String> copied(String kind, Duration within) {
        if (kind.startsWith("png-") || kind.startsWith("jpg-")) {
            // The picture is created before the time limit of the copy starts.
            hostile.computeIfAbsent(kind, HostilePictureFiles::of);
        }
        int port = elsewhere.actualPort() > 0
                ? elsewhere.actualPort()
                : wait(elsewhere.listen(0, "127.0.0.1")).actualPort();
        RemotePhotoFetcher photos = new RemotePhotoFetcher(
                vertx, PublicHttpClient.create(vertx, any -> true), new MediaStore(vertx, dir), dir);
        // Runs on one event loop, like a request.
        Promise<Optional<String>> copied = Promise.promise();
        vertx.runOnContext(now ->
                photos.fetch("http://127.0.0.1:" + port + '/' + kind, within).onComplete(copied));
        return wait(copied.future());
    }

    @ParameterizedTest
    @CsvSource({"jpg, jpg", "gif, gif", "moved, jpg", "png-ztxt, png", "png-itxt, png"})
    void a_picture_is_copied(String kind, String type) throws IOException {
        Path copy = dir.resolve(copied(kind).orElseThrow().substring(1));
        assertThat(copy).isNotEmptyFile().hasExtension(type);
        assertNothingElseStays(1);
    }

    @ParameterizedTest
    @CsvSource({"missing", "broken-off", "endless", "huge", "png-flood", "jpg-2000-scans", "jpg-cut"})
    void what_is_no_picture_or_too_large_is_not_copied_and_leaves_nothing(String kind) {
        assertThat(copied(kind)).isEmpty();
        assertNothingElseStays(0);
    }

    @Test
    void the_time_of_a_post_limits_a_copy() {
        assertThat(copied("slow", Duration.ofMillis(300))).isEmpty();
        assertNothingElseStays(0);
    }

    private void assertNothingElseStays(int files) {
        await().atMost(PATIENCE).untilAsserted(() -> {
            try (Stream<Path> all = Files.walk(dir)) {
                assertThat(all.filter(Files::isRegularFile)).hasSize(files);
            }
        });
    }
}
