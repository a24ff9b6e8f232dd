package org.starpunk.indieauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

class ExternalTokenIntrospectorTest {

    private FakeProvider provider;

    @BeforeEach
    void start() throws IOException {
        provider = new FakeProvider();
    }

    @AfterEach
    void stop() {
        provider.close();
    }

    /** Starts a site with one event loop, so that the test can count introspection requests despite the cache. */
    private TestSite site(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "STARPUNK_INSTANCES", "1",
                "STARPUNK_PROVIDER_PROFILE", provider.profile(),
                "STARPUNK_PROVIDER_PRIVATE", "true"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return TestSite.start(environment).setUp();
    }

    private static HttpResponse<String> post(TestSite site, String token, String form) {
        return site.send(site.request(
                        "/micropub",
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString(form))
                .build());
    }

    @Test
    void a_token_of_the_authors_other_provider_writes_within_its_scopes_and_is_asked_about_once() {
        try (TestSite site = site()) {
            assertThat(post(site, "good", "content=from+afar").statusCode()).isEqualTo(201);
            assertThat(site.get("/notes/from-afar").statusCode()).isEqualTo(200);
            HttpResponse<String> refused = post(site, "good", "action=delete&url=" + site.uri() + "/notes/from-afar");
            assertThat(refused.statusCode()).isEqualTo(403);
            assertThat(refused.body()).contains("insufficient_scope");
            assertThat(provider.asked).containsExactly("Bearer good");
            assertThat(site.get("/admin/micropub").body())
                    .contains("https://client.example/")
                    .doesNotContain("good");
        }
    }

    @Test
    void a_token_that_is_not_the_authors_is_refused() {
        try (TestSite site = site()) {
            for (String token : List.of("unknown", "ends", "of-another", "almost", "refused")) {
                HttpResponse<String> refused = post(site, token, "content=no");
                assertThat(refused.statusCode()).as(token).isEqualTo(401);
                assertThat(refused.headers().firstValue("WWW-Authenticate")).hasValue("Bearer error=\"invalid_token\"");
            }
        }
    }

    @Test
    void a_provider_that_answers_nonsense_is_503_and_asked_again_at_the_next_request() {
        try (TestSite site = site()) {
            assertUnavailable(post(site, "broken", "content=no"));
            assertUnavailable(post(site, "broken", "content=no"));
            assertUnavailable(post(site, "failing", "content=no"));
            assertThat(provider.asked).hasSize(3);
        }
    }

    private static void assertUnavailable(HttpResponse<String> response) {
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.body()).contains("temporarily_unavailable");
        assertThat(response.headers().firstValue("Retry-After")).hasValue("30");
    }

    @Test
    void while_the_provider_is_down_the_sites_own_tokens_work() {
        try (TestSite site = site()) {
            provider.close();
            assertUnavailable(post(site, "good", "content=no"));
            String own = SecretTokens.create();
            TestSite.await(site.deployment()
                    .tokens()
                    .issue(new NewToken(
                            SecretTokens.hash(own), "an app", Scopes.parse("create"), Instant.now(), null, null)));
            assertThat(post(site, own, "content=yes").statusCode()).isEqualTo(201);
        }
    }

    @Test
    void a_provider_in_a_private_network_is_asked_only_when_that_is_allowed() {
        try (TestSite site = site("STARPUNK_PROVIDER_PRIVATE", "false")) {
            assertUnavailable(post(site, "good", "content=no"));
            assertThat(provider.asked).isEmpty();
        }
    }

    @Test
    void without_a_configured_provider_nobody_is_asked() {
        try (TestSite site = TestSite.start().setUp()) {
            assertThat(post(site, "good", "content=no").statusCode()).isEqualTo(401);
        }
        assertThat(provider.asked).isEmpty();
    }

    @Test
    void the_provider_is_asked_with_the_configured_secret() {
        try (TestSite site = site("STARPUNK_PROVIDER_SECRET", "a-secret-of-some-length")) {
            assertThat(post(site, "good", "content=yes").statusCode()).isEqualTo(201);
            assertThat(provider.asked).containsExactly("Bearer a-secret-of-some-length");
            assertUnavailable(post(site, "refused", "content=no"));
        }
    }

    /**
     * Without this rule, two providers that trust each other would send introspection requests to each other without
     * end.
     */
    @Test
    void a_token_from_outside_is_no_key_to_the_sites_own_introspection() {
        try (TestSite site = site()) {
            HttpResponse<String> refused = site.send(site.request(
                            "/auth/introspect",
                            "Authorization",
                            "Bearer good",
                            "Content-Type",
                            "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString("token=good"))
                    .build());
            assertThat(refused.statusCode()).isEqualTo(401);
            assertThat(provider.asked).isEmpty();
        }
    }
}
