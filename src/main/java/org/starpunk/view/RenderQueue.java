package org.starpunk.view;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.ext.web.handler.HttpException;
import java.util.ArrayDeque;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Queue of pages that are being rendered, shared by all event loops. Limits the number of renderings to one for each
 * key and {@link #MAX_RUNNING} in total. A rendering keeps a page of notes and its output in memory, so the limit
 * bounds the memory.
 */
final class RenderQueue {

    /** Maximum number of concurrent renderings. */
    static final int MAX_RUNNING = 4;

    /** Maximum wait of a rendering, in nanoseconds. After it, the request fails with 503. */
    private static final long MAX_WAIT_NANOS = 5_000_000_000L;

    private final ConcurrentHashMap<String, Rendering> renderings = new ConcurrentHashMap<>();
    private final ArrayDeque<Rendering> waiting = new ArrayDeque<>();
    private int running;

    /**
     * Page that is being rendered or waits to be rendered.
     *
     * <p>The revision is that of the site before the page's data is read. Until the start it is higher than any other,
     * because the rendering will read the newest data.
     */
    static final class Rendering {

        private final Context context;
        private final Consumer<Rendering> work;
        private final long since = System.nanoTime();
        private final Promise<PreparedResponse> promise = Promise.promise();
        private volatile long revision = Long.MAX_VALUE;

        /**
         * @param context context on which the page is rendered
         * @param work renders the page, then calls {@link RenderQueue#end}
         */
        Rendering(Context context, Consumer<Rendering> work) {
            this.context = context;
            this.work = work;
        }

        long revision() {
            return revision;
        }

        void started(long atRevision) {
            revision = atRevision;
        }

        Future<PreparedResponse> future() {
            return promise.future();
        }

        private void run() {
            work.accept(this);
        }

        boolean isLate() {
            return System.nanoTime() - since > MAX_WAIT_NANOS;
        }
    }

    /** Returns the existing rendering of a key, or registers the given one. */
    Rendering enqueue(String key, Rendering own) {
        Rendering other = renderings.putIfAbsent(key, own);
        return other == null ? own : other;
    }

    /** Starts a rendering immediately, or after another one has ended. */
    void start(Rendering rendering) {
        synchronized (waiting) {
            if (running >= MAX_RUNNING) {
                waiting.add(rendering);
                return;
            }
            running++;
        }
        rendering.run();
    }

    /** Ends a rendering: its waiters receive the result, and the next rendering starts. */
    void end(String key, Rendering rendering, AsyncResult<PreparedResponse> result) {
        renderings.remove(key, rendering);
        Rendering next;
        synchronized (waiting) {
            next = waiting.poll();
            if (next == null) {
                running--;
            }
        }
        if (next != null) {
            next.context.runOnContext(unused -> next.run());
        }
        rendering.promise.handle(result);
    }

    static HttpException tooMany() {
        return new HttpException(503, "Too many pages are being rendered. Try again in a few seconds.");
    }
}
