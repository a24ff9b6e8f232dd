package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SiteCondition;
import org.starpunk.telemetry.TestRequests;

/** The monitor evaluates the CPU time of its own work, excluding waits for a CPU. The test sets the clocks. */
class BusyMachineTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final long MILLI = 1_000_000L;

    /** Each reading of the thread's CPU time advances it by {@code work}, and the wall clock by {@code wait}. */
    private static final class SimulatedMachine implements TimeSource {
        long work;
        long wait;
        long nanos = 5_000 * MILLI;
        long threadCpu;

        @Override
        public long nanos() {
            return nanos;
        }

        @Override
        public long millis() {
            return 1_795_250_000_000L + nanos / MILLI;
        }

        @Override
        public long cpuNanos() {
            nanos += wait;
            threadCpu += work;
            return threadCpu;
        }

        @Override
        public long processCpuNanos() {
            return threadCpu;
        }
    }

    private final SimulatedMachine machine = new SimulatedMachine();

    @Test
    void the_cost_is_the_cpu_time_of_its_thread_and_of_the_recorders() {
        MetricsVerticle verticle = new MetricsVerticle(
                MetricsVerticleTest.settings(1000),
                SamplingRates.all(),
                "0.1.0",
                unused -> Future.failedFuture("no webhook"),
                MetricSnapshots::new,
                () -> SiteCondition.UNKNOWN,
                null,
                machine);
        machine.work = 50_000;
        machine.wait = 4 * MILLI;
        long end = machine.nanos + 180_000 * MILLI;
        while (machine.nanos < end) {
            long next = machine.nanos + 1_000 * MILLI;
            for (int i = 0; i < 10; i++) {
                verticle.batch(TestRequests.sent(200_000, TestRequests.ended(HOME, 200, 3 * MILLI)));
            }
            machine.nanos = Math.max(machine.nanos, next);
            verticle.onSecond();
        }
        // 22 readings of the clock per second, 50 µs each, and ten batches that cost their recorders 200 µs each.
        assertThat(verticle.cpuPercent()).isCloseTo(0.1 * (22 * 0.05 + 10 * 0.2), within(0.01));
    }

    private final TestClock clock = new TestClock();
    private final SamplingRates sampling = SamplingRates.all();
    private final MonitorState monitor = new MonitorState(clock, 10, 0, false);

    /**
     * Runs for a number of minutes.
     *
     * @param ring milliseconds per second for ring buffer and traces
     * @param rest milliseconds per second for other work of the monitor
     */
    private void minutes(AdaptiveSampling restraint, int number, double ring, double rest, int viewers) {
        for (int second = 0; second < 60 * number; second++) {
            monitor.cost.worked((long) ((ring + rest) * MILLI));
            monitor.cost.workedForRing((long) (ring * MILLI));
            monitor.cost.endSecond(0);
            if (second % 60 == 59) {
                restraint.minute(viewers);
            }
        }
    }

    private double rate() {
        return sampling.rate(OperationType.HTTP);
    }

    @Test
    void sampling_is_halved_after_three_costly_minutes_when_the_ring_is_the_cause_and_raised_again() {
        AdaptiveSampling restraint = new AdaptiveSampling(monitor, sampling, false);
        minutes(restraint, 2, 12, 5, 0);
        assertThat(rate()).isEqualTo(1.0);
        minutes(restraint, 1, 12, 5, 0);
        assertThat(rate()).isEqualTo(0.5);
        minutes(restraint, 3, 12, 5, 0);
        assertThat(rate()).isEqualTo(0.25);
        minutes(restraint, 3, 1, 1, 0);
        assertThat(rate()).isEqualTo(0.5);
        minutes(restraint, 3, 1, 1, 0);
        assertThat(rate()).isEqualTo(1.0);
        assertThat(monitor.annotations).isNotEmpty();
    }

    @Test
    void a_cheap_monitor_on_an_idle_site_lowers_nothing() {
        AdaptiveSampling restraint = new AdaptiveSampling(monitor, sampling, false);
        minutes(restraint, 30, 1, 8, 1);
        assertThat(rate()).isEqualTo(1.0);
        assertThat(restraint.updateSeconds()).isEqualTo(1);
    }

    @Test
    void live_updates_come_less_often_before_sampling_is_lowered() {
        AdaptiveSampling restraint = new AdaptiveSampling(monitor, sampling, false);
        minutes(restraint, 3, 12, 5, 1);
        assertThat(restraint.updateSeconds()).isEqualTo(2);
        minutes(restraint, 3, 12, 5, 1);
        assertThat(restraint.updateSeconds()).isEqualTo(4);
        assertThat(rate()).isEqualTo(1.0);
        minutes(restraint, 3, 12, 5, 1);
        assertThat(rate()).isEqualTo(0.5);
        minutes(restraint, 9, 1, 1, 1);
        assertThat(rate()).isEqualTo(1.0);
        assertThat(restraint.updateSeconds()).isEqualTo(1);
    }

    @Test
    void readers_of_the_json_are_no_reason_to_lower_the_sampling() {
        AdaptiveSampling restraint = new AdaptiveSampling(monitor, sampling, false);
        minutes(restraint, 30, 1, 40, 0);
        assertThat(rate()).isEqualTo(1.0);
    }

    @Test
    void a_lowered_rate_is_raised_after_ten_minutes_in_any_case() {
        AdaptiveSampling restraint = new AdaptiveSampling(monitor, sampling, false);
        minutes(restraint, 3, 12, 5, 0);
        assertThat(rate()).isEqualTo(0.5);
        minutes(restraint, 10, 4, 10, 0);
        assertThat(rate()).isEqualTo(1.0);
    }

    @Test
    void a_rate_that_a_person_set_is_never_lowered() {
        AdaptiveSampling restraint = new AdaptiveSampling(monitor, sampling, true);
        minutes(restraint, 30, 20, 5, 0);
        assertThat(rate()).isEqualTo(1.0);
        AdaptiveSampling adaptive = new AdaptiveSampling(monitor, sampling, false);
        minutes(adaptive, 3, 20, 5, 0);
        assertThat(rate()).isEqualTo(0.5);
        adaptive.configure(Map.of(OperationType.HTTP, 0.8));
        minutes(adaptive, 30, 20, 5, 0);
        assertThat(rate()).isEqualTo(0.8);
    }
}
