package org.starpunk.server;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.config.Settings;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Outcome;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;

/**
 * Each request is recorded once, under its route, for any kind of end. The connection is real, the routes belong to the
 * test.
 */
class RequestTimerTest {

    private final List<String> ended = new CopyOnWriteArrayList<>();
    private final Map<String, HttpServerResponse> open = new ConcurrentHashMap<>();
    private Vertx vertx;
    private HttpServer server;
    private RequestTimer timer;
    private ConnectionTracker connections;
    private final CountDownLatch written = new CountDownLatch(1);

    @BeforeEach
    void start() throws Exception {
        RequestTiming.register();
        vertx = Vertx.vertx();
        Router router = Router.router(vertx);
        Settings settings = Settings.of(Map.of());
        TrustedProxies proxies = new TrustedProxies(List.of());
        connections = new ConnectionTracker(new ConnectionLimiter(settings.limits(), proxies), Duration.ofSeconds(1));
        timer = new RequestTimer(vertx, new EndRecorder(), router, connections, proxies, 1);
        routes(router);
        server = vertx.createHttpServer()
                .requestHandler(timer)
                .connectionHandler(connections::opened)
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(120, TimeUnit.SECONDS);
    }

    private void routes(Router router) {
        router.get("/ok/:id").handler(ctx -> ctx.response().end("fine"));
        router.get("/same/:id").handler(ctx -> ctx.response().setStatusCode(304).end());
        router.get("/moved/:id")
                .handler(ctx -> ctx.response()
                        .setStatusCode(303)
                        .putHeader("Location", "/ok/1")
                        .end());
        router.get("/gone/:id").handler(ctx -> ctx.fail(404));
        router.get("/broken/:id").handler(unused -> {
            throw new IllegalStateException("before the head");
        });
        router.get("/late/:id").handler(RequestTimerTest::throwAfterTheHead);
        router.get("/silent/:id").handler(ctx -> open.put("silent", ctx.response()));
        router.get("/stream/:id").handler(this::stream);
        router.get("/stall/:id").handler(this::stall);
    }

    private static void throwAfterTheHead(RoutingContext ctx) {
        Future<Void> unused = ctx.response()
                .setChunked(true)
                .write("half of ")
                .onComplete(ignored -> ctx.response().reset());
        throw new IllegalStateException("after the head");
    }

    /**
     * Responds, starts the shutdown, and blocks the event loop for longer than the maximum idle time of a connection.
     */
    private void stall(RoutingContext ctx) {
        long until = System.nanoTime() + 400_000_000;
        Future<Void> unused = ctx.response()
                .end("fine")
                .onComplete(answered -> connections.drain(vertx).onComplete(drained -> {}));
        vertx.runOnContext(then -> {
            try {
                assertThat(written.await(2, TimeUnit.MINUTES)).isTrue();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(10_000_000);
            }
        });
    }

    private void stream(RoutingContext ctx) {
        HttpServerResponse response = ctx.response().setChunked(true).putHeader("Content-Type", "text/event-stream");
        open.put("stream", response);
        Future<Void> unused = response.write("data: 1\n\n");
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    /** Recorder of the ends of requests. */
    private final class EndRecorder implements Recorder {

        private final Recorder off = Recorder.none();

        @Override
        public RequestTiming requestStarted() {
            return off.requestStarted();
        }

        @Override
        public void requestEnded(RequestTiming request, Endpoint endpoint, int status, long in, long out) {
            Outcome outcome = request.outcome() == Outcome.OK ? Outcome.of(status) : request.outcome();
            ended.add(endpoint.name() + ' ' + status + ' ' + outcome.jsonName());
        }

        @Override
        public void query(QueryTiming query) {}

        @Override
        public long now() {
            return 0;
        }

        @Override
        public boolean sample(OperationType type, long requestId) {
            return false;
        }

        @Override
        public long slowQueryNanos() {
            return Long.MAX_VALUE;
        }

        @Override
        public boolean record(OperationType type, String name, long nanos, Map<String, Object> more, boolean force) {
            return false;
        }

        @Override
        public void gauge(String name, long value) {}

        @Override
        public void close() {}
    }

    private Socket ask(String path) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.actualPort());
        socket.setSoTimeout(120_000);
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: here\r\n\r\n").getBytes(US_ASCII));
        return socket;
    }

    private static String head(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        Buffer read = Buffer.buffer();
        while (!read.toString().contains("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            read.appendByte((byte) next);
        }
        return read.toString();
    }

    /**
     * Checks that a request ends only once: the next request on the same loop ends after it, without a second record.
     */
    private void endsOnceAs(String end) throws IOException {
        await().untilAsserted(() -> assertThat(ended).contains(end));
        try (Socket other = ask("/ok/last")) {
            assertThat(head(other)).startsWith("HTTP/1.1 200");
        }
        await().untilAsserted(() -> assertThat(ended).contains("GET /ok/:id 200 ok"));
        assertThat(ended).containsExactly(end, "GET /ok/:id 200 ok");
        await().untilAsserted(() -> assertThat(timer.active()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "/same/7,   GET /same/:id 304 ok",
        "/moved/7,  GET /moved/:id 303 ok",
        "/gone/7,   GET /gone/:id 404 client_error",
        "/nowhere,  GET (no route) 404 client_error",
        "/broken/7, GET /broken/:id 500 server_error",
    })
    void an_answered_request_is_recorded_once_under_its_route(String path, String end) throws IOException {
        try (Socket socket = ask(path)) {
            assertThat(head(socket)).startsWith("HTTP/1.1 ");
            endsOnceAs(end);
        }
    }

    @Test
    void an_exception_after_the_head_is_a_failure_of_the_status_that_was_sent() throws IOException {
        try (Socket socket = ask("/late/7")) {
            head(socket);
            endsOnceAs("GET /late/:id 200 server_error");
        }
    }

    @Test
    void a_request_that_is_given_up_is_answered_503() throws IOException {
        try (Socket socket = ask("/silent/7")) {
            await().until(() -> open.containsKey("silent"));
            timer.active().forEach(RequestTimer.TimedRequest::abort);
            assertThat(head(socket)).startsWith("HTTP/1.1 503");
            endsOnceAs("GET /silent/:id 503 timeout");
        }
    }

    /** The connection was considered idle and closed with the request in it. */
    @Test
    void a_request_that_came_while_a_stopping_servers_loop_stood_still_is_answered() throws IOException {
        try (Socket socket = ask("/stall/7")) {
            assertThat(head(socket)).startsWith("HTTP/1.1 200");
            assertThat(socket.getInputStream().readNBytes(4)).asString().isEqualTo("fine");
            socket.getOutputStream().write("GET /ok/8 HTTP/1.1\r\nHost: here\r\n\r\n".getBytes(US_ASCII));
            written.countDown();
            assertThat(head(socket)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void a_client_that_goes_before_there_is_an_answer_is_gone_and_a_499() throws IOException {
        try (Socket socket = ask("/silent/7")) {
            await().until(() -> open.containsKey("silent"));
            socket.setSoLinger(true, 0);
        }
        endsOnceAs("GET /silent/:id 499 client_gone");
    }

    @Test
    void a_client_that_goes_in_the_middle_of_a_stream_is_gone_after_the_status_that_was_sent() throws IOException {
        try (Socket socket = ask("/stream/7")) {
            assertThat(head(socket)).contains("text/event-stream");
            assertThat(ended).as("it lasts").isEmpty();
        }
        endsOnceAs("GET /stream/:id 200 client_gone");
    }

    @Test
    void a_stream_that_the_server_ends_is_no_failure() throws IOException {
        try (Socket socket = ask("/stream/7")) {
            assertThat(head(socket)).contains("text/event-stream");
            assertThat(ended).as("it lasts").isEmpty();
            Objects.requireNonNull(open.get("stream")).end();
            endsOnceAs("GET /stream/:id 200 ok");
        }
    }
}
