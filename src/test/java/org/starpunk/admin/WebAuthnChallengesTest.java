package org.starpunk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.starpunk.ManualClock;

class WebAuthnChallengesTest {

    private final ManualClock clock = new ManualClock();
    private final List<String> told = new ArrayList<>();
    private final WebAuthnChallenges challenges = new WebAuthnChallenges(clock, told::add);

    @Test
    void a_challenge_is_good_once_and_for_its_browser_only() {
        String challenge = challenges.create("a browser's secret");
        assertThat(challenges.redeem(challenge, "another's secret")).isFalse();
        assertThat(challenges.redeem(challenge, "a browser's secret")).isTrue();
        assertThat(challenges.redeem(challenge, "a browser's secret"))
                .as("again")
                .isFalse();
    }

    @Test
    void a_challenge_is_good_for_ten_minutes() {
        String challenge = challenges.create("secret");
        String later = challenges.create("secret");
        clock.advance(Duration.ofMinutes(9));
        assertThat(challenges.redeem(challenge, "secret")).isTrue();
        clock.advance(Duration.ofMinutes(1));
        assertThat(challenges.redeem(later, "secret")).isFalse();
    }

    @Test
    void what_is_no_challenge_is_refused() {
        String challenge = challenges.create("secret");
        assertThat(challenges.redeem("", "secret")).isFalse();
        assertThat(challenges.redeem("-".repeat(challenge.length()), "secret")).isFalse();
        assertThat(challenges.redeem('z' + challenge.substring(1), "secret")).isFalse();
    }

    @Test
    void a_challenge_that_was_used_on_another_node_is_used_up_here() {
        String here = challenges.create("secret");
        assertThat(challenges.redeem(here, "secret")).isTrue();
        assertThat(challenges.redeem(here, "secret")).isFalse();
        assertThat(told).as("the others hear of it once").containsExactly(here);
        String there = challenges.create("secret");
        challenges.markUsed(there);
        assertThat(challenges.redeem(there, "secret")).isFalse();
    }

    /** Browsers decode and encode the challenge, so its text must be the canonical encoding of its bytes. */
    @Test
    void a_challenge_survives_base64url() {
        String challenge = challenges.create("secret");
        byte[] bytes = Base64.getUrlDecoder().decode(challenge);
        assertThat(Base64.getUrlEncoder().withoutPadding().encodeToString(bytes))
                .isEqualTo(challenge);
    }
}
