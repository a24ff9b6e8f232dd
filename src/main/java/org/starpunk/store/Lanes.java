package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.Recorder;

/**
 * The readers' lanes: who waits for one, who holds one. Used on the store verticle's event loop only.
 *
 * <p>The pools below never hand a connection back (FACTS: each Vert.x connection keeps its Agroal connection), so the numbers of
 * the pool are counted here, where the waiting happens.
 */
final class Lanes {

    /** A call that has waited this long for a connection is answered 503. */
    static final long MAX_WAIT_NANOS = 5_000_000_000L;

    private static final long DRAIN_MILLIS = 2_000;

    private final Vertx vertx;
    private final Recorder recorder;
    private final WorkerExecutor workers;
    private final ArrayDeque<Lane> idle;
    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final int size;
    private int peak;
    private int peakWaiting;
    private long uses;
    private long heldNanos;
    private long longestNanos;
    private @Nullable Promise<Void> drained;

    Lanes(Vertx vertx, Recorder recorder, WorkerExecutor workers, List<Lane> lanes) {
        this.vertx = vertx;
        this.recorder = recorder;
        this.workers = workers;
        this.idle = new ArrayDeque<>(lanes);
        this.size = lanes.size();
        vertx.setPeriodic(500, timer -> giveUpLate());
    }

    private record Waiting(long since, Promise<Lane> lane) {}

    /** Runs work on a lane of its own, with a log that knows how long it waited for it. */
    <T> Future<T> with(QueryLog log, Function<Lane, Future<T>> work) {
        long since = System.nanoTime();
        return acquire(since).compose(lane -> {
            long acquired = System.nanoTime();
            log.waited(log.start() == 0 ? 0 : acquired - since);
            return attempt(lane, work).onComplete(done -> {
                held(System.nanoTime() - acquired);
                release(lane);
            });
        });
    }

    /** Runs plain statements on a worker thread. */
    <T> Future<T> plain(QueryLog log, Plain.Work<T> work) {
        return with(log, lane -> workers.executeBlocking(() -> lane.read(work, log), false));
    }

    /** Runs plain statements only if a lane is idle, without timing them. */
    <T> Optional<Future<T>> ifIdle(Plain.Work<T> work) {
        if (idle.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(plain(new QueryLog(Recorder.none(), false, 0), work));
    }

    private static <T> Future<T> attempt(Lane lane, Function<Lane, Future<T>> work) {
        try {
            return work.apply(lane);
        } catch (RuntimeException e) {
            return Future.failedFuture(e);
        }
    }

    private void held(long nanos) {
        uses++;
        heldNanos += nanos;
        longestNanos = Math.max(longestNanos, nanos);
    }

    private Future<Lane> acquire(long since) {
        Lane lane = idle.poll();
        if (lane != null) {
            peak = Math.max(peak, size - idle.size());
            return Future.succeededFuture(lane);
        }
        Promise<Lane> promise = Promise.promise();
        waiting.add(new Waiting(since, promise));
        peakWaiting = Math.max(peakWaiting, waiting.size());
        return promise.future();
    }

    private void release(Lane lane) {
        Waiting next = waiting.poll();
        if (next == null) {
            idle.push(lane);
            if (drained != null && idle.size() == size) {
                boolean unused = drained.tryComplete();
            }
        } else {
            next.lane().complete(lane);
        }
    }

    /** Completes when no lane is in use, or after a while: then whoever uses one is not told how it ended. */
    Future<Void> drained() {
        if (idle.size() == size) {
            return Future.succeededFuture();
        }
        Promise<Void> promise = Promise.promise();
        drained = promise;
        vertx.setTimer(DRAIN_MILLIS, timer -> promise.tryComplete());
        return promise.future();
    }

    private void giveUpLate() {
        long now = System.nanoTime();
        for (Iterator<Waiting> late = waiting.iterator(); late.hasNext(); ) {
            Waiting next = late.next();
            if (now - next.since() < MAX_WAIT_NANOS) {
                return;
            }
            late.remove();
            next.lane().fail(new UnavailableException("all database connections are in use"));
        }
    }

    PoolState state() {
        return new PoolState(size, size - idle.size(), waiting.size());
    }

    /** Reports the most lanes in use, the longest queue, and how long lanes were held, since the last report. */
    void report() {
        recorder.gauge("pool_size", size);
        recorder.gauge("pool_in_use", peak);
        recorder.gauge("pool_waiting", peakWaiting);
        peak = size - idle.size();
        peakWaiting = waiting.size();
        if (uses > 0) {
            recorder.gauge("pool_held_us", heldNanos / uses / 1_000);
            recorder.gauge("pool_held_max_us", longestNanos / 1_000);
        }
        uses = 0;
        heldNanos = 0;
        longestNanos = 0;
    }
}
