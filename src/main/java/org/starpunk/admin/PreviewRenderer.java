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
 * Renders previews with a time limit. Some texts are slow to render, and a running renderer cannot be stopped. The
 * process therefore has only two threads for previews, and skips a queued preview whose time limit has expired.
 */
final class PreviewRenderer {

    private static final int THREADS = 2;

    private final WorkerExecutor threads;
    private final Duration timeout;

    /** @param timeout time limit of a preview, including the time in the queue */
    PreviewRenderer(Vertx vertx, Duration timeout) {
        this.threads = vertx.createSharedWorkerExecutor("starpunk-previews", THREADS);
        this.timeout = timeout;
    }

    /** Returns the rendered HTML. Fails with 503 after the time limit. */
    Future<String> render(Callable<String> work) {
        AtomicBoolean givenUp = new AtomicBoolean();
        return threads.executeBlocking(() -> givenUp.get() ? "" : work.call(), false)
                .timeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
                .recover(failure -> {
                    givenUp.set(true);
                    return Future.failedFuture(failure instanceof TimeoutException ? tooSlow() : failure);
                });
    }

    /**
     * Creates the error for the preview only: publishing such a text is permitted, because it renders the text once.
     */
    private static HttpException tooSlow() {
        return new HttpException(503, "The text is too complex for a preview within a few seconds.");
    }
}
