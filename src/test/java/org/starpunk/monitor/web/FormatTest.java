package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class FormatTest {

    @Test
    void an_unknown_number_is_a_dash_in_every_unit() {
        assertThat(Format.count(null)).isEqualTo("—");
        assertThat(Format.brief(null)).isEqualTo("—");
        assertThat(Format.digits(null)).isEqualTo("—");
        assertThat(Format.millis(null)).isEqualTo("—");
        assertThat(Format.fine(null)).isEqualTo("—");
        assertThat(Format.bytes(null)).isEqualTo("—");
        assertThat(Format.percent(null)).isEqualTo("—");
        assertThat(Format.span(null)).isEqualTo("—");
        assertThat(Format.ago(null, Instant.EPOCH)).isEqualTo("—");
        assertThat(Format.ago("", Instant.EPOCH)).isEqualTo("—");
    }

    @Test
    void a_short_time_is_less_than_something_and_never_zero() {
        assertThat(Format.millis(0.0)).isEqualTo("<1 ms");
        assertThat(Format.millis(0.999)).isEqualTo("<1 ms");
        assertThat(Format.millis(65.3)).isEqualTo("65 ms");
        assertThat(Format.millis(1234)).isEqualTo("1.2 s");
        assertThat(Format.fine(0.0)).isEqualTo("<0.01 ms");
        assertThat(Format.fine(0.184)).isEqualTo("0.18 ms");
        assertThat(Format.fine(3.214)).isEqualTo("3.2 ms");
        assertThat(Format.fine(31.4)).isEqualTo("31 ms");
    }

    @Test
    void counts_are_grouped_and_large_ones_can_be_brief() {
        assertThat(Format.count(1_234_567)).isEqualTo("1\u202f234\u202f567");
        assertThat(Format.count(999.6)).isEqualTo("1\u202f000");
        assertThat(Format.count(0)).isEqualTo("0");
        assertThat(Format.count(-1_234)).isEqualTo("-1\u202f234");
        assertThat(Format.count(-123)).isEqualTo("-123");
        assertThat(Format.brief(999)).isEqualTo("999");
        assertThat(Format.brief(8100)).isEqualTo("8.1k");
        assertThat(Format.brief(12_345)).isEqualTo("12k");
        assertThat(Format.brief(4_200_000)).isEqualTo("4.2M");
    }

    @Test
    void sizes_shares_and_spans_have_two_digits_that_say_something() {
        assertThat(Format.bytes(512)).isEqualTo("512 B");
        assertThat(Format.bytes(1410)).isEqualTo("1.4 kB");
        assertThat(Format.bytes(134_217_728)).isEqualTo("128 MB");
        assertThat(Format.bytes(-5_000_000)).as("memory that shrank").isEqualTo("−4.8 MB");
        assertThat(Format.digits(0.05)).isEqualTo("0.05");
        assertThat(Format.digits(0.994)).isEqualTo("0.99");
        assertThat(Format.digits(1)).isEqualTo("1.0");
        assertThat(Format.digits(9.94)).isEqualTo("9.9");
        assertThat(Format.percent(0.874)).isEqualTo("87 %");
        assertThat(Format.percent(0.00004)).isEqualTo("<0.01 %");
        assertThat(Format.percent(1.0)).isEqualTo("100 %");
        assertThat(Format.span(59)).isEqualTo("59 s");
        assertThat(Format.span(720)).isEqualTo("12 min");
        assertThat(Format.span(7300)).isEqualTo("2 h");
    }

    @Test
    void a_time_of_the_future_is_now() {
        assertThat(Format.ago("2026-11-21T08:00:05Z", Instant.parse("2026-11-21T08:00:00Z")))
                .isEqualTo("now");
    }
}
