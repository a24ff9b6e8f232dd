package org.starpunk.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** CPU time of the monitor on an event loop, with CPU times given by the test. */
class EventLoopCostTest {

    private static final long WAKE_UP = 20_000;
    private static final long TIMER = 90_000;
    private static final long HANDLER = 300_000;
    private static final long AROUND = 120_000;

    private final EventLoopCost loop = new EventLoopCost();
    private long cpu;
    private long accepted;
    private long active;

    EventLoopCostTest() {
        loop.observe(() -> accepted, () -> active);
        assertThat(loop.tick(cpu)).isZero();
        loop.tickEnded(cpu);
    }

    /** Ends an interval with the given CPU time. */
    private long interval(long nanos) {
        cpu += nanos;
        long own = loop.tick(cpu);
        cpu += 7_000; // CPU time of the tick
        loop.tickEnded(cpu);
        return own;
    }

    private void monitorRequest() {
        accepted++;
        loop.requestStarted();
        assertThat(loop.enter()).isTrue();
        assertThat(loop.enter()).as("a handler that calls another").isFalse();
        loop.leave(-1);
        loop.leave(HANDLER);
        loop.requestEnded();
    }

    private long quietSecond() {
        long own = 0;
        for (int i = 0; i < 9; i++) {
            own += interval(WAKE_UP);
        }
        return own + interval(WAKE_UP + TIMER);
    }

    @Test
    void a_quiet_loop_costs_what_its_ticks_take_and_not_what_other_timers_take() {
        quietSecond();
        assertThat(quietSecond()).isBetween(10 * WAKE_UP * 9 / 10, 10 * WAKE_UP * 11 / 10);
    }

    @Test
    void a_request_to_the_monitor_costs_all_that_the_thread_takes() {
        monitorRequest();
        assertThat(interval(WAKE_UP + HANDLER + AROUND)).isEqualTo(WAKE_UP + HANDLER + AROUND);
    }

    @Test
    void requests_of_the_site_are_not_counted_and_what_surrounds_a_handler_is_as_measured_before() {
        for (int i = 0; i < 100; i++) {
            monitorRequest();
            interval(HANDLER + AROUND);
        }
        monitorRequest();
        accepted++;
        assertThat(interval(HANDLER + AROUND + 5_000_000)).isEqualTo(HANDLER + AROUND);
        accepted += 50;
        assertThat(interval(9_000_000)).as("requests of the site only").isZero();
    }

    @Test
    void a_long_request_of_the_site_is_not_counted_until_the_interval_of_its_end() {
        quietSecond();
        accepted++;
        active = 1;
        assertThat(interval(2_000_000)).isZero();
        assertThat(interval(2_000_000)).isZero();
        active = 0;
        assertThat(interval(2_000_000)).as("its end").isZero();
        assertThat(interval(WAKE_UP)).isEqualTo(WAKE_UP);
    }

    @Test
    void a_viewer_is_an_active_request_of_the_monitor_and_leaves_the_loop_quiet() {
        accepted++;
        active = 1;
        loop.requestStarted();
        interval(HANDLER);
        assertThat(loop.enter()).isTrue();
        loop.leave(50_000);
        assertThat(interval(80_000)).isEqualTo(80_000);
    }
}
