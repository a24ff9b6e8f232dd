package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.TestRequests;

/** Requests that are retained as traces with lowered sampling. */
class TraceStoreTest {

    private static final int STEPS = 2;
    private static final double SHARE = 0.25;
    private static final long MILLI = 1_000_000;

    private final TraceStore traces = new TraceStore();
    private final MonitorState monitor = new MonitorState(new TestClock(), 10, 0, false);

    /** Each request has its own endpoint, so that none displaces another. */
    private boolean retained(RequestTiming request, int number) {
        traces.clear();
        traces.offer(request, new Endpoint("GET", "/" + number, false), monitor.shapes, request.atMillis());
        return traces.find(request.id()) != null;
    }

    @Test
    void thinned_traces_are_of_the_requests_that_are_sampled_too() {
        traces.reduce(STEPS);
        int chosen = 0;
        for (int i = 0; i < 1_000; i++) {
            RequestTiming request = TestRequests.leftOut(new Endpoint("GET", "/", false), 200, MILLI);
            boolean sampled = SamplingRates.isChosen(request.id(), SHARE);
            assertThat(retained(request, i)).isEqualTo(sampled);
            chosen += sampled ? 1 : 0;
        }
        assertThat(chosen).isBetween(150, 350);
    }

    @Test
    void slow_and_failed_requests_are_not_thinned() {
        traces.reduce(STEPS);
        for (int i = 0; i < 50; i++) {
            assertThat(retained(TestRequests.ended(new Endpoint("GET", "/", false), 200, 3_000 * MILLI), i))
                    .isTrue();
            assertThat(retained(TestRequests.ended(new Endpoint("GET", "/", false), 500, MILLI), i))
                    .isTrue();
        }
    }
}
