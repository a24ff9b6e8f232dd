package org.starpunk.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.ClassLayout;
import org.openjdk.jol.info.GraphLayout;

/** A recorder on the test's own thread. The test receives its batches. */
class BusRecorderTest {

    private static final Endpoint NOTE = new Endpoint("GET", "/notes/:slug", false);

    private final Vertx vertx = Vertx.vertx();
    private final List<EventBatch> sent = new ArrayList<>();
    private boolean holds;
    private long cost;
    private long lost;
    private final BusRecorder recorder = new BusRecorder(vertx, SamplingRates.all(), this::take);

    BusRecorderTest() {
        System.setProperty("jol.magicFieldOffset", "true"); // otherwise JOL cannot inspect records
    }

    @AfterEach
    void stop() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(120, TimeUnit.SECONDS);
    }

    private Future<Void> take(EventBatch batch) {
        cost += batch.costNanos();
        lost += batch.dropped();
        if (holds) {
            sent.add(batch);
        } else {
            batch.release();
        }
        return Future.succeededFuture();
    }

    private void requests(int number) {
        for (int i = 0; i < number; i++) {
            recorder.requestEnded(recorder.requestStarted(), NOTE, 200, 0, 4_096);
        }
    }

    @Test
    void recording_allocates_nothing_in_steady_state() {
        requests(10_000);
        long before = ThreadAllocation.ofThisThread();
        requests(100_000);
        long bytes = ThreadAllocation.ofThisThread() - before;
        assertThat(bytes / 100_000.0)
                .as("only the sending of a batch, once for 256 events")
                .isLessThan(2);
    }

    @Test
    void what_it_retains_is_bounded_and_told() {
        holds = true;
        List<RequestTiming> open = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            open.add(recorder.requestStarted());
        }
        open.forEach(request -> recorder.requestEnded(request, NOTE, 200, 0, 4_096));
        open.clear();
        assertThat(sent).hasSize(3);
        sent.forEach(EventBatch::release);
        sent.clear();
        holds = false;
        recorder.close();
        double real = GraphLayout.parseInstance((Object) recorder.batches).totalSize() + free();
        assertThat(recorder.bytes()).isLessThan(100_000);
        assertThat((double) recorder.bytes()).isCloseTo(real, within(0.3 * real));
    }

    /**
     * Regression test: three batches with a few events each, one per tick, used up the recorder, and later events were
     * lost.
     */
    @Test
    void a_monitor_that_is_late_by_some_ticks_costs_no_event() {
        holds = true;
        for (int i = 0; i < 10; i++) {
            requests(20);
            recorder.tick();
        }
        holds = false;
        sent.forEach(EventBatch::release);
        recorder.close();
        assertThat(sent).as("with the third one kept back").hasSize(2);
        assertThat(lost).isZero();
    }

    /** Returns the size of the pooled requests, without the recorder, to which each of them refers. */
    private long free() {
        long bytes = ClassLayout.parseInstance(recorder.free).instanceSize();
        for (RequestTiming request : recorder.free) {
            bytes += request == null ? 0 : ClassLayout.parseInstance(request).instanceSize();
        }
        return bytes;
    }

    @Test
    void what_recording_costs_is_estimated_from_a_sample() {
        requests(20_000);
        double each = (double) cost / 20_000;
        assertThat(each).isBetween(5.0, 20_000.0);
    }

    @Test
    void a_call_that_the_system_interrupted_is_not_taken_for_work() {
        RecorderOverhead measured = new RecorderOverhead();
        measured.timed(100);
        double before = measured.perRequest();
        measured.timed(30_000_000);
        assertThat(measured.perRequest()).isEqualTo(before);
        measured.timed(300);
        assertThat(measured.perRequest()).isGreaterThan(before);
    }

    @Test
    void what_a_request_allocates_is_measured_when_it_was_alone() {
        RequestTiming alone = recorder.requestStarted();
        byte[] page = new byte[100_000];
        recorder.requestEnded(alone, NOTE, 200, 0, page.length);
        assertThat(alone.allocatedBytes()).isBetween(100_000L, 200_000L);

        RequestTiming first = recorder.requestStarted();
        RequestTiming second = recorder.requestStarted();
        recorder.requestEnded(second, NOTE, 200, 0, 0);
        recorder.requestEnded(first, NOTE, 200, 0, 0);
        assertThat(first.allocatedBytes()).as("another one ran meanwhile").isEqualTo(-1);
    }

    @Test
    void the_way_to_the_store_and_back_is_waiting_for_event_loops() {
        RequestTiming request = recorder.requestStarted();
        long asked = System.nanoTime() - 10_000_000;
        SqlShape shape = SqlShape.of("SELECT 1");
        request.queriesCompleted(
                asked,
                List.of(
                        new QueryTiming(shape, 0, asked + 1_000_000, 500_000, 2_000_000, 1, 1, null, false, 1, true),
                        new QueryTiming(shape, 0, asked + 4_000_000, 0, 1_000_000, 1, 1, null, false, 1, true)));
        assertThat(request.queryCount()).isEqualTo(2);
        assertThat(request.executeNanos()).isEqualTo(3_000_000);
        assertThat(request.waitNanos()).isEqualTo(500_000);
        assertThat(request.loopNanos())
                .as("10 ms in all, but for 4 at the store")
                .isGreaterThanOrEqualTo(6_000_000);
    }
}
