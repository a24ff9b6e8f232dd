package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.Future;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Requests;
import org.starpunk.telemetry.Sampling;

/** M8.8: the monitor judges its own work, in CPU time, and not how long it had to wait for a processor. The clocks are the test's. */
class BusyMachineTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final long MILLI = 1_000_000L;

    /** Each reading of the thread's CPU time is {@code work} later than the one before, and the wall clock {@code wait} later. */
    private static final class Machine implements Clock {
        long work;
        long wait;
        long nanos = 5_000 * MILLI;
        long threadCpu;
        long processCpu;

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
            return processCpu;
        }
    }

    private final Machine machine = new Machine();
    private final Sampling sampling = Sampling.all();
    private final MetricsVerticle verticle = new MetricsVerticle(
            MetricsVerticleTest.settings(1000),
            sampling,
            "0.1.0",
            alert -> Future.failedFuture("no webhook"),
            MetricSnapshots::new,
            null,
            machine);

    /**
     * Some minutes with ten batches a second.
     *
     * @param work what each batch costs the monitor, CPU time
     * @param recording what it has cost the loop that recorded it
     * @param waiting how long the thread stands without a processor meanwhile
     * @param process what the whole process does in a second, CPU time
     */
    private void minutes(int number, long work, long recording, long waiting, long process) {
        machine.work = work;
        machine.wait = waiting;
        long end = machine.nanos + number * 60_000L * MILLI;
        while (machine.nanos < end) {
            long next = machine.nanos + 1_000 * MILLI;
            for (int i = 0; i < 10; i++) {
                verticle.batch(Requests.sent(recording, Requests.ended(HOME, 200, 3 * MILLI)));
            }
            machine.nanos = Math.max(machine.nanos, next);
            machine.processCpu += process;
            verticle.second();
        }
    }

    private double rate() {
        return sampling.rate(OperationType.HTTP);
    }

    @Test
    void a_machine_that_is_busy_with_others_leaves_the_sampling_alone() {
        minutes(3, 20_000, 10_000, 45 * MILLI, 200 * MILLI);
        assertThat(rate())
                .as("0.3 of 200 ms are the monitor's; it waited 900 ms of each second")
                .isEqualTo(1.0);
    }

    @Test
    void only_what_the_monitor_itself_costs_lowers_it() {
        minutes(3, 300_000, 10_000, 0, 200 * MILLI);
        assertThat(rate()).as("over 3 of 200 ms are the monitor's").isEqualTo(0.125);
        minutes(4, 20_000, 10_000, 45 * MILLI, 200 * MILLI);
        assertThat(rate()).as("cheap again, on a busy machine").isEqualTo(1.0);
    }

    @Test
    void what_the_recorders_cost_counts_as_its_own() {
        minutes(3, 20_000, 400_000, 0, 200 * MILLI);
        assertThat(rate()).isLessThan(1.0);
    }

    @Test
    void a_share_of_next_to_nothing_says_nothing() {
        minutes(3, 300_000, 10_000, 0, 20 * MILLI);
        assertThat(rate())
                .as("the process hardly works: no reason to lower anything")
                .isEqualTo(1.0);
    }
}
