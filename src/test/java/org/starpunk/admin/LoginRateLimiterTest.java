package org.starpunk.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.starpunk.ManualClock;

class LoginRateLimiterTest {

    private final ManualClock clock = new ManualClock();
    private final LoginRateLimiter throttle = new LoginRateLimiter(clock);

    private static SocketAddress address(String host) {
        return SocketAddress.inetSocketAddress(1234, host);
    }

    private boolean guess(String host) {
        return throttle.guess(address(host), null).isZero();
    }

    /** Makes a guess each second for an hour and returns the number of permitted ones. */
    private int inAnHour(java.util.function.IntFunction<String> hosts) {
        int through = 0;
        for (int second = 0; second < 3600; second++) {
            through += guess(hosts.apply(second)) ? 1 : 0;
            clock.advance(Duration.ofSeconds(1));
        }
        return through;
    }

    @Test
    void an_address_has_at_most_twenty_guesses_in_the_first_hour() {
        assertThat(inAnHour(unused -> "192.0.2.1")).isBetween(15, 20);
    }

    @Test
    void all_addresses_together_have_at_most_a_hundred() {
        assertThat(inAnHour(second -> "10.0." + second / 250 + "." + second % 250))
                .isBetween(60, 100);
    }

    @Test
    void a_refused_guess_says_how_long_to_wait_and_then_it_is_let_through() {
        for (int i = 0; i < 5; i++) {
            assertThat(guess("192.0.2.1")).isTrue();
        }
        Duration wait = throttle.guess(address("192.0.2.1"), null);
        assertThat(wait).isBetween(Duration.ofSeconds(1), Duration.ofMinutes(4));
        assertThat(guess("192.0.2.2")).as("another address").isTrue();
        clock.advance(wait);
        assertThat(guess("192.0.2.1")).isTrue();
    }

    @Test
    void addresses_of_one_ipv6_network_count_as_one() {
        for (int i = 1; i <= 5; i++) {
            assertThat(guess("2001:db8:1:2::" + i)).isTrue();
        }
        assertThat(guess("2001:db8:1:2:ffff::1")).isFalse();
        assertThat(guess("2001:db8:1:3::1")).isTrue();
    }

    @Test
    void a_right_password_does_not_count() {
        for (int i = 0; i < 50; i++) {
            assertThat(guess("192.0.2.1")).isTrue();
            throttle.succeeded(address("192.0.2.1"), null);
        }
    }

    @Test
    void guesses_of_strangers_do_not_use_up_those_of_a_known_browser() {
        for (int i = 0; i < 250; i++) {
            guess("192.0.2.1");
            guess("10.0.0." + i);
        }
        assertThat(guess("192.0.2.9")).as("all together").isFalse();
        for (int i = 0; i < 5; i++) {
            assertThat(throttle.guess(address("192.0.2.1"), "known")).isZero();
        }
        assertThat(throttle.guess(address("192.0.2.1"), "known"))
                .as("too many of its own")
                .isPositive();
        assertThat(throttle.guess(address("192.0.2.1"), "another")).isZero();
    }

    @Test
    void setting_the_clock_back_does_not_prolong_a_wait() {
        clock.advance(Duration.ofDays(3650));
        while (guess("192.0.2.1")) {
            clock.advance(Duration.ofMillis(1));
        }
        clock.advance(Duration.ofDays(-3650));
        assertThat(throttle.guess(address("192.0.2.1"), null)).isLessThan(Duration.ofHours(1));
        clock.advance(Duration.ofHours(1));
        assertThat(guess("192.0.2.1")).isTrue();
    }
}
