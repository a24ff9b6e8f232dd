package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;
import org.starpunk.Deployment;
import org.starpunk.config.Settings;

/**
 * HTTP/2 clients that reset a stream, or close their connection. Each accepted request ends once, and none stays
 * active.
 */
class AbortedStreamsTest {

    private static final int FILE_BYTES = 12_000_000;
    private static final int TIMES = 10;

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Logger logger = (Logger) LoggerFactory.getLogger("org.starpunk.server");
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            if (event.getLevel().isGreaterOrEqual(Level.WARN)
                    && event.getFormattedMessage().contains("/static/large.jpg")) {
                logged.add(event.getFormattedMessage());
            }
        }
    };

    @SuppressWarnings("NullAway.Init")
    private Deployment site;

    @BeforeEach
    void start() throws Exception {
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.addAppender(appender);
        PemCertificate pem = PemCertificate.create(folder, "first");
        assertThat(pem).isNotNull();
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("static"));
        byte[] picture = new byte[FILE_BYTES];
        new Random(1).nextBytes(picture);
        Files.write(data.resolve("static/large.jpg"), picture);
        Map<String, String> variables = new HashMap<>();
        variables.put("STARPUNK_LISTEN", "127.0.0.1:0");
        variables.put("STARPUNK_INSTANCES", "2");
        variables.put("METRICS_PROMETHEUS_ENABLED", "true");
        variables.put("STARPUNK_DATA_DIR", data.toString());
        variables.put("STARPUNK_TLS_CERTIFICATE", folder.resolve("site.crt").toString());
        variables.put("STARPUNK_TLS_KEY", folder.resolve("site.key").toString());
        site = TestSite.await(Deployment.start(Settings.of(variables)));
    }

    @AfterEach
    void stop() {
        logger.detachAppender(appender);
        TestSite.await(vertx.close());
        TestSite.await(site.stop());
    }

    private HttpClientAgent client() {
        return vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setDefaultHost("127.0.0.1")
                .setDefaultPort(site.port()));
    }

    private String metrics() {
        HttpClientAgent client = client();
        String text = TestSite.await(client.request(HttpMethod.GET, "/metrics")
                .compose(HttpClientRequest::send)
                .compose(HttpClientResponse::body)
                .map(Buffer::toString));
        TestSite.await(client.close());
        return text;
    }

    private static long value(String text, String name) {
        Matcher line =
                Pattern.compile("^" + name + " ([0-9.E]+)$", Pattern.MULTILINE).matcher(text);
        assertThat(line.find()).as(name).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }

    private void endsEach(long before, long atLeast) throws Exception {
        await().untilAsserted(() -> {
            String text = metrics();
            long active = value(text, "http_server_active_requests");
            assertThat(value(text, "starpunk_http_requests_accepted_total"))
                    .isEqualTo(value(text, "starpunk_http_requests_ended_total") + active)
                    .isGreaterThanOrEqualTo(before + atLeast);
            assertThat(active).isLessThanOrEqualTo(1);
        });
        await().untilAsserted(() -> assertThat(openFiles()).isZero());
        assertThat(logged).isEmpty();
    }

    /** Returns how often this process has the large file open. */
    private long openFiles() throws Exception {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(one -> {
                        try {
                            return Files.readSymbolicLink(one).startsWith(folder.toRealPath())
                                    && Files.readSymbolicLink(one).endsWith("large.jpg");
                        } catch (java.io.IOException closed) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    /** Starts a request. Completes when a number of bytes of its response has arrived; no more are read. */
    private static Future<HttpClientRequest> begin(HttpClientAgent client, String stage) {
        return client.request(stage.equals("body") ? HttpMethod.POST : HttpMethod.GET, path(stage))
                .compose(request -> {
                    if (stage.equals("body")) {
                        return request.putHeader("Content-Type", "application/x-www-form-urlencoded")
                                .setChunked(true)
                                .write("h=entry")
                                .map(request);
                    }
                    Promise<HttpClientRequest> begun = Promise.promise();
                    request.send().onFailure(begun::tryFail).onSuccess(response -> {
                        if (stage.equals("head")) {
                            response.pause();
                            begun.tryComplete(request);
                        }
                        long[] read = {0};
                        response.handler(part -> {
                            read[0] += part.length();
                            if (read[0] > 50_000) {
                                response.pause();
                                begun.tryComplete(request);
                            }
                        });
                        response.exceptionHandler(gone -> begun.tryFail(gone));
                    });
                    return stage.equals("sent") ? Future.succeededFuture(request) : begun.future();
                });
    }

    private static String path(String stage) {
        return switch (stage) {
            case "body" -> "/micropub";
            case "sent" -> "/search?q=word";
            default -> "/static/large.jpg";
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"sent", "head", "middle", "body"})
    void a_stream_that_is_reset_ends_its_request(String stage) throws Exception {
        long before = value(metrics(), "starpunk_http_requests_accepted_total");
        HttpClientAgent client = client();
        for (int i = 0; i < TIMES; i++) {
            HttpClientRequest request = TestSite.await(begin(client, stage));
            Future<Void> reset = request.reset(8);
            // On a busy machine the short response to "sent" may have arrived, so that a reset is impossible.
            TestSite.await(stage.equals("sent") ? reset.otherwiseEmpty() : reset);
        }
        endsEach(before, TIMES);
    }

    @Test
    void a_connection_that_closes_ends_all_of_its_streams() throws Exception {
        long before = value(metrics(), "starpunk_http_requests_accepted_total");
        for (int i = 0; i < 3; i++) {
            HttpClientAgent client = client();
            for (int stream = 0; stream < TIMES; stream++) {
                HttpClientRequest unused = TestSite.await(begin(client, stream % 2 == 0 ? "head" : "body"));
            }
            TestSite.await(client.close());
        }
        endsEach(before, 3 * TIMES);
    }
}
