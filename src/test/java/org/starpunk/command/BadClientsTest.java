package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.journey.TestSite;

/**
 * Many clients that send slowly, or never read the response. The server has a heap of 128 MB, and exits without memory
 * ({@code -XX:+ExitOnOutOfMemoryError}).
 */
class BadClientsTest {

    @TempDir
    Path folder;

    private final List<Socket> open = new ArrayList<>();

    /**
     * Regression test: 162 MB from 2,700 senders at three addresses once ended the server. Now the oldest are evicted.
     */
    @Test
    void bodies_that_never_end_do_not_fill_the_heap_and_others_can_post() throws Exception {
        try (RunningProgram program = RunningProgram.serve(
                folder, Map.of(), "--data-dir", folder.resolve("data").toString())) {
            int port = program.uri().getPort();
            byte[] part = ("POST /micropub HTTP/1.1\r\nHost: localhost\r\nContent-Type:"
                            + " application/x-www-form-urlencoded\r\nContent-Length: 65000\r\n\r\na="
                            + "x".repeat(60_000))
                    .getBytes(StandardCharsets.US_ASCII);
            for (int i = 0; i < 2_700; i++) {
                send(port, "127.0.0." + (2 + i / 900), part);
            }
            try (KeepAliveConnection visitor = new KeepAliveConnection(port)) {
                assertThat(visitor.get("/health").status()).isEqualTo(200);
            }
            // The body is read completely, then refused because there is no token.
            await().atMost(Duration.ofMinutes(2)).until(() -> post(port) == 401);
            await().until(() -> program.log().contains("Too much is being sent to this site at once"));
            String log = program.log();
            assertThat(log).doesNotContain("OutOfMemory");
            assertThat(log.lines().filter(line -> line.contains("\tat "))).isEmpty();
        } finally {
            close();
        }
    }

    /** Returns the status, or 0 if there were too many concurrent posts. */
    private static int post(int port) {
        try (KeepAliveConnection author = new KeepAliveConnection(port)) {
            return author.post("/micropub", "h=entry&content=x").status();
        } catch (IOException notLetIn) {
            return 0;
        }
    }

    /** Without backpressure, 200 responses of some megabytes each would be retained. */
    @Test
    void readers_that_never_read_do_not_fill_the_heap() throws Exception {
        TestSite site = TestSite.start().setUp();
        for (int i = 0; i < 150; i++) {
            site.publish("Note " + i + " " + "with many words ".repeat(1_000), "");
        }
        String cookies = site.cookies();
        site.stop();
        try (RunningProgram program = RunningProgram.serve(
                folder, Map.of(), "--data-dir", site.dataDir().toString())) {
            int port = program.uri().getPort();
            long bytes;
            try (KeepAliveConnection reader = new KeepAliveConnection(port)) {
                bytes = reader.get("/feed.atom?all=true").body().length();
                assertThat(200 * bytes).as("more than there is").isGreaterThan(300_000_000);
            }
            for (int i = 0; i < 200; i++) {
                send(port, "127.0.0.2", head("/feed.atom?all=true", ""));
            }
            for (int i = 0; i < 50; i++) {
                send(port, "127.0.0.3", head("/admin/metrics/stream", "Cookie: " + cookies + "\r\n"));
            }
            try (KeepAliveConnection reader = new KeepAliveConnection(port)) {
                for (int i = 0; i < 100; i++) {
                    assertThat(reader.get("/").status()).isEqualTo(200);
                }
                assertThat(reader.get("/feed.atom").status()).isEqualTo(200);
                assertThat(reader.get("/feed.atom?all=true").status())
                        .as("only so many read all at once")
                        .isIn(200, 503);
            }
            assertThat(program.log()).doesNotContain("OutOfMemory", "\tat ");
        } finally {
            close();
            site.startAgain(0);
            site.close();
        }
    }

    private static byte[] head(String path, String more) {
        return ("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n" + more + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    /**
     * Sends bytes and then neither reads nor sends. The server may have closed the connection already, as one of too
     * many.
     */
    private void send(int port, String from, byte[] bytes) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 20_000);
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException closed) {
            // Closed as one of too many, before it was read.
        }
    }

    private void close() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }
}
