package org.starpunk.view;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.streams.ReadStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FileUploadWriterTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final int PARTS = 18;
    private static final Buffer PART = Buffer.buffer(new byte[10_000]);

    @TempDir
    Path dir;

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setInternalBlockingPoolSize(1));
    private final Context context = vertx.getOrCreateContext();
    private final ControlledStream stream = new ControlledStream();

    /** Stream that the test controls. */
    private static final class ControlledStream implements ReadStream<Buffer> {
        private @Nullable Handler<Buffer> handler;
        private @Nullable Handler<Void> endHandler;
        private @Nullable Handler<Throwable> exceptionHandler;

        @Override
        public ReadStream<Buffer> exceptionHandler(@Nullable Handler<Throwable> given) {
            exceptionHandler = given;
            return this;
        }

        @Override
        public ReadStream<Buffer> handler(@Nullable Handler<Buffer> given) {
            handler = given;
            return this;
        }

        @Override
        public ReadStream<Buffer> endHandler(@Nullable Handler<Void> given) {
            endHandler = given;
            return this;
        }

        @Override
        public ReadStream<Buffer> pause() {
            return this;
        }

        @Override
        public ReadStream<Buffer> resume() {
            return this;
        }

        @Override
        public ReadStream<Buffer> fetch(long amount) {
            return this;
        }
    }

    @AfterEach
    void stop() {
        wait(vertx.close());
    }

    private static <T> T wait(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private FileUploadWriter start(Path path, long limit) {
        AtomicReference<@Nullable FileUploadWriter> started = new AtomicReference<>();
        context.runOnContext(unused -> started.set(FileUploadWriter.start(vertx, stream, path, limit)));
        await().atMost(PATIENCE).until(() -> started.get() != null);
        return Objects.requireNonNull(started.get());
    }

    private void feed(int parts, boolean end) {
        await().atMost(PATIENCE).until(() -> stream.endHandler != null);
        context.runOnContext(unused -> {
            for (int i = 0; i < parts; i++) {
                Objects.requireNonNull(stream.handler).handle(PART);
            }
            if (end) {
                Objects.requireNonNull(stream.endHandler).handle(null);
            }
        });
    }

    private @Nullable Throwable outcome(FileUploadWriter receiver) {
        await().atMost(PATIENCE).until(() -> receiver.received().isComplete());
        return receiver.received().cause();
    }

    @Test
    void what_arrives_is_in_the_file() {
        FileUploadWriter receiver = start(dir.resolve("a"), 1_000_000);
        feed(30, true);
        assertThat(outcome(receiver)).isNull();
        assertThat(receiver.path()).hasSize(300_000);
        context.runOnContext(unused -> receiver.discard());
        await().atMost(PATIENCE).until(() -> Files.notExists(receiver.path()));
    }

    /** Truncating the file during the write simulates a disk that loses bytes. */
    @Test
    void a_file_that_does_not_hold_what_has_arrived_is_an_error() throws IOException {
        FileUploadWriter receiver = start(dir.resolve("b"), 1_000_000);
        feed(3, false);
        await().atMost(PATIENCE).until(() -> Files.size(receiver.path()) == 30_000);
        Files.write(receiver.path(), new byte[] {1, 2, 3});
        feed(1, true);
        assertThat(outcome(receiver)).isInstanceOf(IOException.class).hasMessageContaining("differs from");
    }

    /**
     * The connection reads at most 16 parts of a paused body. It appends the rest to its own list, which also contains
     * the end of the body when the server closes. The only file thread waits for the close, so the file is opened after
     * it.
     */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void a_body_is_received_when_its_server_closes_before_the_file_is_open(boolean whole) {
        HttpServer server = wait(vertx.createHttpServer()
                .requestHandler(request -> send(request.response(), whole))
                .listen(0, "127.0.0.1"));
        HttpClient client = vertx.createHttpClient(new HttpClientOptions().setKeepAlive(false));
        CountDownLatch closed = new CountDownLatch(1);
        Path file = dir.resolve("e");
        Promise<Void> received = Promise.promise();
        context.runOnContext(ignored -> client.request(HttpMethod.GET, server.actualPort(), "127.0.0.1", "/")
                .compose(HttpClientRequest::send)
                .compose(response -> {
                    response.request().connection().closeHandler(gone -> closed.countDown());
                    Future<Boolean> unused = ((ContextInternal) context)
                            .executeBlockingInternal(() -> closed.await(1, TimeUnit.MINUTES));
                    return FileUploadWriter.start(vertx, response, file, 1_000_000)
                            .received();
                })
                .onComplete(received));
        await().atMost(PATIENCE).until(() -> received.future().isComplete());
        assertThat(closed.getCount()).isZero();
        assertThat(received.future().succeeded()).isEqualTo(whole);
        if (whole) {
            assertThat(file).hasSize(PARTS * 1_000);
        }
    }

    private static void send(HttpServerResponse response, boolean whole) {
        response.setChunked(true);
        Future<Void> sent = Future.succeededFuture();
        for (int i = 0; i < PARTS; i++) {
            sent = response.write(Buffer.buffer(new byte[1_000]));
        }
        if (whole) {
            Future<Void> unused = response.end();
        } else {
            Future<Void> unused = sent.compose(ignored -> response.reset());
        }
    }

    @Test
    void more_than_the_limit_is_an_error() {
        FileUploadWriter receiver = start(dir.resolve("c"), 25_000);
        feed(5, true);
        assertThat(outcome(receiver)).hasMessageContaining("25000");
    }

    @Test
    void a_file_that_cannot_be_made_is_an_error() {
        FileUploadWriter receiver = start(dir.resolve("missing/d"), 25_000);
        assertThat(outcome(receiver)).isNotNull();
    }

    @Test
    void a_stream_that_breaks_off_is_an_error_and_leaves_nothing() {
        FileUploadWriter receiver = start(dir.resolve("e"), 1_000_000);
        feed(2, false);
        context.runOnContext(unused ->
                Objects.requireNonNull(stream.exceptionHandler).handle(new IOException("the client went away")));
        assertThat(outcome(receiver)).hasMessage("the client went away");
        context.runOnContext(unused -> receiver.discard());
        await().atMost(PATIENCE).until(() -> Files.notExists(receiver.path()));
    }
}
