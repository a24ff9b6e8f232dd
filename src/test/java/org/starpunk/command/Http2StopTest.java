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
import org.starpunk.journey.PemCertificate;
import org.starpunk.journey.TestSite;

/** SIGTERM while HTTP/2 connections send many concurrent requests. */
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
        PemCertificate pem = PemCertificate.create(folder, "localhost");
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
     * Sends requests one after the other until the port is closed. A connection that the server has not accepted may be
     * refused or reset, because no request was sent on it.
     */
    private void loop(HttpClientAgent client, int port) {
        client.request(HttpMethod.GET, port, "localhost", "/static/css/site.css")
                .onSuccess(request -> send(request, () -> loop(client, port)))
                .onFailure(unused -> ended.incrementAndGet());
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

    /**
     * Returns whether the server did not process a request (RFC 9113, section 6.8), or it was never sent, so that it
     * may be repeated.
     */
    private static boolean wasNotTaken(Throwable failure) {
        return (failure instanceof HttpClosedException closed && hasFarewell(closed))
                || "Broken pipe".equals(failure.getMessage());
    }

    /** Vert.x 5.0.10 copies the GOAWAY debug data at each call, and may have released it by then. */
    private static boolean hasFarewell(HttpClosedException closed) {
        try {
            return closed.goAway() != null;
        } catch (IllegalReferenceCountException wordsAreGone) {
            return true;
        }
    }

    private static Future<Integer> whole(HttpClientResponse response) {
        return response.body().map(unused -> response.statusCode());
    }
}
