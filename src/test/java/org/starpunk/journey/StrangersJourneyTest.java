package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;

/** Requests of clients without a login, and the memory that they use. */
class StrangersJourneyTest {

    private static final String FORM = "application/x-www-form-urlencoded";
    private static final Pattern CSRF = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"");

    private TestSite site = TestSite.start(Map.of("STARPUNK_INSTANCES", "1", "STARPUNK_TRUSTED_PROXIES", "127.0.0.1"))
            .setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    private int post(String path, String type, BodyPublisher body, String... headers) {
        return site.send(site.request(path, headers)
                        .header("Content-Type", type)
                        .POST(body)
                        .build())
                .statusCode();
    }

    private static BodyPublisher whole(String body) {
        return BodyPublishers.ofString(body);
    }

    /** Returns a body that is sent without a declared length. */
    private static BodyPublisher chunked(String body) {
        return BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void a_login_form_above_16_kilobytes_is_refused() {
        for (String path : List.of("/admin/login", "/admin/setup")) {
            String most = "password=" + "a".repeat(8_000) + "&next=" + "a".repeat(8_000);
            assertThat(post(path, FORM, whole(most))).as(path).isEqualTo(403);
            assertThat(post(path, FORM, whole(most + "&t=" + "a".repeat(500))))
                    .as(path)
                    .isEqualTo(413);
            assertThat(post(path, FORM, chunked(most + "&t=" + "a".repeat(500))))
                    .as(path)
                    .isEqualTo(413);
        }
    }

    private String token() {
        String secret = SecretTokens.create();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(secret),
                        "https://client.example/",
                        Scopes.parse("create media"),
                        Instant.now(),
                        null,
                        null)));
        return secret;
    }

    @Test
    void a_form_without_a_token_in_the_header_may_have_64_kilobytes() {
        String token = token();
        String text = "&content=ok&x=" + "a".repeat(70_000);
        assertThat(post("/micropub", FORM, whole("h=entry&access_token=" + token + text)))
                .isEqualTo(413);
        assertThat(post("/micropub", FORM, chunked("h=entry" + text))).isEqualTo(413);
        assertThat(post("/micropub", FORM, whole("h=entry" + text), "Authorization", "Bearer " + token))
                .as("with the token in the header")
                .isNotEqualTo(413);
        assertThat(post("/micropub", FORM, whole("h=entry&content=ok&access_token=" + token)))
                .isEqualTo(201);
    }

    private static String multipart(String token, int size) {
        return "--b\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\n" + token
                + "\r\n--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n" + "a".repeat(size)
                + "\r\n--b--\r\n";
    }

    private int upload(BodyPublisher body) {
        return post("/micropub/media", "multipart/form-data; boundary=b", body);
    }

    @Test
    void an_upload_with_its_token_in_the_body_says_its_length_beforehand() {
        String token = token();
        assertThat(upload(whole(multipart(token, 200_000))))
                .as("read, and found to be no picture")
                .isEqualTo(400);
        assertThat(upload(chunked(multipart(token, 200_000)))).isEqualTo(413);
        assertThat(upload(chunked(multipart(token, 20_000)))).isEqualTo(400);
        assertThat(upload(whole(multipart(token, 1_100_000)))).isEqualTo(413);
        assertThat(upload(whole(multipart("unknown", 200_000)))).isEqualTo(401);
    }

    @Test
    void only_a_few_strangers_uploads_are_held_at_the_same_time() {
        String body = multipart(token(), 200_000);
        List<Socket> strangers = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                strangers.add(begin(body));
            }
            await().atMost(Duration.ofMinutes(2)).until(() -> upload(whole(body)) == 503);
        } finally {
            strangers.forEach(StrangersJourneyTest::close);
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> upload(whole(body)) == 400);
    }

    /** Sends the first half of an upload. */
    private Socket begin(String body) {
        try {
            Socket socket =
                    new Socket(InetAddress.getLoopbackAddress(), site.uri().getPort());
            String head = "POST /micropub/media HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length()
                    + "\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n";
            socket.getOutputStream()
                    .write((head + body.substring(0, body.length() / 2)).getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return socket;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void close(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int guess(String forwarded) {
        HttpResponse<String> page = site.get("/admin/login");
        Matcher token = CSRF.matcher(page.body());
        assertThat(token.find()).isTrue();
        return post("/admin/login", FORM, whole("password=wrong&csrf=" + token.group(1)), "X-Forwarded-For", forwarded);
    }

    @Test
    void behind_a_trusted_proxy_each_client_has_its_own_guesses() {
        site.forgetCookies();
        for (int i = 0; i < 5; i++) {
            assertThat(guess("192.0.2." + i + ", 203.0.113.1")).isEqualTo(401);
        }
        assertThat(guess("192.0.2.99, 203.0.113.1")).as("the same client").isEqualTo(429);
        assertThat(guess("203.0.113.2")).as("another client").isEqualTo(401);
    }

    @Test
    void nobody_else_is_believed_about_the_client() {
        site.close();
        site = TestSite.start().setUp();
        site.forgetCookies();
        for (int i = 0; i < 5; i++) {
            assertThat(guess("203.0.113." + i)).isEqualTo(401);
        }
        assertThat(guess("203.0.113.99")).isEqualTo(429);
    }
}
