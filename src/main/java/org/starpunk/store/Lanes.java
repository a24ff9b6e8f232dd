package org.starpunk.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.shareddata.Shareable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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
 * <p>Each Vert.x connection holds its Agroal connection for good, so Agroal sees no change: the pool's figures are counted
 * here, where the waiting happens.
 */
final class Lanes implements Shareable {

    /** A call that has waited this long for a connection is answered 503. */
    static final long MAX_WAIT_NANOS = 5_000_000_000L;

    /** Longest wait for a connection and for a lock together; the rest of {@link #MAX_WAIT_NANOS} is for the answer. */
    static final long WAIT_BUDGET_NANOS = 4_500_000_000L;

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
    private final Map<Share, ArrayDeque<Turn>> waiting = new EnumMap<>(Share.class);
    private final IdentityHashMap<Lane, Turn> running = new IdentityHashMap<>();
    private final List<Lane> all;
    private final PoolMeter meter;
    private @Nullable Promise<Void> drained;

    /** Problem with the database's files, for a person; empty when there is none. Written by the writer's thread. */
    private volatile String fileProblem = "";

    /** Made on the event loop that it is used on. */
    Lanes(Vertx vertx, Recorder recorder, boolean logQueries, WorkerExecutor workers, List<Lane> lanes) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.recorder = recorder;
        this.logQueries = logQueries;
        this.workers = workers;
        this.idle = new ArrayDeque<>(lanes);
        this.size = lanes.size();
        for (Share share : Share.values()) {
            waiting.put(share, new ArrayDeque<>());
        }
        this.all = List.copyOf(lanes);
        this.meter = new PoolMeter(size, System.nanoTime());
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
    <T> Future<T> plain(QueryLog log, Plain.Work<T> work) {
        Promise<T> promise = Promise.promise();
        read(Share.AUTHOR, log, work, (result, failure, timings) -> back(promise, result, failure));
        return promise.future();
    }

    @SuppressWarnings("NullAway") // a result is null only where T says so
    private <T> void back(Promise<T> promise, @Nullable T result, @Nullable Throwable failure) {
        context.runOnContext(unused ->
                promise.handle(failure == null ? Future.succeededFuture(result) : Future.failedFuture(failure)));
    }

    /**
     * Runs plain statements on a worker thread.
     *
     * @param share whose part of the connections it takes
     * @param done is told what came of it, on that thread; or on another one, when it is refused
     */
    <T> void read(Share share, QueryLog log, Plain.Work<T> work, Turn.Read.Done<T> done) {
        take(new Turn.Read<>(share, log, work, done));
    }

    /** Runs statements of the monitor itself, only if a connection is idle: they are neither timed nor part of the pool's figures. */
    <T> Optional<Future<T>> ifIdle(Plain.Work<T> work) {
        synchronized (guard) {
            if (idle.isEmpty()) {
                return Optional.empty();
            }
        }
        Promise<T> promise = Promise.promise();
        Turn.Read<T> read = new Turn.Read<>(
                Share.AUTHOR,
                new QueryLog(Recorder.none(), false, 0),
                work,
                (result, failure, timings) -> back(promise, result, failure));
        read.internal = true;
        take(read);
        return Optional.of(promise.future());
    }

    private void take(Turn turn) {
        Lane lane;
        synchronized (guard) {
            lane = hasRoom(turn.share) ? idle.poll() : null;
            if (lane == null) {
                queue(turn.share).add(turn);
                meter.waiting(turn.since, waitingNow());
                return;
            }
            starts(lane, turn, turn.since);
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

    /** The caller holds the guard. */
    private void starts(Lane lane, Turn turn, long now) {
        running.put(lane, turn);
        if (!turn.internal) {
            meter.acquired(now, now - turn.since);
        }
    }

    /** Gives a lane back, or to whoever comes next; null when nobody does. */
    private @Nullable Turn next(Lane lane, long held) {
        Promise<Void> last = null;
        Turn next;
        long now = System.nanoTime();
        synchronized (guard) {
            Turn ended = running.remove(lane);
            if (ended != null && !ended.internal) {
                meter.released(now, held);
            }
            next = nextWaiting();
            if (next != null) {
                meter.waiting(now, waitingNow());
                starts(lane, next, now);
            } else {
                idle.push(lane);
                last = idle.size() == size ? drained : null;
            }
        }
        if (last != null) {
            boolean unused = last.tryComplete();
        }
        return next;
    }

    /** Returns the next turn that may have a connection, the author's before all others; null for none. */
    private @Nullable Turn nextWaiting() {
        for (Share share : Share.values()) {
            Turn next = hasRoom(share) ? queue(share).poll() : null;
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** Returns whether one more turn of a share may run. */
    private boolean hasRoom(Share share) {
        int taken = 0;
        for (Turn turn : running.values()) {
            taken += turn.share.compareTo(share) >= 0 ? 1 : 0;
        }
        return taken < share.most(size);
    }

    private ArrayDeque<Turn> queue(Share share) {
        return Objects.requireNonNull(waiting.get(share));
    }

    private int waitingNow() {
        int all = 0;
        for (ArrayDeque<Turn> queue : waiting.values()) {
            all += queue.size();
        }
        return all;
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

    /**
     * Ends late turns: fails those that have waited too long for a connection, and interrupts long reads where the database
     * supports that.
     */
    void giveUpLate(long now) {
        List<Turn> late = new ArrayList<>();
        List<Turn.Read<?>> stuck = new ArrayList<>();
        synchronized (guard) {
            for (ArrayDeque<Turn> queue : waiting.values()) {
                while (!queue.isEmpty() && now - queue.peek().since >= MAX_WAIT_NANOS) {
                    late.add(queue.remove());
                    meter.refused();
                }
            }
            meter.waiting(now, waitingNow());
            running.forEach((lane, turn) -> {
                if (turn instanceof Turn.Read<?> read && now - read.since >= PATIENCE_NANOS) {
                    stuck.add(read);
                }
                // Under the guard, so that the lane still runs this turn.
                if (turn instanceof Turn.Read<?> read && read.runs(now) >= read.share.maxNanos()) {
                    lane.connection().interrupt();
                }
            });
        }
        late.forEach(turn -> turn.refuse(new UnavailableException("all database connections are in use")));
        stuck.forEach(read -> read.refuse(new UnavailableException("the database has not answered for too long")));
    }

    void fileProblem(String found) {
        fileProblem = found;
    }

    String fileProblem() {
        return fileProblem;
    }

    PoolMeter meter() {
        return meter;
    }

    PoolState state() {
        synchronized (guard) {
            return new PoolState(size, size - idle.size(), waitingNow());
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

    /**
     * Reports how the pool is used now, and how it was used since the last report or in the last minute. The monitor's own reads do
     * not count.
     */
    void report() {
        long now = System.nanoTime();
        long reopened = 0;
        for (Lane lane : all) {
            reopened += lane.connection().reopened();
        }
        recorder.gauge("pool_created", size + reopened);
        recorder.gauge("pool_destroyed", reopened);
        recorder.gauge("pool_size", size);
        synchronized (guard) {
            recorder.gauge("pool_in_use", meter.inUse());
            recorder.gauge("pool_in_use_peak", meter.takePeak());
            recorder.gauge("pool_waiting", waitingNow());
            recorder.gauge("pool_waiting_peak", meter.takePeakWaiting(waitingNow()));
            recorder.gauge("pool_utilisation_permille", meter.utilisationPermille(now));
            recorder.gauge("pool_exhausted_permille", meter.exhaustedPermille(now));
            recorder.gauge("pool_wait_p99_us", meter.waitP99Micros(now));
            recorder.gauge("pool_refused", meter.refusedCount());
            long[] held = meter.takeHeldMicros();
            if (held != null) {
                recorder.gauge("pool_held_us", held[0]);
                recorder.gauge("pool_held_max_us", held[1]);
            }
        }
    }
}
