package org.starpunk.indieauth;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.identity.Pkce;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

class ProfileUrlTest {

    /** IndieAuth §3.2: no port, no IP address, a path, and a case-insensitive host. */
    @ParameterizedTest
    @CsvSource({
        "https://blog.example, 200",
        "https://BLOG.Example/, 200",
        "https://blog.example:8443, 400",
        "http://192.0.2.7, 400",
        "http://[2001:db8::7], 400"
    })
    void the_author_is_named_by_a_domain_or_not_at_all(String baseUrl, int status) {
        try (TestSite site =
                TestSite.start(Map.of("STARPUNK_BASE_URL", baseUrl)).setUp()) {
            HttpResponse<String> consent = site.get("/auth?response_type=code&client_id=http://localhost:7777/"
                    + "&redirect_uri=http://localhost:7777/back&state=st&code_challenge_method=S256&code_challenge="
                    + Pkce.challenge(SecretTokens.create()));
            assertThat(consent.statusCode()).as(consent.body()).isEqualTo(status);
            assertThat(consent.headers().firstValue("Location")).isEmpty();
            assertThat(site.json("/.well-known/oauth-authorization-server").getString("issuer"))
                    .isEqualTo(status == 200 ? "https://blog.example/" : baseUrl + "/");
            boolean warned = site.get("/admin/settings").body().contains("other sites cannot log you in");
            assertThat(warned).isEqualTo(status == 400);
        }
    }
}
