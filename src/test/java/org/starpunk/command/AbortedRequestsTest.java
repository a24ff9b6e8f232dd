package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Clients that disconnect, by FIN and by RST, at each stage of a request. Each accepted request ends exactly once, none
 * stays active, and the log has no error and no stack trace.
 */
class AbortedRequestsTest {

    private static final int FILE_BYTES = 12_000_000;
    private static final int TIMES = 20;
    private static final String FILE = "GET /static/large.jpg HTTP/1.1\r\nHost: here\r\n\r\n";

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static RunningProgram program;

    @BeforeAll
    static void start() throws IOException {
        Path data = folder.resolve("data");
        Files.createDirectories(data.resolve("static"));
        byte[] picture = new byte[FILE_BYTES];
        new Random(1).nextBytes(picture);
        Files.write(data.resolve("static/large.jpg"), picture);
        program = RunningProgram.serve(
                folder,
                Map.of("METRICS_PROMETHEUS_ENABLED", "true", "STARPUNK_INSTANCES", "2"),
                "--data-dir",
                data.toString());
        program.claim(program.setupLink());
    }

    @AfterAll
    static void stop() {
        program.close();
    }

    /** Sends bytes, reads a part of the response, and disconnects. */
    private static void leave(String sent, int read, boolean reset) throws IOException {
        try (Socket socket = new Socket()) {
            socket.setReceiveBufferSize(8_192);
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), program.uri().getPort()),
                    20_000);
            socket.setSoTimeout(60_000);
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            int got = 0;
            for (int part = 0; got < read && part >= 0; got += Math.max(0, part)) {
                part = in.read(new byte[Math.min(8_192, read - got)]);
            }
            assertThat(got).isEqualTo(read);
            if (reset) {
                socket.setSoLinger(true, 0);
            }
        }
    }

    private static long value(String text, String name) {
        Matcher line =
                Pattern.compile("^" + name + " ([0-9.E]+)$", Pattern.MULTILINE).matcher(text);
        assertThat(line.find()).as(name).isTrue();
        return (long) Double.parseDouble(line.group(1));
    }

    private static long value(String name) throws IOException, InterruptedException {
        return value(program.get("/metrics").body(), name);
    }

    /** Waits until all accepted requests have ended, except the one that reads the metrics. */
    private static void endsEach(long before, long atLeast, long logged) {
        await().untilAsserted(() -> {
            String text = program.get("/metrics").body();
            long accepted = value(text, "starpunk_http_requests_accepted_total");
            long ended = value(text, "starpunk_http_requests_ended_total");
            long active = value(text, "http_server_active_requests");
            assertThat(accepted).isEqualTo(ended + active).isGreaterThanOrEqualTo(before + atLeast);
            assertThat(active).isLessThanOrEqualTo(1);
        });
        assertThat(program.logOfItself().lines().skip(logged))
                .noneMatch(line -> line.contains(" ERROR ") || line.contains(" WARN ") || line.startsWith("\t"));
    }

    private static String request(String stage) {
        return switch (stage) {
            case "head" -> "GET /feed HTTP/1.1\r\nHost: he";
            case "body" ->
                "POST /micropub HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: 10000\r\n\r\nh=entry";
            case "chunk" ->
                "POST /micropub HTTP/1.1\r\nHost: here\r\nContent-Type: application/json\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\nff\r\n{\"type\"";
            case "upload" ->
                String.join(
                        "\r\n",
                        "POST /media HTTP/1.1",
                        "Host: here",
                        "Content-Type: multipart/form-data; boundary=b",
                        "Content-Length: 1000000",
                        "",
                        "--b",
                        "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"",
                        "",
                        "xx");
            case "author's upload" ->
                "POST /admin/photos HTTP/1.1\r\nHost: here\r\nCookie: " + program.cookies()
                        + "\r\n"
                        + "Content-Type: multipart/form-data; boundary=b\r\n"
                        + "Content-Length: 1000000\r\n\r\n"
                        + "--b\r\n"
                        + "Content-Disposition: form-data; name=\"file\"; filename=\"a.jpg\"\r\n\r\n"
                        + "xx";
            case "handler" -> "GET /search?q=word HTTP/1.1\r\nHost: here\r\n\r\n";
            case "login" ->
                "POST /admin/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: 12\r\n\r\npassword=abc";
            case "form" ->
                "POST /admin/login HTTP/1.1\r\nHost: here\r\nContent-Type: application/x-www-form-urlencoded\r\n"
                        + "Content-Length: 1000\r\n\r\npassword=abc";
            case "file" -> FILE;
            case "range" -> "GET /static/large.jpg HTTP/1.1\r\nHost: here\r\nRange: bytes=1000-\r\n\r\n";
            case "old" -> "GET /static/large.jpg HTTP/1.0\r\n\r\n";
            case "pipelined" -> FILE.repeat(5);
            case "pipelined pages" -> "GET /search?q=word HTTP/1.1\r\nHost: here\r\n\r\n".repeat(20);
            case "stream" ->
                "GET /admin/metrics/stream HTTP/1.1\r\nHost: here\r\nCookie: " + program.cookies() + "\r\n\r\n";
            case "nonsense" -> "GET / HTTP/1.1\r\nHo st: \u0001\r\n\r\n";
            default -> throw new IllegalArgumentException(stage);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "head, 0, 0",
        "body, 0, 1",
        "chunk, 0, 1",
        "upload, 0, 1",
        "author's upload, 0, 1",
        "handler, 0, 0",
        "handler, 1, 1",
        "login, 0, 0",
        "form, 0, 1",
        "file, 0, 0",
        "file, 1, 1",
        "file, 50000, 1",
        "range, 50000, 1",
        "old, 50000, 1",
        "pipelined, 50000, 1",
        "pipelined pages, 1, 1",
        "stream, 1, 1",
        "stream, 700, 1",
        "nonsense, 0, 0",
    })
    void a_request_ends_once_whenever_its_client_goes(String stage, int read, int accepted) throws Exception {
        for (boolean reset : new boolean[] {false, true}) {
            long before = value("starpunk_http_requests_accepted_total");
            long logged = program.logOfItself().lines().count();
            for (int i = 0; i < TIMES; i++) {
                leave(request(stage), read, reset);
            }
            endsEach(before, (long) accepted * TIMES, logged);
        }
    }

    /** The error alert and the error rate count server errors only. */
    @Test
    void clients_that_leave_are_not_errors_of_the_server() throws Exception {
        long before = value("starpunk_http_requests_accepted_total");
        JsonObject earlier = program.json("/admin/metrics");
        for (int i = 0; i < 30; i++) {
            leave(request("body"), 0, i % 2 == 0);
            leave(FILE, 50_000, i % 2 == 0);
        }
        endsEach(before, 60, program.logOfItself().lines().count());
        // Timings are sent in batches, and arrive after the counters of the server.
        await().atMost(Duration.ofMinutes(1)).until(() -> gone(program.json("/admin/metrics")) - gone(earlier) >= 60);
        JsonObject all = program.json("/admin/metrics");
        assertThat(errors(all)).isEqualTo(errors(earlier));
        assertThat(gone(all) - gone(earlier)).isEqualTo(60);
        JsonObject posts = all.getJsonArray("endpoints").stream()
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("endpoint").equals("POST /micropub"))
                .findFirst()
                .orElseThrow();
        assertThat(posts.getLong("errors")).isZero();
        assertThat(posts.getJsonObject("outcomes").getLong("client_gone")).isGreaterThanOrEqualTo(30);
        assertThat(program.get("/metrics").body())
                .contains("error_type=\"client_gone\"")
                .contains("starpunk_http_errors_total{http_request_method=\"POST\",http_route=\"/micropub\"} 0.0");
    }

    private static long errors(JsonObject all) {
        return all.getJsonObject("summary").getLong("errors");
    }

    private static long gone(JsonObject all) {
        return all.getJsonObject("outcomes").getLong("client_gone");
    }

    /** Leaked downloads would remain in the process, at 13 to 15 kB each. */
    @Test
    void aborted_downloads_leave_no_active_requests_and_no_open_files() throws Exception {
        long before = value("starpunk_http_requests_accepted_total");
        long logged = program.logOfItself().lines().count();
        for (int i = 0; i < 300; i++) {
            leave(FILE, 50_000, i % 2 == 0);
        }
        endsEach(before, 300, logged);
        assertThat(descriptors(program.pid(), "large.jpg")).isZero();
    }

    /** Returns how many descriptors of a process refer to a file. */
    private static long descriptors(long pid, String name) throws IOException {
        try (var open = Files.list(Path.of(String.format(Locale.ROOT, "/proc/%d/fd", pid)))) {
            return open.filter(one -> target(one).endsWith(name)).count();
        }
    }

    private static String target(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException closed) {
            return "";
        }
    }
}
