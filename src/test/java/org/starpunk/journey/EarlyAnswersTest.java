package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.RawHttp.RawResponse;

/**
 * Responses that are sent before the request has arrived reach a client that reads only after it has sent everything.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EarlyAnswersTest {

    /** More bytes than the buffers of both sockets. */
    private static final byte[] MUCH = new byte[24_000_000];

    private static final String FORM = "Content-Type: application/x-www-form-urlencoded\r\n";
    private static final String JSON = "Content-Type: application/json\r\n";
    private static final String MULTIPART = "Content-Type: multipart/form-data; boundary=b\r\n";

    private final TestSite site = TestSite.start().setUp();
    private String author = "";
    private String app = "";

    @BeforeAll
    void begin() {
        String token = SecretTokens.create();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(token), "a test", Scopes.of(Scopes.MICROPUB), Instant.now(), null, null)));
        author = "Cookie: " + site.cookies() + "\r\n";
        app = "Authorization: Bearer " + token + "\r\n";
    }

    @AfterAll
    void close() {
        site.close();
    }

    private static String post(String path, String fields) {
        return "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
    }

    private Stream<Arguments> bodies() {
        String over = "Content-Length: 30000000\r\n";
        return Stream.of(
                Arguments.of("/admin/login", FORM + over),
                Arguments.of("/admin/setup", FORM + over),
                Arguments.of("/admin/notes", author + FORM + over),
                Arguments.of("/admin/preview", author + FORM + over),
                Arguments.of("/admin/photos", author + MULTIPART + over),
                Arguments.of("/auth/token", FORM + over),
                Arguments.of("/micropub", FORM + over),
                Arguments.of("/micropub", MULTIPART + over),
                Arguments.of("/micropub", app + FORM + over),
                Arguments.of("/micropub", app + JSON + over),
                Arguments.of("/micropub", app + MULTIPART + over),
                Arguments.of("/micropub/media", app + MULTIPART + over));
    }

    @ParameterizedTest
    @MethodSource("bodies")
    void a_declared_length_over_the_limit_is_answered_413_before_the_body(String path, String fields)
            throws IOException {
        for (String expect : new String[] {"", "Expect: 100-continue\r\n"}) {
            try (Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), site.uri().getPort())) {
                socket.setSoTimeout(60_000);
                socket.getOutputStream().write(post(path, fields + expect).getBytes(StandardCharsets.US_ASCII));
                String answer = head(socket.getInputStream());
                assertThat(answer).startsWith("HTTP/1.1 413 ").containsIgnoringCase("\r\nconnection: close\r\n");
            }
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int next = in.read();
            assertThat(next).as(head.toString()).isNotNegative();
            head.append((char) next);
        }
        return head.toString();
    }

    private Stream<Arguments> early() {
        String chunked = "Transfer-Encoding: chunked\r\n";
        String length = "Content-Length: " + MUCH.length + "\r\n";
        String chunk = Integer.toHexString(MUCH.length) + "\r\n";
        Map<String, Arguments> cases = new LinkedHashMap<>();
        cases.put("length over the limit", Arguments.of(413, post("/admin/login", FORM + length)));
        cases.put("upload over the limit", Arguments.of(413, post("/admin/photos", author + MULTIPART + length)));
        cases.put("app over the limit", Arguments.of(413, post("/micropub/media", app + MULTIPART + length)));
        cases.put("chunks over the limit", Arguments.of(413, post("/admin/login", FORM + chunked) + chunk));
        cases.put("JSON over the limit", Arguments.of(413, post("/micropub", app + JSON + chunked) + chunk));
        cases.put("no such page", Arguments.of(404, post("/none", length)));
        cases.put("not allowed", Arguments.of(405, post("/feed", length)));
        cases.put("login needed", Arguments.of(401, post("/admin/notes", length)));
        cases.put("token needed", Arguments.of(401, post("/micropub", JSON + length)));
        cases.put("broken chunk", Arguments.of(400, post("/admin/login", FORM + chunked) + "zz\r\n"));
        cases.put(
                "broken chunk of a GET",
                Arguments.of(200, "GET /livez HTTP/1.1\r\nHost: a\r\n" + chunked + "\r\nzz\r\n"));
        cases.put("two Hosts", Arguments.of(400, post("/livez", "Host: b\r\n" + length)));
        cases.put("no request", Arguments.of(400, "\u0016\u0003\u0001\r\n\r\n"));
        cases.put("another version", Arguments.of(505, "GET / HTTP/9.9\r\n\r\n"));
        cases.put(
                "bytes after the last request",
                Arguments.of(200, "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        cases.put("bytes after HTTP/1.0", Arguments.of(200, "GET /livez HTTP/1.0\r\n\r\n"));
        return cases.entrySet().stream()
                .map(row -> Arguments.of(
                        row.getKey(), row.getValue().get()[0], row.getValue().get()[1]));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("early")
    void an_early_answer_reaches_a_client_that_sends_everything_first(String name, int status, String request)
            throws IOException {
        try (RawHttp http = RawHttp.open(site.uri())) {
            RawResponse answer = http.send(request).send(MUCH).answer();
            assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
            assertThat(answer.body().getBytes(StandardCharsets.UTF_8))
                    .hasSize(Integer.parseInt(answer.header("Content-Length").orElse("0")));
            assertThat(http.isClosed()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/admin/login", "/none"})
    void a_client_that_never_stops_sending_is_cut_off(String path) {
        assertThatThrownBy(() -> {
                    try (RawHttp http = RawHttp.open(site.uri())) {
                        http.send(post(path, FORM + "Content-Length: 4000000000\r\n"));
                        for (long sent = 0; sent < 4_000_000_000L; sent += MUCH.length) {
                            http.send(MUCH);
                        }
                    }
                })
                .isInstanceOf(IOException.class);
        assertThat(site.get("/livez").statusCode()).isEqualTo(200);
    }

    @Test
    void a_connection_whose_client_reads_its_answer_and_stays_is_closed() throws IOException {
        int before = openConnections();
        try (RawHttp http = RawHttp.open(site.uri())) {
            assertThat(http.send(post("/none", "Content-Length: 4000000000\r\n"))
                            .answer()
                            .status())
                    .isEqualTo(404);
            assertThat(http.isClosed()).as("the output ends at once").isTrue();
            assertThat(openConnections()).isGreaterThan(before);
            await().atMost(Duration.ofMinutes(2)).until(() -> openConnections() <= before);
        }
    }

    private int openConnections() {
        return site.json("/admin/health")
                .getJsonObject("checks")
                .getJsonObject("connections")
                .getInteger("open");
    }
}
