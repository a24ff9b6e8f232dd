package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.openjdk.jol.info.GraphLayout;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Gauge;
import org.starpunk.telemetry.InFlightRecorder;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SqlShape;
import org.starpunk.telemetry.TestRequests;

/** Retained size of the monitor, measured by a walk over its objects: full, and after very many events. */
class BoundsTest {

    private static final long MOST = 1_048_576;

    private final TestClock clock = new TestClock();
    private final SplittableRandom random = new SplittableRandom(1);
    private final MonitorService service;
    private final MonitorState monitor;

    BoundsTest() {
        System.setProperty("jol.magicFieldOffset", "true"); // required by JOL for records
        monitor = new MonitorState(clock, 1000, 10 << 20, false);
        monitor.prometheusHistograms = new PrometheusHistograms();
        service = new MonitorService(monitor, SamplingRates.all(), MonitorStateTest.LIMITS, unused -> {}, null);
    }

    private long duration() {
        double gaussian =
                Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
        return (long) (1_000_000 * Math.exp(1.2 * gaussian));
    }

    private void event(Endpoint endpoint, SqlShape shape, int status) {
        QueryTiming query = TestQueries.ran(shape, duration() / 10);
        monitor.accept(query);
        QueryTiming[] queries = new QueryTiming[random.nextInt(45)];
        Arrays.fill(queries, query);
        monitor.accept(
                TestRequests.ended(endpoint, status, duration(), status == 500 ? queries : new QueryTiming[] {query}));
    }

    private static Endpoint endpoint(int number) {
        return new Endpoint("GET", "/somewhere/in/the/site/" + number + "/:slug", false);
    }

    private static SqlShape statement(int number) {
        return new SqlShape(
                "SELECT id, slug, html, published_at FROM notes_" + number + " WHERE id = ? ORDER BY published_at DESC",
                "SELECT",
                "notes_" + number);
    }

    /** Returns the size of the monitor's own objects, without those that the JVM retains in any case. */
    private long retained() {
        GraphLayout all = GraphLayout.parseInstance(
                        monitor.ring, monitor.site, monitor.endpoints, monitor.internalEndpoints, monitor.shapes)
                .add(GraphLayout.parseInstance(
                        monitor.business,
                        monitor.waits,
                        monitor.traces,
                        monitor.gauges,
                        monitor.annotations,
                        monitor.lag,
                        monitor.cost,
                        monitor.prometheusHistograms,
                        service.alerts().all()));
        assertThat(all.getClassCounts().keys())
                .as("a Class object leads to everything that the JVM has loaded")
                .doesNotContain(Class.class);
        return all.totalSize();
    }

    /** Returns the maximum size of the batches of two HTTP verticles while the monitor does not read them. */
    private static long inFlight(Endpoint endpoint, SqlShape shape, int queries) {
        Vertx vertx = Vertx.vertx();
        QueryTiming[] ran = new QueryTiming[queries];
        Arrays.fill(ran, TestQueries.ran(shape, 100_000));
        GraphLayout both = GraphLayout.parseInstance(InFlightRecorder.requests(vertx, endpoint, ran))
                .add(GraphLayout.parseInstance(InFlightRecorder.requests(vertx, endpoint, ran)));
        vertx.close();
        return both.totalSize();
    }

    @Test
    void ten_million_events_of_a_hundred_thousand_names_retain_at_most_a_megabyte() {
        Endpoint[] endpoints = new Endpoint[100_000];
        SqlShape[] statements = new SqlShape[100_000];
        for (int i = 0; i < endpoints.length; i++) {
            endpoints[i] = endpoint(i);
            statements[i] = statement(i);
        }
        for (int i = 0; i < 10_000_000; i += 2) {
            int name = random.nextInt(4) > 0 ? random.nextInt(150) : random.nextInt(100_000);
            event(endpoints[name], statements[name], random.nextInt(200) == 0 ? 500 : 200);
            if (i % 2_000 == 0) {
                clock.passSeconds(20); // 10,000,000 events in 28 hours
                service.tick();
            }
        }
        assertThat(monitor.events).isEqualTo(10_000_000);
        assertThat(monitor.site.requests).isEqualTo(5_000_000);
        assertThat(sumOfRows()).isEqualTo(5_000_000);
        assertThat(retained() + inFlight(endpoints[0], statements[0], 2))
                .as("with all that two front doors hold while the monitor does not come to read it")
                .isLessThanOrEqualTo(MOST);
        assertThat(inFlight(endpoints[0], statements[0], RequestTiming.MAX_QUERIES))
                .as("pages with very many statements fill no more")
                .isLessThan(inFlight(endpoints[0], statements[0], 2));
        assertThat((double) service.retainedBytes()).isCloseTo((double) retained(), within(0.25 * retained()));
    }

    private long sumOfRows() {
        long sum = monitor.endpoints.other().count;
        for (KeyStats<Endpoint> keyStats : monitor.endpoints.named()) {
            sum += keyStats.count;
        }
        return sum;
    }

    @Test
    void business_events_and_gauges_without_end_are_bounded() {
        for (int i = 0; i < 100_000; i++) {
            monitor.accept(new CustomEvent(OperationType.RENDER, "event_" + i, 1, 2, 0, Map.of("size", i), true));
            monitor.accept(new Gauge("gauge_" + i, i));
            monitor.accept(new Gauge("loop_lag_us:loop-" + i, 5));
        }
        assertThat(retained()).isLessThanOrEqualTo(MOST);
        assertThat(monitor.business.other().count)
                .isEqualTo(100_000 - monitor.business.named().size());
    }

    @Test
    void no_frame_is_larger_than_two_kilobytes() {
        for (int second = 0; second < 300; second++) {
            service.setViewers("door", 1);
            for (int i = 0; i < 100; i++) {
                event(endpoint(random.nextInt(60)), statement(random.nextInt(120)), random.nextInt(5) == 0 ? 500 : 200);
            }
            clock.passSeconds(1);
            service.tick();
            var frame = service.frame();
            assertThat(frame).isNotNull();
            assertThat(frame.length()).isLessThanOrEqualTo(2_048);
            JsonObject data =
                    new JsonObject(frame.toString().substring(frame.toString().indexOf("data: ") + 6));
            assertThat(data.getJsonArray("recent")).isNotEmpty();
            assertThat(data.getJsonArray("endpoints")).isNotEmpty();
            assertThat(data.getJsonArray("queries")).isNotEmpty();
        }
        assertThat(service.alerts().firing()).isNotEmpty();
    }
}
