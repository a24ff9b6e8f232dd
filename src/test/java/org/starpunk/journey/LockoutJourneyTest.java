package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Password guesses from many addresses, which a trusted proxy reports. */
class LockoutJourneyTest {

    private final TestSite site = TestSite.start(Map.of("STARPUNK_TRUSTED_PROXIES", "127.0.0.1"));

    @AfterEach
    void stop() {
        site.close();
    }

    private HttpResponse<String> login(String address, String password) {
        Matcher token = Pattern.compile("name=\"csrf\"[^>]*value=\"([^\"]+)\"")
                .matcher(site.get("/admin/login").body());
        assertThat(token.find()).isTrue();
        return site.send(site.request(
                        "/admin/login", "Content-Type", "application/x-www-form-urlencoded", "X-Forwarded-For", address)
                .POST(BodyPublishers.ofString("csrf=" + token.group(1) + "&password=" + password.replace(' ', '+')))
                .build());
    }

    private static int retryAfter(HttpResponse<String> answer) {
        return Integer.parseInt(answer.headers().firstValue("Retry-After").orElseThrow());
    }

    @Test
    void strangers_from_everywhere_lock_nobody_out_who_has_logged_in_before() {
        site.setUp();
        site.submit("/admin", "/admin/logout");
        var author = site.client();
        site.forgetCookies();
        int looked = 0;
        HttpResponse<String> answer = login("192.0.2.0", "a guess");
        // One more guess is admitted each minute, so the rest of the test needs a time without a remaining guess.
        while (answer.statusCode() == 401 || retryAfter(answer) < 30) {
            looked += answer.statusCode() == 401 ? 1 : 0;
            answer = login("192.0.2." + looked, "a guess");
        }
        assertThat(looked).as("guesses that were looked at").isBetween(40, 45);
        assertThat(answer.statusCode()).isEqualTo(429);
        assertThat(retryAfter(answer)).isBetween(1, 61);
        assertThat(answer.body()).contains("Too many attempts").contains("seconds");
        assertThat(login("198.51.100.1", TestSite.PASSWORD).statusCode())
                .as("an unknown browser")
                .isEqualTo(429);
        site.use(author);
        assertThat(login("198.51.100.1", "a typing error").statusCode()).isEqualTo(401);
        assertThat(login("198.51.100.1", TestSite.PASSWORD).statusCode()).isEqualTo(303);
        assertThat(site.get("/admin").statusCode()).isEqualTo(200);
    }
}
