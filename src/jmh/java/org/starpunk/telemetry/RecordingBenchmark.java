package org.starpunk.telemetry;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
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
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What recording costs the thread that answers a request, next to the two readings of the clock that it cannot do without. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(2)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class RecordingBenchmark {

    private static final Endpoint ENDPOINT = new Endpoint("GET", "/notes/:slug", false);

    private Vertx vertx;
    private BusRecorder recorder;
    private Recorder off;

    @Setup
    public void start() {
        RequestTiming.register();
        vertx = Vertx.vertx();
        recorder = new BusRecorder(vertx, SamplingRates.all(), RecordingBenchmark::take);
        off = Recorder.none();
    }

    /** Stands for a metrics verticle that keeps up: what it does costs its own thread. */
    private static Future<Void> take(EventBatch batch) {
        batch.release();
        return Future.succeededFuture();
    }

    @TearDown
    public void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Benchmark
    public long twoClockReads() {
        long start = System.nanoTime();
        return System.nanoTime() - start;
    }

    @Benchmark
    public long requestId() {
        return RequestId.next();
    }

    @Benchmark
    public void request() {
        RequestTiming request = recorder.requestStarted();
        recorder.requestEnded(request, ENDPOINT, 200, 0, 4096);
    }

    @Benchmark
    public RequestTiming requestWithTheMonitorOff() {
        RequestTiming request = off.requestStarted();
        off.requestEnded(request, ENDPOINT, 200, 0, 4096);
        return request;
    }
}
