package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.IllegalReferenceCountException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpClosedException;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.journey.Pem;
import org.starpunk.journey.TestSite;

/** SIGTERM while requests come through HTTP/2 connections, many at once through each. */
class Http2StopTest {

    private static final int LOOPS = 30;
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path folder;

    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();

    @Test
    void no_request_that_the_server_took_goes_unanswered() throws Exception {
        Pem pem = Pem.create(folder, "localhost");
        Vertx vertx = Vertx.vertx();
        HttpClientAgent client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setSsl(true)
                        .setUseAlpn(true)
                        .setProtocolVersion(HttpVersion.HTTP_2)
                        .setTrustOptions(new PemTrustOptions()
                                .addCertPath(pem.certificate().toString())),
                new PoolOptions().setHttp2MaxSize(3));
        try (RunningProgram program = RunningProgram.serve(
                folder,
                Map.of(
                        "STARPUNK_TLS_CERTIFICATE", pem.certificate().toString(),
                        "STARPUNK_TLS_KEY", pem.key().toString()),
                "--data-dir",
                folder.resolve("data").toString())) {
            int port = program.uri().getPort();
            for (int i = 0; i < LOOPS; i++) {
                loop(client, port);
            }
            await().atMost(PATIENCE).until(() -> answered.get() > 1_000);
            program.terminate();
            assertThat(program.exitCode()).isEqualTo(143);
            assertThat(program.logOfItself()).doesNotContain(" WARN ", " ERROR ", "\tat ");
            await().atMost(PATIENCE).until(() -> ended.get() == LOOPS);
        } finally {
            TestSite.await(client.close());
            TestSite.await(vertx.close());
        }
        System.out.println("HTTP/2: " + answered + " answered, then " + failures);
        assertThat(failures).isEmpty();
    }

    /**
     * Asks, and asks again when it has the answer, until nobody listens any more. A connection that the server has not taken may be
     * refused or cut: no request was sent on it.
     */
    private void loop(HttpClientAgent client, int port) {
        client.request(HttpMethod.GET, port, "localhost", "/static/css/site.css")
                .onSuccess(request -> send(request, () -> loop(client, port)))
                .onFailure(refused -> ended.incrementAndGet());
    }

    private void send(HttpClientRequest request, Runnable again) {
        request.send()
                .compose(Http2StopTest::whole)
                .onSuccess(status -> {
                    if (status != 200) {
                        failures.add(new AssertionError("answered " + status));
                    }
                    answered.incrementAndGet();
                    again.run();
                })
                .onFailure(failure -> {
                    if (!wasNotTaken(failure)) {
                        failures.add(failure);
                    }
                    ended.incrementAndGet();
                });
    }

    /** The server said that it has not begun with it (RFC 9113, section 6.8), or it was never sent: it may be sent again. */
    private static boolean wasNotTaken(Throwable failure) {
        return (failure instanceof HttpClosedException closed && hasFarewell(closed))
                || "Broken pipe".equals(failure.getMessage());
    }

    /** Vert.x 5.0.10 copies the farewell's words each time it is asked, and may have let go of them by then. */
    private static boolean hasFarewell(HttpClosedException closed) {
        try {
            return closed.goAway() != null;
        } catch (IllegalReferenceCountException wordsAreGone) {
            return true;
        }
    }

    private static Future<Integer> whole(HttpClientResponse response) {
        return response.body().map(body -> response.statusCode());
    }
}
