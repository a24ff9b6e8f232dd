package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.handler.HttpException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Renders what is shown at each key, for no longer than some seconds. Some texts are made to be slow, and a renderer cannot be
 * stopped: so there are two threads for it in the whole process and no more, and what was given up before its turn is left out.
 */
final class PreviewRenderer {

    private static final int THREADS = 2;

    private final WorkerExecutor threads;
    private final Duration timeout;

    /** @param timeout how long one may take, its waiting included */
    PreviewRenderer(Vertx vertx, Duration timeout) {
        this.threads = vertx.createSharedWorkerExecutor("starpunk-previews", THREADS);
        this.timeout = timeout;
    }

    /** The HTML; fails with 503 when it takes too long. */
    Future<String> render(Callable<String> work) {
        AtomicBoolean givenUp = new AtomicBoolean();
        return threads.executeBlocking(() -> givenUp.get() ? "" : work.call(), false)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> {
                    givenUp.set(true);
                    return Future.failedFuture(failure instanceof TimeoutException ? tooSlow() : failure);
                });
    }

    /** Such a text may be published all the same, as that is made only once. */
    private static HttpException tooSlow() {
        return new HttpException(503, "The text is too tangled to be shown in a few seconds.");
    }
}
