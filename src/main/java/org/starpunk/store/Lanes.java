package org.starpunk.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;

/**
 * The readers' lanes: who waits for one, who holds one. Reads come from whichever event loop wants to know something; a lane is
 * given back on the worker thread that has used it, which goes on with the next read that waits, so that a busy store wakes nobody.
 *
 * <p>The pools below never hand a connection back (FACTS: each Vert.x connection keeps its Agroal connection), so the numbers of
 * the pool are counted here, where the waiting happens.
 */
final class Lanes implements Shareable {

    /** A call that has waited this long for a connection is answered 503. */
    static final long MAX_WAIT_NANOS = 5_000_000_000L;

    /** Who asked is answered after this long, whatever a statement is doing. */
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private static final long TURN_NANOS = 1_000_000_000L;
    private static final long DRAIN_MILLIS = 2_000;

    private final Vertx vertx;
    private final Context context;
    private final Recorder recorder;
    private final boolean logQueries;
    private final WorkerExecutor workers;
    private final int size;

    /** What was run for no request. */
    private final Queue<List<QueryTiming>> ran = new ConcurrentLinkedQueue<>();

    /** Guards all that follows: two kinds of threads take lanes and give them back. It is held for some additions only. */
    private final Object guard = new Object();

    private final ArrayDeque<Lane> idle;
    private final ArrayDeque<Turn> waiting = new ArrayDeque<>();
    private final IdentityHashMap<Lane, Turn> running = new IdentityHashMap<>();
    private int peak;
    private int peakWaiting;
    private long uses;
    private long heldNanos;
    private long longestNanos;
    private @Nullable Promise<Void> drained;

    /** Made on the event loop that it is used on. */
    Lanes(Vertx vertx, Recorder recorder, boolean logQueries, WorkerExecutor workers, List<Lane> lanes) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.recorder = recorder;
        this.logQueries = logQueries;
        this.workers = workers;
        this.idle = new ArrayDeque<>(lanes);
        this.size = lanes.size();
        vertx.setPeriodic(500, timer -> giveUpLate(System.nanoTime()));
    }

    /** Runs work on a lane of its own, with a log that knows how long it waited for it. */
    <T> Future<T> with(QueryLog log, Function<Lane, Future<T>> work) {
        Turn.Query<T> query = new Turn.Query<>(log, work);
        take(query);
        return query.promise.future();
    }

    /** What one call runs is written into. */
    QueryLog log(long requestId) {
        return new QueryLog(recorder, logQueries, requestId);
    }

    /** Runs plain statements on a worker thread; completes on the store's event loop. */
    @SuppressWarnings("NullAway") // a result is null only where T says so
    <T> Future<T> plain(QueryLog log, Plain.Work<T> work) {
        Promise<T> promise = Promise.promise();
        read(
                log,
                work,
                (result, failure, timings) -> context.runOnContext(back -> promise.handle(
                        failure == null ? Future.succeededFuture(result) : Future.failedFuture(failure))));
        return promise.future();
    }

    /**
     * Runs plain statements on a worker thread.
     *
     * @param done is told what came of it, on that thread; or on another one, when it is refused
     */
    <T> void read(QueryLog log, Plain.Work<T> work, Turn.Read.Done<T> done) {
        take(new Turn.Read<>(log, work, done));
    }

    /** Runs plain statements only if a lane is idle, without timing them. */
    <T> Optional<Future<T>> ifIdle(Plain.Work<T> work) {
        synchronized (guard) {
            if (idle.isEmpty()) {
                return Optional.empty();
            }
        }
        return Optional.of(plain(new QueryLog(Recorder.none(), false, 0), work));
    }

    private void take(Turn turn) {
        Lane lane;
        synchronized (guard) {
            lane = idle.poll();
            if (lane == null) {
                waiting.add(turn);
                peakWaiting = Math.max(peakWaiting, waiting.size());
                return;
            }
            peak = Math.max(peak, size - idle.size());
            running.put(lane, turn);
        }
        begin(lane, turn);
    }

    /** On an event loop. */
    private void begin(Lane lane, Turn turn) {
        if (turn instanceof Turn.Query<?> query) {
            query(lane, query);
        } else if (turn instanceof Turn.Read<?> read) {
            try {
                Future<Void> unused = workers.executeBlocking(() -> read(lane, read), false);
            } catch (RuntimeException closed) { // the program ends
                Turn unusedTurn = next(lane, 0);
                read.refuse(closed);
            }
        }
    }

    private <T> void query(Lane lane, Turn.Query<T> query) {
        query.begins();
        query.run(lane).onComplete(done -> {
            Turn next = next(lane, query.heldNanos());
            if (next != null) {
                begin(lane, next);
            }
            query.promise.handle(done);
        });
    }

    /** On a worker thread, as long as there are reads to do; but Vert.x is not to take it for one that hangs. */
    private @Nullable Void read(Lane lane, Turn.Read<?> first) {
        long until = System.nanoTime() + TURN_NANOS;
        Turn turn = first;
        while (turn instanceof Turn.Read<?> read && System.nanoTime() < until) {
            read.begins();
            long held = read.run(lane);
            turn = next(lane, held);
        }
        if (turn != null) {
            Turn later = turn;
            context.runOnContext(back -> begin(lane, later));
        }
        return null;
    }

    /** Gives a lane back, or to whoever comes next; null when nobody does. */
    private @Nullable Turn next(Lane lane, long held) {
        Promise<Void> last = null;
        Turn next;
        synchronized (guard) {
            uses++;
            heldNanos += held;
            longestNanos = Math.max(longestNanos, held);
            next = waiting.poll();
            if (next != null) {
                running.put(lane, next);
            } else {
                running.remove(lane);
                idle.push(lane);
                last = idle.size() == size ? drained : null;
            }
        }
        if (last != null) {
            boolean unused = last.tryComplete();
        }
        return next;
    }

    /** Completes when no lane is in use, or after a while: then whoever uses one is not told how it ended. */
    Future<Void> drained() {
        Promise<Void> promise = Promise.promise();
        synchronized (guard) {
            if (idle.size() == size) {
                return Future.succeededFuture();
            }
            drained = promise;
        }
        vertx.setTimer(DRAIN_MILLIS, timer -> promise.tryComplete());
        return promise.future();
    }

    /** Answers those who have waited too long: for a lane, or for a read that does not end. That goes on, and keeps its lane. */
    void giveUpLate(long now) {
        List<Turn> late = new ArrayList<>();
        List<Turn.Read<?>> stuck = new ArrayList<>();
        synchronized (guard) {
            while (!waiting.isEmpty() && now - waiting.peek().since >= MAX_WAIT_NANOS) {
                late.add(waiting.remove());
            }
            for (Turn turn : running.values()) {
                if (turn instanceof Turn.Read<?> read && now - read.since >= PATIENCE_NANOS) {
                    stuck.add(read);
                }
            }
        }
        late.forEach(turn -> turn.refuse(new UnavailableException("all database connections are in use")));
        stuck.forEach(read -> read.refuse(new UnavailableException("the database has not answered for too long")));
    }

    PoolState state() {
        synchronized (guard) {
            return new PoolState(size, size - idle.size(), waiting.size());
        }
    }

    /** What was run for no request is to be recorded: whoever asked has no recorder. On any thread. */
    void ran(List<QueryTiming> timings) {
        ran.add(timings);
    }

    /** Tells the monitor of that. On the store's event loop, as the recorder is its. */
    void record() {
        for (List<QueryTiming> timings = ran.poll(); timings != null; timings = ran.poll()) {
            timings.forEach(recorder::query);
        }
    }

    /** Reports the most lanes in use, the longest queue, and how long lanes were held, since the last report. */
    void report() {
        synchronized (guard) {
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
}
