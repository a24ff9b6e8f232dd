package org.starpunk.media;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.shareddata.Shareable;
import java.time.Duration;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.UnavailableException;

/**
 * Queue for one of the two picture threads of the process. One thread decodes ordinary pictures, the other slow ones,
 * so that slow pictures do not block ordinary ones. Cheap work overtakes expensive work that arrived a little earlier.
 * The number of threads bounds the memory: decoding a picture takes up to 30 MB of the heap. Thread-safe.
 */
final class PictureQueue {

    private static final String MAP = "starpunk-media";
    private static final int MAX_WAITING = 200;

    /** Maximum wait. After it, the response could not be sent within the time limit of a request. */
    private static final Duration MAX_WAIT = Duration.ofSeconds(25);

    /** Cost that delays a picture in the queue by one millisecond. */
    private static final long WORK_PER_MILLI = 1000;

    /** Executor of the verticle that created it. Its single thread ends with the last executor of the same name. */
    private final WorkerExecutor executor;

    private final PendingTasks waiting;

    private PictureQueue(Vertx vertx, String name) {
        this.executor = vertx.createSharedWorkerExecutor(name, 1, 60, TimeUnit.SECONDS);
        this.waiting = vertx.sharedData()
                .<String, PendingTasks>getLocalMap(MAP)
                .computeIfAbsent(name, unused -> new PendingTasks());
    }

    private record PictureTask(long rank, Runnable work) {}

    /** Tasks of all verticles. */
    private static final class PendingTasks implements Shareable {

        private final PriorityQueue<PictureTask> tasks =
                new PriorityQueue<>(Comparator.comparingLong(PictureTask::rank));

        synchronized boolean add(PictureTask task) {
            return tasks.size() < MAX_WAITING && tasks.add(task);
        }

        synchronized @Nullable PictureTask poll() {
            return tasks.poll();
        }
    }

    /** Returns the queue for ordinary pictures, and for the inspection of every upload. */
    static PictureQueue ordinary(Vertx vertx) {
        return new PictureQueue(vertx, "starpunk-media");
    }

    /** Returns the queue for pictures that are slow to decode. */
    static PictureQueue large(Vertx vertx) {
        return new PictureQueue(vertx, "starpunk-media-large");
    }

    /**
     * Runs work on the thread of this queue. Fails with {@link UnavailableException} if the queue is full or the work
     * has waited too long.
     *
     * @param cost cost in pixels of a plain JPEG
     */
    <T> Future<T> run(Vertx vertx, long cost, Callable<T> work) {
        Context context = vertx.getOrCreateContext();
        Promise<T> done = Promise.promise();
        long arrived = System.nanoTime();
        long rank = TimeUnit.NANOSECONDS.toMillis(arrived) + cost / WORK_PER_MILLI;
        if (!waiting.add(new PictureTask(rank, () -> complete(context, done, arrived, work)))) {
            return Future.failedFuture(busy());
        }
        executor.executeBlocking(this::runFirst, false)
                .onFailure(error -> context.runOnContext(unused -> done.tryFail(error)));
        return done.future();
    }

    private boolean runFirst() {
        PictureTask first = waiting.poll();
        if (first != null) {
            first.work().run();
        }
        return first != null;
    }

    private static <T> void complete(Context context, Promise<T> done, long arrived, Callable<T> work) {
        Future<T> result;
        if (System.nanoTime() - arrived > MAX_WAIT.toNanos()) {
            result = Future.failedFuture(busy());
        } else {
            result = result(work);
        }
        context.runOnContext(unused -> result.onComplete(done));
    }

    /** Runs work. An error of a decoder fails this work only. */
    private static <T> Future<T> result(Callable<T> work) {
        try {
            return Future.succeededFuture(work.call());
        } catch (Exception | LinkageError | VirtualMachineError e) {
            return Future.failedFuture(e);
        }
    }

    private static UnavailableException busy() {
        return new UnavailableException("too many pictures are waiting to be decoded");
    }
}
