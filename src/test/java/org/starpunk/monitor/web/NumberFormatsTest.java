package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class NumberFormatsTest {

    @Test
    void an_unknown_number_is_a_dash_in_every_unit() {
        assertThat(NumberFormats.count(null)).isEqualTo("—");
        assertThat(NumberFormats.brief(null)).isEqualTo("—");
        assertThat(NumberFormats.digits(null)).isEqualTo("—");
        assertThat(NumberFormats.millis(null)).isEqualTo("—");
        assertThat(NumberFormats.fine(null)).isEqualTo("—");
        assertThat(NumberFormats.bytes(null)).isEqualTo("—");
        assertThat(NumberFormats.percent(null)).isEqualTo("—");
        assertThat(NumberFormats.span(null)).isEqualTo("—");
        assertThat(NumberFormats.ago(null, Instant.EPOCH)).isEqualTo("—");
        assertThat(NumberFormats.ago("", Instant.EPOCH)).isEqualTo("—");
    }

    @Test
    void a_short_time_is_less_than_something_and_never_zero() {
        assertThat(NumberFormats.millis(0.0)).isEqualTo("<1 ms");
        assertThat(NumberFormats.millis(0.999)).isEqualTo("<1 ms");
        assertThat(NumberFormats.millis(65.3)).isEqualTo("65 ms");
        assertThat(NumberFormats.millis(1234)).isEqualTo("1.2 s");
        assertThat(NumberFormats.fine(0.0)).isEqualTo("<0.01 ms");
        assertThat(NumberFormats.fine(0.184)).isEqualTo("0.18 ms");
        assertThat(NumberFormats.fine(3.214)).isEqualTo("3.2 ms");
        assertThat(NumberFormats.fine(31.4)).isEqualTo("31 ms");
    }

    @Test
    void counts_are_grouped_and_large_ones_can_be_brief() {
        assertThat(NumberFormats.count(1_234_567)).isEqualTo("1\u202f234\u202f567");
        assertThat(NumberFormats.count(999.6)).isEqualTo("1\u202f000");
        assertThat(NumberFormats.count(0)).isEqualTo("0");
        assertThat(NumberFormats.count(-1_234)).isEqualTo("-1\u202f234");
        assertThat(NumberFormats.count(-123)).isEqualTo("-123");
        assertThat(NumberFormats.brief(999)).isEqualTo("999");
        assertThat(NumberFormats.brief(8100)).isEqualTo("8.1k");
        assertThat(NumberFormats.brief(12_345)).isEqualTo("12k");
        assertThat(NumberFormats.brief(4_200_000)).isEqualTo("4.2M");
    }

    @Test
    void sizes_shares_and_spans_have_two_digits_that_say_something() {
        assertThat(NumberFormats.bytes(512)).isEqualTo("512 B");
        assertThat(NumberFormats.bytes(1410)).isEqualTo("1.4 kB");
        assertThat(NumberFormats.bytes(134_217_728)).isEqualTo("128 MB");
        assertThat(NumberFormats.bytes(-5_000_000)).as("memory that shrank").isEqualTo("−4.8 MB");
        assertThat(NumberFormats.digits(0.05)).isEqualTo("0.05");
        assertThat(NumberFormats.digits(0.994)).isEqualTo("0.99");
        assertThat(NumberFormats.digits(1)).isEqualTo("1.0");
        assertThat(NumberFormats.digits(9.94)).isEqualTo("9.9");
        assertThat(NumberFormats.percent(0.874)).isEqualTo("87 %");
        assertThat(NumberFormats.percent(0.00004)).isEqualTo("<0.01 %");
        assertThat(NumberFormats.percent(1.0)).isEqualTo("100 %");
        assertThat(NumberFormats.span(59)).isEqualTo("59 s");
        assertThat(NumberFormats.span(720)).isEqualTo("12 min");
        assertThat(NumberFormats.span(7300)).isEqualTo("2 h");
    }

    @Test
    void a_time_of_the_future_is_now() {
        assertThat(NumberFormats.ago("2026-11-21T08:00:05Z", Instant.parse("2026-11-21T08:00:00Z")))
                .isEqualTo("now");
    }
}
