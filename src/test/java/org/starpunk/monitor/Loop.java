package org.starpunk.monitor;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.Sampling;

/** A verticle with a recorder of its own, as the server's have. */
public final class Loop extends VerticleBase {

    private final Sampling sampling;
    private final CompletableFuture<Recorder> recorder = new CompletableFuture<>();

    private Loop(Sampling sampling) {
        this.sampling = sampling;
    }

    public static Loop start(Vertx vertx, Sampling sampling) {
        Loop loop = new Loop(sampling);
        vertx.deployVerticle(loop)
                .toCompletionStage()
                .toCompletableFuture()
                .orTimeout(120, TimeUnit.SECONDS)
                .join();
        return loop;
    }

    @Override
    public Future<?> start() {
        recorder.complete(Recorder.toBus(vertx, sampling));
        return Future.succeededFuture();
    }

    /** Does something on the event loop, and waits until it was done. */
    public void run(Consumer<Recorder> work) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        Context own = context;
        own.runOnContext(unused -> {
            work.accept(recorder.join());
            done.complete(null);
        });
        done.orTimeout(120, TimeUnit.SECONDS).join();
    }

    /** Does something many times in one turn of the event loop: at most 500 times are sure to find room in the batches. */
    public void times(int number, Consumer<Recorder> work) {
        run(recorder -> repeat(number, recorder, work));
    }

    private static void repeat(int number, Recorder recorder, Consumer<Recorder> work) {
        for (int i = 0; i < number; i++) {
            work.accept(recorder);
        }
    }
}
