package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.TestRequests;

/** Series of a client of the stream, compared point by point with the series of the JSON. */
class StreamSeriesTest {

    private static final Endpoint HOME = new Endpoint("GET", "/", false);
    private static final long MS = 1_000_000;
    private static final int SECONDS = 600;

    private final TestClock clock = new TestClock();
    private final MonitorState monitor = new MonitorState(clock, 1000, 10 << 20, false);
    private final MonitorService service =
            new MonitorService(monitor, SamplingRates.all(), MonitorStateTest.LIMITS, unused -> {}, null);
    private final StreamedSeries read = new StreamedSeries();

    private JsonObject snapshot() {
        return new JsonObject(service.snapshot(TimeWindow.QUARTER, 50));
    }

    private void second() {
        clock.passSeconds(1);
        service.tick();
    }

    private void read() {
        service.setViewers("test", 1);
        String event = Objects.requireNonNull(service.frame()).toString();
        read.update(new JsonObject(event.substring(event.indexOf("data: ") + 6)));
    }

    private void requests(int number, long nanos) {
        for (int i = 0; i < number; i++) {
            monitor.accept(TestRequests.leftOut(HOME, i % 7 == 6 ? 500 : 200, nanos));
        }
    }

    @Test
    void a_reader_of_the_stream_has_the_points_and_columns_of_the_json() {
        SplittableRandom random = new SplittableRandom(5);
        read.snapshot(snapshot());
        for (int i = 0; i < SECONDS; i++) {
            requests(random.nextInt(20), (1 + random.nextInt(30)) * MS);
            second();
            read();
        }
        assertThat(read.points(snapshot())).hasSizeGreaterThanOrEqualTo(SECONDS / SiteStats.STEP);
        assertThat(read.differences(snapshot())).isEmpty();
    }

    @Test
    void a_slow_request_in_the_last_second_of_a_step_is_in_the_readers_point() {
        read.snapshot(snapshot());
        requests(4, 2 * MS);
        while (monitor.site.currentSecond() % SiteStats.STEP != SiteStats.STEP - 1) {
            second();
            read();
        }
        requests(1, 2_000 * MS);
        second();
        read();
        JsonArray slowest = read.series().getJsonArray("p99_ms");
        assertThat(slowest.getDouble(slowest.size() - 2)).isBetween(1_940.0, 2_060.0);
        second();
        read();
        assertThat(read.differences(snapshot())).isEmpty();
    }

    @Test
    void a_reader_that_misses_updates_has_every_point() {
        read.snapshot(snapshot());
        for (int i = 0; i < 120; i++) {
            requests(3, MS);
            second();
            if (i % 4 == 0) {
                read();
            }
        }
        read();
        assertThat(read.differences(snapshot()))
                .filteredOn(line -> !line.startsWith("columns"))
                .isEmpty();
    }

    @Test
    void steps_that_closed_while_the_monitor_paused_are_sent_together() {
        read.snapshot(snapshot());
        second();
        read();
        requests(3, MS);
        clock.passSeconds(12);
        service.tick();
        read();
        assertThat(read.differences(snapshot()))
                .filteredOn(line -> !line.startsWith("columns"))
                .isEmpty();
    }
}
