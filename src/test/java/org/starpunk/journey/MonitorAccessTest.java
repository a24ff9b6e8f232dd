package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;

/** Access to the monitor, limits of its callers, and the end of a stream. */
class MonitorAccessTest {

    private static final int FLOOD = 200;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3}) ");

    @SuppressWarnings("NullAway.Init")
    private TestSite site;

    private final List<Socket> open = new ArrayList<>();

    @BeforeEach
    void start() {
        site = TestSite.start(Map.of("METRICS_PROMETHEUS_ENABLED", "true", "STARPUNK_INSTANCES", "1"))
                .setUp();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
        site.close();
    }

    private Socket connect(String from) throws IOException {
        Socket socket = new Socket();
        open.add(socket);
        socket.bind(new InetSocketAddress(from, 0));
        socket.connect(new InetSocketAddress(
                InetAddress.getLoopbackAddress(), site.uri().getPort()));
        socket.setSoTimeout(60_000);
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    /** Sends many requests at once on one connection, and returns the statuses of their responses. */
    private List<String> flood(String from, String path, String... headers) throws IOException {
        Socket socket = connect(from);
        String lines = Stream.of(headers).map(header -> header + "\r\n").reduce("", String::concat);
        String request = "GET " + path + " HTTP/1.1\r\nHost: here\r\nAccept: application/json\r\n" + lines;
        String all = (request + "\r\n").repeat(FLOOD - 1) + request + "Connection: close\r\n\r\n";
        Thread sender = new Thread(() -> {
            try {
                socket.getOutputStream().write(all.getBytes(StandardCharsets.ISO_8859_1));
            } catch (IOException closed) {
                // Reached after the last response of the connection.
            }
        });
        sender.start();
        StringBuilder answers = new StringBuilder();
        try (Reader in = reader(socket)) {
            for (int next = in.read(); next >= 0; next = in.read()) {
                answers.append((char) next);
            }
        } catch (SocketException closed) {
            // The responses read so far are sufficient.
        }
        return STATUS.matcher(answers).results().map(found -> found.group(1)).toList();
    }

    @Test
    void strangers_do_not_use_up_the_limit_of_the_author() throws IOException {
        for (String path :
                List.of("/admin/metrics", "/admin/performance", "/admin/metrics/stream", "/admin/traces/1")) {
            for (int i = 0; i < FLOOD; i++) {
                try (Socket stranger = connect("127.0.0.2")) {
                    stranger.getOutputStream()
                            .write(("GET " + path + " HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n")
                                    .getBytes(StandardCharsets.ISO_8859_1));
                    assertThat(reader(stranger).readLine()).as(path).startsWith("HTTP/1.1 401");
                }
            }
        }
        assertThat(site.get("/admin/performance", "Accept", "text/html").statusCode())
                .isEqualTo(200);
        assertThat(site.get("/admin/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void each_session_has_its_own_limit() throws IOException {
        HttpClient first = site.client();
        String cookies = site.cookies();
        site.forgetCookies();
        site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD);
        await().untilAsserted(() -> assertThat(flood("127.0.0.2", "/admin/metrics", "Cookie: " + cookies))
                .contains("429"));
        assertThat(site.get("/admin/metrics").statusCode()).isEqualTo(200);
        site.use(first);
    }

    @Test
    void scrapers_at_different_addresses_have_separate_limits() throws IOException {
        await().untilAsserted(() -> assertThat(flood("127.0.0.2", "/metrics")).contains("429"));
        assertThat(flood("127.0.0.3", "/metrics").get(0)).isEqualTo("200");
        assertThat(site.get("/metrics").statusCode()).isEqualTo(200);
        assertThat(site.get("/admin/metrics").statusCode()).isEqualTo(200);
    }

    private BufferedReader stream() throws IOException {
        Socket socket = connect("127.0.0.1");
        socket.getOutputStream()
                .write(("GET /admin/metrics/stream HTTP/1.1\r\nHost: here\r\nCookie: " + site.cookies() + "\r\n\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        BufferedReader lines = reader(socket);
        assertThat(lines.readLine()).isEqualTo("HTTP/1.1 200 OK");
        return lines;
    }

    /** Checks that a stream ends at once. It previously continued for up to a minute. */
    private static void endsAtOnce(BufferedReader stream) {
        Instant begun = Instant.now();
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            String line = stream.readLine();
            return line == null || line.contains("event: bye");
        });
        assertThat(Duration.between(begun, Instant.now())).isLessThan(Duration.ofSeconds(30));
    }

    @Test
    void a_stream_ends_when_its_session_is_ended_from_another_one() throws IOException {
        BufferedReader stream = stream();
        site.forgetCookies();
        site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD);
        BufferedReader own = stream();
        site.submit("/admin/settings", "/admin/settings/sessions", "session", "others");
        endsAtOnce(stream);
        await().until(() -> String.valueOf(own.readLine()).startsWith("event: frame"));
    }

    @Test
    void a_stream_ends_with_a_new_password() throws IOException {
        BufferedReader stream = stream();
        site.forgetCookies();
        site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD);
        HttpResponse<String> changed = site.submit(
                "/admin/settings",
                "/admin/settings/password",
                "current",
                TestSite.PASSWORD,
                "password",
                "another long and good sentence");
        assertThat(changed.statusCode()).as(changed.body()).isEqualTo(303);
        endsAtOnce(stream);
    }

    private String token(String... scopes) {
        String secret = SecretTokens.create();
        assertThat(TestSite.await(site.deployment()
                        .tokens()
                        .issue(new NewToken(
                                SecretTokens.hash(secret),
                                "a script",
                                Scopes.of(List.of(scopes)),
                                Instant.now(),
                                null,
                                null))))
                .isPresent();
        return secret;
    }

    @Test
    void a_token_with_the_scope_metrics_reads_the_numbers_and_nothing_else() {
        site.forgetCookies();
        String bearer = "Bearer " + token(Scopes.METRICS);
        for (String path : List.of("/admin/metrics", "/admin/metrics.csv", "/admin/metrics.json?type=http")) {
            assertThat(site.get(path, "Authorization", bearer).statusCode())
                    .as(path)
                    .isEqualTo(200);
        }
        for (String path : List.of("/admin", "/admin/performance", "/admin/metrics/stream", "/admin/notes")) {
            assertThat(site.get(path, "Authorization", bearer).statusCode())
                    .as(path)
                    .isEqualTo(401);
        }
        assertThat(site.send(site.request("/admin/metrics/clear", "Authorization", bearer)
                                .POST(BodyPublishers.noBody())
                                .build())
                        .statusCode())
                .isEqualTo(401);
        assertThat(site.get("/micropub?q=source", "Authorization", bearer).statusCode())
                .isEqualTo(403);
    }

    @Test
    void an_app_is_not_granted_the_scope_metrics() {
        String page = site.get(
                        "/auth?response_type=code&client_id=http://localhost:7777/&redirect_uri=http://localhost:7777/back&state=s"
                                + "&code_challenge=E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM&code_challenge_method=S256"
                                + "&scope=create+metrics",
                        "Accept",
                        "text/html")
                .body();
        assertThat(page).contains("value=\"create\"").doesNotContain("value=\"metrics\"");
    }

    @Test
    void other_tokens_are_refused_as_everywhere() {
        HttpResponse<String> lacks =
                site.get("/admin/metrics", "Authorization", "Bearer " + token(Scopes.CREATE, Scopes.UPDATE));
        assertThat(lacks.statusCode()).isEqualTo(403);
        assertThat(lacks.headers().firstValue("WWW-Authenticate"))
                .hasValue("Bearer error=\"insufficient_scope\", scope=\"metrics\"");
        HttpResponse<String> unknown = site.get("/admin/metrics", "Authorization", "Bearer " + SecretTokens.create());
        assertThat(unknown.statusCode()).isEqualTo(401);
        assertThat(unknown.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
        site.forgetCookies();
        assertThat(site.get("/admin/metrics").statusCode()).isEqualTo(401);
    }
}
