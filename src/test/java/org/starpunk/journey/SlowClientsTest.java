package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The time of a slow client is reported separately from the server's time. */
class SlowClientsTest {

    private static final Duration PAUSE = Duration.ofSeconds(3);
    private static final int FILE_BYTES = 16_000_000;
    private static final byte[] HALF_A_POST = String.join(
                    "\r\n",
                    "POST /micropub HTTP/1.1",
                    "Host: here",
                    "Content-Type: application/x-www-form-urlencoded",
                    "Content-Length: 20",
                    "Connection: close",
                    "",
                    "h=entry")
            .getBytes(StandardCharsets.US_ASCII);

    @SuppressWarnings("NullAway.Init")
    private TestSite site;

    @BeforeEach
    void start() throws IOException {
        site = TestSite.start(Map.of("METRICS_PROMETHEUS_ENABLED", "true")).setUp();
        Path folder = site.dataDir().resolve("static");
        Files.createDirectories(folder);
        Files.write(folder.resolve("large.bin"), new byte[FILE_BYTES]);
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(8_192);
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), site.uri().getPort()));
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static void pause() {
        Instant begun = Instant.now();
        await().until(() -> Instant.now().isAfter(begun.plus(PAUSE)));
    }

    private JsonObject endpoint(String name) {
        return await().until(
                        () -> site.json("/admin/metrics").getJsonArray("endpoints").stream()
                                .map(JsonObject.class::cast)
                                .filter(row -> row.getString("endpoint").equals(name))
                                .findFirst(),
                        Optional::isPresent)
                .orElseThrow();
    }

    private static void assertClientTook(JsonObject row, String part) {
        assertThat(row.getDouble(part)).isGreaterThan(PAUSE.toMillis() * 0.9);
        assertThat(row.getDouble("max_ms")).as("the server's part").isLessThan(row.getDouble(part));
    }

    @Test
    void a_body_that_arrives_slowly_is_receiving() throws IOException {
        try (Socket socket = connect()) {
            OutputStream out = socket.getOutputStream();
            out.write(HALF_A_POST);
            pause();
            out.write("&content=text".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 401");
        }
        JsonObject row = endpoint("POST /micropub");
        assertClientTook(row, "receiving_ms");
        assertThat(row.getJsonObject("outcomes").getLong("client_error")).isOne();
    }

    @Test
    void waiting_for_a_missing_body_is_receiving_time() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(HALF_A_POST);
            pause();
        }
        JsonObject row = endpoint("POST /micropub");
        assertClientTook(row, "receiving_ms");
        assertThat(row.getJsonObject("outcomes").getLong("client_gone")).isOne();
    }

    @Test
    void a_file_that_is_read_slowly_is_sending() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream()
                    .write("GET /static/large.bin HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            InputStream in = socket.getInputStream();
            assertThat(in.readNBytes(50_000)).hasSize(50_000);
            pause();
            assertThat(in.readAllBytes().length).isGreaterThan(FILE_BYTES - 50_000);
        }
        JsonObject row = endpoint("GET /static/*");
        assertClientTook(row, "sending_ms");
        assertThat(row.getJsonObject("outcomes").getLong("ok")).isOne();
        String trace = site.json("/admin/metrics").getJsonArray("traces").stream()
                .map(JsonObject.class::cast)
                .filter(one -> one.getString("endpoint").equals("GET /static/*"))
                .findFirst()
                .orElseThrow()
                .getString("request_id");
        assertThat(site.json("/admin/traces/" + trace).getDouble("sending_ms")).isGreaterThan(PAUSE.toMillis() * 0.9);
        assertThat(site.get("/admin/performance?trace=" + trace, "Accept", "text/html")
                        .body())
                .contains("part-sending");
    }
}
