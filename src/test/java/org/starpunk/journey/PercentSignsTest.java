package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientAgent;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.Deployment;
import org.starpunk.config.Settings;
import org.starpunk.journey.RawHttp.RawResponse;

/**
 * Percent signs that are not an escape, and escapes that are not text, in all places where an address or a form can
 * have them.
 */
class PercentSignsTest {

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start().setUp();
        site.publish("All of it, 100% sure", "");
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static RawResponse get(String target, String accept) throws IOException {
        try (RawHttp http = RawHttp.open(site.uri())) {
            http.send("GET " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: " + accept + "\r\n\r\n");
            RawResponse answer = http.answer();
            assertThat(http.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n")
                            .answer()
                            .status())
                    .as("the next request on the connection")
                    .isEqualTo(200);
            return answer;
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/?x=%E",
                "/?%",
                "/notes/x?y=%zz",
                "/notes/%",
                "/notes/%e",
                "/notes/%G0",
                "/notes/%FF",
                "/notes/%C0%AF",
                "/notes/%ED%A0%80",
                "/notes/%F8%88%80%80%80",
                "/notes/a%C3",
                "/notes/%00",
                "/notes/a%2",
                "/%",
                "/%/..",
                "/tags/%",
                "/tags/%ff",
                "/tags/x/feed.rss?%",
                "/archive/%/01",
                "/archive/2026/11?after=%",
                "/feed?all=%",
                "/feed?all=%c3",
                "/static/%",
                "/static/css/site.css?v=%",
                "/media/%",
                "/admin/login?x=%",
                "/admin/login?next=%zz",
                "/admin?x=%00",
                "/admin/notes/%",
                "/admin/notes?q=%",
                "/admin/traces/%",
                "/admin/metrics?window=%",
                "/auth?client_id=%",
                "/micropub?q=%",
                "/health?%",
                "/search?q=%FF",
                "/none/%zz"
            })
    void what_cannot_be_decoded_is_a_bad_request(String target) throws IOException {
        RawResponse page = get(target, "text/html");
        assertThat(page.status()).as(page.toString()).isEqualTo(400);
        assertThat(page.body()).contains(page.header("X-Request-ID").orElseThrow());
        if (!target.startsWith("/micropub")) { // only apps send requests there
            assertThat(page.header("Content-Type")).contains("text/html; charset=utf-8");
            assertThat(page.body()).contains("<h1>Bad request</h1>");
        }
        RawResponse problem = get(target, "application/json");
        assertThat(problem.status()).isEqualTo(400);
        assertThat(problem.header("Content-Type").orElseThrow()).contains("json");
        assertThat(problem.header("Content-Security-Policy")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"/search?q=100%", "/search?q=100%+sure", "/search?q=100%25", "/search?q=100%zz", "/search?q=%"})
    void the_search_takes_a_lone_sign_literally(String target) throws IOException {
        RawResponse page = get(target, "text/html");
        assertThat(page.status()).as(page.toString()).isEqualTo(200);
        assertThat(page.body()).contains("%");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/notes/%C3%A9", "/notes/%e6%97%a5", "/notes/%F0%9F%98%80", "/notes/100%25"})
    void what_can_be_decoded_is_looked_for(String target) throws IOException {
        assertThat(get(target, "text/html").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a=%", "a=%zz", "%=a", "a=b&c=%e", "a=%FF", "a=%C0%AF"})
    void a_form_that_cannot_be_decoded_is_a_bad_request(String form) throws IOException {
        String type = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: ";
        for (String path : List.of("/admin/login", "/auth/token", "/auth", "/auth/revoke", "/micropub")) {
            try (RawHttp http = RawHttp.open(site.uri())) {
                http.send(
                        "POST " + path + " HTTP/1.1\r\nHost: localhost\r\n" + type + form.length() + "\r\n\r\n" + form);
                assertThat(http.answer().status()).as(path).isEqualTo(400);
            }
        }
    }

    @Test
    void cookies_and_other_fields_may_have_any_sign() throws IOException {
        for (String field : List.of("Cookie: starpunk=%; x=%zz", "Referer: http://a/%", "X-Forwarded-For: %")) {
            try (RawHttp http = RawHttp.open(site.uri())) {
                http.send("GET /admin HTTP/1.1\r\nHost: localhost\r\n" + field + "\r\n\r\n");
                assertThat(http.answer().status()).as(field).isEqualTo(401);
            }
        }
    }

    @Test
    void over_http_2_the_answer_is_the_same(@TempDir Path folder) throws Exception {
        PemCertificate pem = PemCertificate.create(folder, "localhost");
        Deployment tls = TestSite.await(Deployment.start(Settings.of(Map.of(
                "STARPUNK_LISTEN", "127.0.0.1:0",
                "STARPUNK_DATA_DIR", folder.resolve("data").toString(),
                "STARPUNK_TLS_CERTIFICATE", pem.certificate().toString(),
                "STARPUNK_TLS_KEY", pem.key().toString()))));
        Vertx vertx = Vertx.vertx();
        HttpClientAgent client = vertx.createHttpClient(new HttpClientOptions()
                .setSsl(true)
                .setUseAlpn(true)
                .setTrustAll(true)
                .setVerifyHost(false)
                .setProtocolVersion(HttpVersion.HTTP_2));
        try {
            for (String target : List.of("/?x=%E", "/notes/%", "/notes/%FF", "/admin/login?x=%", "/notes/%00")) {
                int status = TestSite.await(client.request(HttpMethod.GET, tls.port(), "localhost", target)
                        .compose(request -> request.send())
                        .compose(answer -> answer.body().map(unused -> answer.statusCode())));
                assertThat(status).as(target).isEqualTo(400);
            }
        } finally {
            TestSite.await(client.close());
            TestSite.await(vertx.close());
            TestSite.await(tls.stop());
        }
    }
}
