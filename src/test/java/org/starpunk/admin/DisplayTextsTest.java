package org.starpunk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DisplayTextsTest {

    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @ParameterizedTest
    @CsvSource({
        "PT0S, just now",
        "PT59S, just now",
        "PT60S, 1 minute ago",
        "PT59M, 59 minutes ago",
        "PT1H, 1 hour ago",
        "PT47H, 47 hours ago",
        "PT48H, 2 days ago",
        "P59D, 59 days ago",
        "P61D, 2 months ago",
        "P800D, 2 years ago",
        "PT-3H, in 3 hours"
    })
    void times_are_said_in_the_largest_unit_that_fits(String past, String words) {
        assertThat(RelativeTime.text(NOW.minus(Duration.parse(past)), NOW)).isEqualTo(words);
    }

    @ParameterizedTest
    @CsvSource({
        "https://example.org, https://example.org",
        "https://Example.ORG/, https://example.org",
        "example.org, https://example.org",
        "http://127.0.0.1:8080, http://127.0.0.1:8080",
        "http://[::1]:8080/, http://[::1]:8080"
    })
    void an_address_is_read_as_a_person_types_it(String typed, String url) {
        assertThat(SiteUrl.parse(typed)).contains(url);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "ftp://example.org",
                "javascript:alert(1)",
                "https://",
                "https://example.org/blog",
                "https://a@example.org",
                "https://example.org?x",
                "https://example.org#x",
                "two words",
                "https://exa mple.org"
            })
    void what_is_no_address_of_a_site_is_refused(String typed) {
        assertThat(SiteUrl.parse(typed)).isEmpty();
    }

    @Test
    void browsers_are_named_as_their_owners_know_them() {
        String edge =
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36 Edg/131.0";
        assertThat(UserAgentName.name(edge)).isEqualTo("Edge, Windows");
        assertThat(UserAgentName.name("Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"))
                .isEqualTo("Firefox, Linux");
        assertThat(UserAgentName.name("")).isEqualTo("Unnamed program");
        assertThat(UserAgentName.name("my-script 1.0")).isEqualTo("my-script 1.0");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/admin/notes?after=1-2", "/auth?client_id=https%3A%2F%2Fx&state=y"})
    void paths_of_this_site_are_local(String path) {
        assertThat(LocalRedirect.local(path)).isEqualTo(path);
    }
}
