package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.TestRequests;

/** Time of a request in events, traces and tables: the end of the server's work, after its body was received. */
class EventTimeTest {

    private static final Endpoint UPLOAD = new Endpoint("POST", "/micropub", false);
    private static final long START_NANOS = 1_000_000_000L;
    private static final long WORK_NANOS = 2_000_000L;

    private final MonitorState monitor = new MonitorState(new TestClock(), 10, 10 << 20, false);

    private RequestTiming upload(long receiveNanos) {
        RequestTiming request = TestRequests.cached(
                TestRequests.ended(UPLOAD, 500, WORK_NANOS, TestQueries.ran(TestQueries.TAGS, 9)), true);
        request.received(receiveNanos);
        return request;
    }

    @Test
    void a_slow_upload_is_dated_at_its_end_everywhere() {
        long receiveNanos = 40_000_000_000L;
        monitor.accept(upload(receiveNanos));
        long end = monitor.time.millisOf(START_NANOS + receiveNanos + WORK_NANOS);
        assertThat(monitor.ring.atMillis(monitor.ring.end() - 1)).isEqualTo(end);
        assertThat(monitor.traces.all().get(0).atMillis).isEqualTo(end);
        assertThat(monitor.endpoints.get(UPLOAD).lastMillis).isEqualTo(end);
        assertThat(monitor.business.get(MonitorState.CACHE_HIT).lastMillis).isEqualTo(end);
    }

    @Test
    void a_request_without_a_body_is_dated_at_its_start_plus_its_duration() {
        monitor.accept(upload(0));
        assertThat(monitor.ring.atMillis(monitor.ring.end() - 1))
                .isEqualTo(monitor.time.millisOf(START_NANOS + WORK_NANOS));
    }

    @Test
    void the_time_for_which_a_response_was_sent_does_not_count() {
        RequestTiming download = upload(0);
        download.sent(30_000_000_000L);
        monitor.accept(download);
        assertThat(monitor.ring.atMillis(monitor.ring.end() - 1))
                .isEqualTo(monitor.time.millisOf(START_NANOS + WORK_NANOS));
    }
}
