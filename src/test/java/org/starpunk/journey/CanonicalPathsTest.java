package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A page has one address, and variants redirect to it. Requests are sent verbatim, without normalization by a client.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CanonicalPathsTest {

    private final TestSite site = SiteOwner.site();

    @BeforeAll
    void write() {
        site.publish("Hello", "café");
        site.publish("hello twice", "vert.x");
    }

    @AfterAll
    void close() {
        site.close();
    }

    private RawHttp.RawResponse ask(String method, String target) {
        try (RawHttp http = RawHttp.open(site.uri())) {
            return http.send(method + " " + target + " HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\n\r\n")
                    .answer(method.equals("HEAD"));
        } catch (IOException e) {
            throw new AssertionError(target, e);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/notes/hello/, /notes/hello",
        "//notes/hello, /notes/hello",
        "///notes///hello//, /notes/hello",
        "/./notes/hello, /notes/hello",
        "/tags/../notes/hello, /notes/hello",
        "/%6eotes/hello/, /notes/hello",
        "/tags/%2e%2E/notes/hello, /notes/hello",
        "/notes/hello/., /notes/hello",
        "/notes/hello/?a=b&c=%20d, /notes/hello?a=b&c=%20d",
        "/notes/hello/?, /notes/hello?",
        "//, /",
        "//?after=1, /?after=1",
        "/tags/, /tags",
        "/tags/caf%C3%A9/, /tags/caf%C3%A9",
        "/tags/vert.x/feed.rss/, /tags/vert.x/feed.rss",
        "/archive/, /archive",
        "/search/?q=a%, /search?q=a%",
        "/feed/, /feed",
        "/feed.rss/, /feed.rss",
        "//feed.atom, /feed.atom",
        "/admin/, /admin",
        "//admin//login, /admin/login",
        "/.well-known/oauth-authorization-server/, /.well-known/oauth-authorization-server"
    })
    void another_spelling_redirects_for_good_with_its_query(String target, String canonical) {
        for (String method : new String[] {"GET", "HEAD"}) {
            RawHttp.RawResponse answer = ask(method, target);
            assertThat(answer.status()).as(method + " " + target).isEqualTo(301);
            assertThat(answer.header("Location")).as(target).contains(canonical);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//evil.example",
                "//evil.example/",
                "//evil.example/notes/hello/",
                "///evil.example/",
                "/\\evil.example/",
                "/%5Cevil.example/",
                "/%2Fevil.example/",
                "/.//evil.example/",
                "/notes/..//evil.example/",
                "//evil.example/%2e%2e/",
                "/;//evil.example/",
                "//localhost@evil.example/"
            })
    void no_spelling_redirects_to_another_site(String target) {
        RawHttp.RawResponse answer = ask("GET", target);
        assertThat(answer.header("Location").orElse("/"))
                .as(target + " " + answer.status())
                .matches("/(?![/\\\\]).*");
    }

    @Test
    void the_canonical_spelling_and_unknown_paths_are_answered_where_they_are() {
        assertThat(ask("GET", "/notes/hello").status()).isEqualTo(200);
        assertThat(ask("GET", "/notes/h%65llo").status()).isEqualTo(200);
        assertThat(ask("GET", "/").status()).isEqualTo(200);
        assertThat(ask("GET", "/tags/caf%C3%A9").status()).isEqualTo(200);
        assertThat(ask("GET", "/no/such/page/").status()).isEqualTo(404);
        assertThat(ask("GET", "/notes/hello/more/").status()).isEqualTo(404);
    }

    @Test
    void a_form_sent_to_another_spelling_is_not_repeated_as_a_get() {
        assertThat(ask("POST", "/micropub/").status()).isEqualTo(401);
        assertThat(ask("POST", "//micropub").status()).isEqualTo(401);
        assertThat(ask("POST", "/auth/token/").header("Location")).isEmpty();
    }
}
