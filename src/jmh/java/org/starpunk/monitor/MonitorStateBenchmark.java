package org.starpunk.monitor;

import io.vertx.core.buffer.Buffer;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.starpunk.config.Settings;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SqlShape;
import org.starpunk.telemetry.TestRequests;

/** What the metrics verticle does with an event, and what a frame costs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class MonitorStateBenchmark {

    private static final int DURATIONS = 1 << 12;

    private final long[] durations = new long[DURATIONS];
    private final DurationHistogram histogram = new DurationHistogram();
    private final EventRingBuffer ring = new EventRingBuffer(1_000);
    private final Endpoint[] endpoints = new Endpoint[30];
    private final RequestTiming[] requests = new RequestTiming[30];
    private final QueryTiming[] queries = new QueryTiming[30];
    private final MonitorState monitor = new MonitorState(TimeSource.SYSTEM, 1_000, 10 << 20, false);
    private final MonitorService service = new MonitorService(
            monitor, SamplingRates.all(), Settings.of(Map.of()).metrics().alerts(), unused -> {}, null);
    private int next;

    @Setup
    public void fill() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < DURATIONS; i++) {
            durations[i] = (long) (1_000 * Math.exp(random.nextDouble() * 9));
        }
        for (int i = 0; i < endpoints.length; i++) {
            endpoints[i] = new Endpoint("GET", "/route/" + i, false);
            requests[i] = TestRequests.ended(endpoints[i], 200, durations[i]);
            queries[i] = new QueryTiming(
                    SqlShape.of("SELECT * FROM t" + i + " WHERE id = ?"),
                    0,
                    0,
                    100,
                    durations[i],
                    1,
                    1,
                    null,
                    false,
                    7,
                    true);
            monitor.accept(requests[i]);
            monitor.accept(queries[i]);
        }
        service.setViewers("door", 1);
    }

    private int turn() {
        next = next == 29 ? 0 : next + 1;
        return next;
    }

    @Benchmark
    public void histogramAdd() {
        next = (next + 1) & (DURATIONS - 1);
        histogram.add(durations[next]);
    }

    @Benchmark
    public void ringAdd() {
        int i = turn();
        ring.add(requests[i], endpoints[i], i, false);
    }

    @Benchmark
    public void countRequest() {
        monitor.accept(requests[turn()]);
    }

    @Benchmark
    public void countQuery() {
        monitor.accept(queries[turn()]);
    }

    @Benchmark
    public Buffer frame() {
        for (int i = 0; i < 30; i++) {
            monitor.accept(requests[i]);
            monitor.accept(queries[i]);
        }
        return service.frame();
    }

    @Benchmark
    public int snapshot() {
        return new SnapshotJson(monitor, service, SamplingRates.all())
                .toJson(TimeWindow.QUARTER, 50)
                .toBuffer()
                .length();
    }
}
