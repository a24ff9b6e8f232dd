package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import java.net.CookieManager;
import java.net.CookiePolicy;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/**
 * Readers that pause, and readers that disconnect, for each way of sending a body: a file, a cached page, and a feed
 * that is streamed while it is written. The pause is sending time, and unsent bytes are not counted.
 */
class SlowReadersTest {

    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final int FILE_BYTES = 16_000_000;
    private static final int FIRST_BYTES = 400_000;

    /** Tolerance of the number of sent bytes: one part of a buffer. */
    private static final int PART = 64 * 1024;

    private static final Pattern BROKEN = Pattern.compile("broken|reset|closed", Pattern.CASE_INSENSITIVE);
    private static final String PAGE = "GET /notes/:slug";
    private static final String FEED = "GET /feed.atom";

    /** Protocol of the client. */
    enum ClientProtocol {
        HTTP,
        HTTPS,
        HTTP_2
    }

    @TempDir
    Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final Queue<String> logged = new ConcurrentLinkedQueue<>();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            // The client of this test logs its own resets. A started server disables the logger VertxConnection.
            boolean server = !event.getLoggerName().contains("HttpClient")
                    && !event.getLoggerName().endsWith("VertxConnection");
            String text = event.getFormattedMessage()
                    + ' '
                    + (event.getThrowableProxy() == null
                            ? ""
                            : event.getThrowableProxy().getMessage());
            if (server
                    && event.getLevel().isGreaterOrEqual(Level.WARN)
                    && BROKEN.matcher(text).find()) {
                logged.add(event.getLoggerName() + ": " + text);
            }
        }
    };

    @SuppressWarnings("NullAway.Init")
    private TestSite site;

    private String page = "";

    @BeforeEach
    void observeLog() {
        appender.setContext(root.getLoggerContext());
        appender.start();
        root.addAppender(appender);
    }

    @AfterEach
    void stop() {
        TestSite.await(vertx.close());
        site.close();
        root.detachAppender(appender);
    }

    private void start(ClientProtocol protocol) throws Exception {
        Map<String, String> variables = new HashMap<>(Map.of("METRICS_PROMETHEUS_ENABLED", "true"));
        PemCertificate pem = PemCertificate.create(folder, "first");
        if (protocol != ClientProtocol.HTTP) {
            variables.put("STARPUNK_TLS_CERTIFICATE", pem.certificate().toString());
            variables.put("STARPUNK_TLS_KEY", pem.key().toString());
        }
        site = TestSite.start(variables);
        site.use(HttpClient.newBuilder()
                .cookieHandler(new CookieManager(null, CookiePolicy.ACCEPT_ALL))
                .sslContext(pem.trusting())
                .version(HttpClient.Version.HTTP_1_1)
                .build());
        site.setUp();
        Path files = site.dataDir().resolve("static");
        Files.createDirectories(files);
        Files.write(files.resolve("large.bin"), new byte[FILE_BYTES]);
        String words = "A line of many words that come again.\n\n";
        page = site.publish(words.repeat(130_000), "").path();
        for (int i = 0; i < 40; i++) {
            site.publish(words.repeat(10_000), "");
        }
    }

    /** A client that pauses after its first bytes. */
    private final class PausingReader {

        final AtomicLong read = new AtomicLong();
        private final AtomicBoolean paused = new AtomicBoolean();
        private final CompletableFuture<HttpClientResponse> begun = new CompletableFuture<>();
        private final CompletableFuture<Long> ended = new CompletableFuture<>();
        private final HttpClientAgent client;

        PausingReader(ClientProtocol protocol, String path) {
            client = vertx.createHttpClient(new HttpClientOptions()
                    .setSsl(protocol != ClientProtocol.HTTP)
                    .setUseAlpn(protocol == ClientProtocol.HTTP_2)
                    .setProtocolVersion(protocol == ClientProtocol.HTTP_2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1)
                    .setInitialSettings(new Http2Settings().setInitialWindowSize(65_535))
                    .setReceiveBufferSize(8_192)
                    .setTrustAll(true)
                    .setVerifyHost(false)
                    .setDefaultHost("127.0.0.1")
                    .setDefaultPort(site.uri().getPort()));
            client.request(HttpMethod.GET, path)
                    .compose(HttpClientRequest::send)
                    .onSuccess(this::read)
                    .onFailure(begun::completeExceptionally);
        }

        private void read(HttpClientResponse response) {
            response.handler(part -> {
                if (read.addAndGet(part.length()) >= FIRST_BYTES && paused.compareAndSet(false, true)) {
                    response.pause();
                    begun.complete(response);
                }
            });
            response.endHandler(unused -> ended.complete(read.get()));
            response.exceptionHandler(ended::completeExceptionally);
        }

        HttpClientResponse begun() {
            try {
                return begun.get(2, TimeUnit.MINUTES);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        long readAll() {
            begun().resume();
            try {
                return ended.get(2, TimeUnit.MINUTES);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }

        void reset() {
            begun().request().reset();
        }

        void disconnect() {
            begun().request().connection().close();
        }

        String id() {
            return Objects.requireNonNull(begun().getHeader("X-Request-ID"));
        }
    }

    private List<PausingReader> oneOfEach(ClientProtocol protocol) {
        return List.of(
                new PausingReader(protocol, "/static/large.bin"),
                new PausingReader(protocol, page),
                new PausingReader(protocol, "/feed.atom?all=true"));
    }

    private JsonObject endpoint(String name, long requests) {
        return await().until(
                        () -> site.json("/admin/metrics").getJsonArray("endpoints").stream()
                                .map(JsonObject.class::cast)
                                .filter(row ->
                                        row.getString("endpoint").equals(name) && row.getLong("count") >= requests)
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    @ParameterizedTest
    @EnumSource
    void a_pause_of_the_reader_is_sending_time(ClientProtocol protocol) throws Exception {
        start(protocol);
        List<PausingReader> slow = oneOfEach(protocol);
        slow.forEach(PausingReader::begun);
        Instant begun = Instant.now();
        await().until(() -> Instant.now().isAfter(begun.plus(PAUSE)));
        for (PausingReader reader : slow) {
            long read = reader.readAll();
            JsonObject trace = trace(reader);
            double sending = trace.getDouble("sending_ms");
            double server = trace.getDouble("duration_ms");
            assertThat(sending + server).as(trace.encode()).isGreaterThanOrEqualTo(PAUSE.toMillis() * 0.99);
            assertThat(sending).as(trace.encode()).isGreaterThan(PAUSE.toMillis() / 2.0);
            assertThat(trace.getString("outcome")).isEqualTo("ok");
            assertThat(trace.getLong("response_bytes")).isEqualTo(read);
            JsonObject row = endpoint(trace.getString("endpoint"), 1);
            assertThat(row.getDouble("sending_ms")).isGreaterThan(PAUSE.toMillis() / 2.0);
            assertThat(row.getDouble("receiving_ms")).isZero();
            assertThat(row.getLong("bytes")).isEqualTo(read);
        }
        String performance =
                site.get("/admin/performance", "Accept", "text/html").body();
        assertThat(performance).contains(">receiving</a>", ">server</a>", ">sending</a>");
        assertThat(site.get("/metrics").body())
                .contains("http_route=\"/feed.atom\",part=\"sending\"", "http_route=\"/feed.atom\",part=\"server\"");
        assertThat(logged).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void a_reader_who_leaves_is_no_success_and_got_a_part(ClientProtocol protocol) throws Exception {
        start(protocol);
        List<PausingReader> resets = oneOfEach(protocol);
        resets.forEach(PausingReader::begun);
        List<PausingReader> closes = oneOfEach(protocol);
        closes.forEach(PausingReader::begun);
        resets.forEach(PausingReader::reset);
        closes.forEach(PausingReader::disconnect);
        assertLeft("GET /static/*", resets.get(0), closes.get(0), FILE_BYTES, "left at ");
        assertLeft(PAGE, resets.get(1), closes.get(1), Long.MAX_VALUE, "left at ");
        assertLeft(FEED, resets.get(2), closes.get(2), Long.MAX_VALUE, "left a");
        PausingReader last = new PausingReader(protocol, "/static/large.bin");
        last.reset();
        JsonObject recent =
                await().until(() -> recent(last.id()), Optional::isPresent).orElseThrow();
        assertThat(site.get("/admin/performance", "Accept", "text/html").body())
                .contains("<td>" + recent.getString("left") + "</td>");
        assertThat(logged).isEmpty();
    }

    private void assertLeft(String name, PausingReader reset, PausingReader closed, long whole, String text) {
        JsonObject row = endpoint(name, 2);
        JsonObject outcomes = row.getJsonObject("outcomes");
        assertThat(outcomes.getLong("client_gone")).as(row.encode()).isEqualTo(2);
        assertThat(outcomes.getLong("ok")).isZero();
        long bytes = 0;
        for (PausingReader reader : List.of(reset, closed)) {
            JsonObject event = trace(reader);
            long sent = event.getLong("response_bytes");
            assertThat(sent).as(event.encode()).isBetween(reader.read.get() - PART, whole - 1);
            assertThat(event.getString("outcome")).isEqualTo("client_gone");
            assertThat(event.getString("left")).startsWith(text);
            if (event.getInteger("sent_percent") != null) {
                assertThat(event.getInteger("sent_percent")).isBetween(1, 99);
                assertThat(event.getString("left")).isEqualTo("left at " + event.getInteger("sent_percent") + " %");
            }
            String trace = site.get("/admin/performance?trace=" + reader.id(), "Accept", "text/html")
                    .body();
            assertThat(trace).contains("status 200, " + event.getString("left"));
            bytes += sent;
        }
        assertThat(row.getLong("bytes")).isEqualTo(bytes);
    }

    private JsonObject trace(PausingReader reader) {
        String path = "/admin/traces/" + reader.id();
        HttpResponse<String> answer =
                await().until(() -> site.get(path, "Accept", "application/json"), found -> found.statusCode() == 200);
        return new JsonObject(answer.body());
    }

    private Optional<JsonObject> recent(String id) {
        return site.json("/admin/metrics").getJsonArray("recent").stream()
                .map(event -> ((JsonObject) event).getJsonObject("metadata"))
                .filter(fields -> id.equals(fields.getString("request_id")) && fields.containsKey("route"))
                .findFirst();
    }
}
