package org.starpunk.monitor;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.SamplingRates;

/** A verticle with its own recorder, like those of the server. */
public final class RecordingVerticle extends VerticleBase {

    private final SamplingRates sampling;
    private final CompletableFuture<Recorder> recorder = new CompletableFuture<>();
    private final CompletableFuture<Thread> thread = new CompletableFuture<>();

    private RecordingVerticle(SamplingRates sampling) {
        this.sampling = sampling;
    }

    public static RecordingVerticle start(Vertx vertx, SamplingRates sampling) {
        RecordingVerticle loop = new RecordingVerticle(sampling);
        vertx.deployVerticle(loop)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        return loop;
    }

    @Override
    public Future<?> start() {
        thread.complete(Thread.currentThread());
        recorder.complete(Recorder.toBus(vertx, sampling));
        return Future.succeededFuture();
    }

    /** Returns whether its event loop is a given thread. Several verticles share one. */
    public boolean runsOn(Thread other) {
        return thread.join() == other;
    }

    /** Runs a task on the event loop and waits for its end. */
    public void run(Consumer<Recorder> work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Context own = context;
        own.runOnContext(unused -> {
            work.accept(recorder.join());
            done.complete(null);
        });
        done.orTimeout(120, TimeUnit.SECONDS).join();
    }

    /** Runs a task many times in one event loop task. The batches have room for at least 500 events. */
    public void times(int number, Consumer<Recorder> work) {
        run(recorder -> repeat(number, recorder, work));
    }

    private static void repeat(int number, Recorder recorder, Consumer<Recorder> work) {
        for (int i = 0; i < number; i++) {
            work.accept(recorder);
        }
    }
}
