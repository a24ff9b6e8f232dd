package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Meter of the read pool with simulated times. */
class PoolMeterTest {

    private static final long MS = 1_000_000;
    private static final long SECOND = 1_000 * MS;

    private final PoolMeter meter = new PoolMeter(4, 0);

    private void use(long from, long waited, long held) {
        meter.acquired(from, waited);
        meter.released(from + held, held);
    }

    @Test
    void a_peak_is_of_the_time_since_the_last_report_and_the_present_is_now() {
        meter.acquired(0, 0);
        meter.acquired(0, 0);
        meter.released(MS, MS);
        meter.waiting(MS, 7);
        assertThat(meter.inUse()).isEqualTo(1);
        assertThat(meter.takePeak()).isEqualTo(2);
        assertThat(meter.takePeakWaiting(0)).isEqualTo(7);
        assertThat(meter.takePeak()).isEqualTo(1);
        assertThat(meter.takePeakWaiting(0)).isZero();
    }

    @Test
    void utilisation_is_the_time_held_of_the_last_minute() {
        for (int second = 0; second < 60; second++) {
            use(second * SECOND, 0, SECOND / 2);
        }
        assertThat(meter.utilisationPermille(60 * SECOND)).isEqualTo(125);
        assertThat(meter.utilisationPermille(3_600 * SECOND)).isZero();
    }

    @Test
    void a_connection_that_is_still_held_is_busy() {
        meter.acquired(0, 0);
        meter.acquired(0, 0);
        assertThat(meter.utilisationPermille(30 * SECOND)).isEqualTo(500);
        assertThat(meter.utilisationPermille(600 * SECOND)).isEqualTo(500);
    }

    @Test
    void the_99th_percentile_of_waits_is_at_most_a_twentieth_off() {
        assertThat(meter.waitP99Micros(0)).isEqualTo(-1);
        for (int i = 1; i <= 1_000; i++) {
            use(i, i * 200_000L, 1);
        }
        assertThat((double) meter.waitP99Micros(SECOND)).isCloseTo(198_000, within(9_900.0));
        for (int i = 0; i < 200_000; i++) {
            use(2 * SECOND, 0, 1);
        }
        assertThat(meter.waitP99Micros(3 * SECOND)).isZero();
        assertThat(meter.waitP99Micros(200 * SECOND)).isEqualTo(-1);
    }

    @Test
    void a_pool_is_exhausted_while_callers_wait_although_connections_are_free() {
        meter.acquired(0, 0);
        meter.waiting(0, 1);
        meter.waiting(30 * SECOND, 0);
        assertThat(meter.exhaustedPermille(30 * SECOND)).isEqualTo(1_000);
        assertThat(meter.exhaustedPermille(60 * SECOND)).isEqualTo(500);
        assertThat(meter.exhaustedPermille(3_600 * SECOND)).isZero();
        assertThat(meter.utilisationPermille(3_600 * SECOND)).isEqualTo(250);
    }
}
