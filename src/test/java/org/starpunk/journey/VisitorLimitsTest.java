package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Limits of visitors: number and speed of connections, and maintenance. */
class VisitorLimitsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start(Map.of(
                        "STARPUNK_MAX_CONNECTIONS_PER_ADDRESS", "12",
                        "STARPUNK_HEALTH_TOKEN", "a-token-for-health-that-is-long-enough"))
                .setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), site.uri().getPort());
        socket.setSoTimeout(120_000);
        return socket;
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    private static JsonObject connections() {
        HttpResponse<String> health =
                site.get("/health?detailed", "Authorization", "Bearer a-token-for-health-that-is-long-enough");
        return new JsonObject(health.body()).getJsonObject("checks").getJsonObject("connections");
    }

    /** Returns whether the peer has closed the connection without a response. */
    private static boolean refused(Socket socket) {
        try {
            InputStream in = socket.getInputStream();
            return in.read() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    @Test
    void connections_beyond_the_limit_of_an_address_are_refused_and_counted() throws IOException {
        long before = connections().getLong("refused");
        List<Socket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < 20; i++) {
                sockets.add(connect());
            }
            // The client of this test has one or two connections itself.
            await().atMost(PATIENCE).until(() -> connections().getLong("refused") >= before + 8);
            assertThat(connections().getInteger("open")).isLessThanOrEqualTo(12);
            assertThat(refused(sockets.get(19))).isTrue();
        } finally {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
        await().atMost(PATIENCE).until(() -> connections().getInteger("open") < 4);
        assertThat(site.get("/").statusCode()).isEqualTo(200);
    }

    @Test
    void a_head_that_never_ends_is_cut_off_after_eight_seconds() throws IOException {
        long start = System.nanoTime();
        try (Socket slow = connect();
                Socket silent = connect()) {
            write(slow, "GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ");
            Thread drip = new Thread(() -> drip(slow));
            drip.start();
            assertThat(refused(silent)).isTrue();
            assertThat(refused(slow)).isTrue();
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofSeconds(6));
        }
    }

    /** Sends a byte at intervals, like slowloris. */
    private static void drip(Socket socket) {
        try {
            while (!socket.isClosed()) {
                write(socket, "a");
                socket.getInputStream().available();
                LockSupport.parkNanos(200_000_000);
            }
        } catch (IOException expected) {
            return;
        }
    }

    @Test
    void maintenance_turns_visitors_away_and_lets_the_author_work() throws IOException {
        Path file = site.dataDir().resolve("maintenance");
        assertThat(site.get("/").statusCode()).isEqualTo(200);
        Files.writeString(file, "We move house until noon.");
        await().atMost(PATIENCE).until(() -> site.get("/readyz").statusCode() == 503);
        await().atMost(PATIENCE)
                .until(() -> site.get("/", "Accept", "text/html").statusCode() == 503);
        HttpResponse<String> home = site.get("/", "Accept", "text/html");
        assertThat(home.body()).contains("We move house until noon.");
        assertThat(home.headers().firstValue("Retry-After")).contains("60");
        assertThat(site.get("/livez").statusCode()).isEqualTo(200);
        assertThat(site.get("/static/css/site.css").statusCode()).isEqualTo(200);
        assertThat(site.get("/admin", "Accept", "text/html").statusCode()).isEqualTo(200);
        JsonObject health = new JsonObject(site.get("/admin/health").body());
        assertThat(health.getBoolean("maintenance")).isTrue();
        assertThat(health.getString("status")).isEqualTo("down");
        Files.delete(file);
        await().atMost(PATIENCE).until(() -> site.get("/").statusCode() == 200);
        assertThat(site.get("/health").statusCode()).isEqualTo(200);
    }
}
