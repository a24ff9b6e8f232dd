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
final class ReadConnectionPool implements Shareable {

    /** A call that has waited this long for a connection is answered 503. */
    static final long MAX_WAIT_NANOS = 5_000_000_000L;

    /** Longest wait for a connection and for a lock together; the rest of {@link #MAX_WAIT_NANOS} is for the answer. */
    static final long WAIT_BUDGET_NANOS = 4_500_000_000L;

    /** Who asked is answered after this long, whatever a statement is doing. */
    private static final long READ_TIMEOUT_NANOS = 20_000_000_000L;

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

    private final ArrayDeque<StoreConnection> idle;
    private final Map<ReadConnectionShare, ArrayDeque<PoolTask>> waiting = new EnumMap<>(ReadConnectionShare.class);
    private final IdentityHashMap<StoreConnection, PoolTask> running = new IdentityHashMap<>();
    private final List<StoreConnection> all;
    private final PoolMeter meter;
    private @Nullable Promise<Void> drained;

    /** Problem with the database's files, for a person; empty when there is none. Written by the writer's thread. */
    private volatile String fileProblem = "";

    /** Made on the event loop that it is used on. */
    ReadConnectionPool(
            Vertx vertx, Recorder recorder, boolean logQueries, WorkerExecutor workers, List<StoreConnection> lanes) {
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.recorder = recorder;
        this.logQueries = logQueries;
        this.workers = workers;
        this.idle = new ArrayDeque<>(lanes);
        this.size = lanes.size();
        for (ReadConnectionShare share : ReadConnectionShare.values()) {
            waiting.put(share, new ArrayDeque<>());
        }
        this.all = List.copyOf(lanes);
        this.meter = new PoolMeter(size, System.nanoTime());
        vertx.setPeriodic(500, unused -> rejectOverdue(System.nanoTime()));
    }

    /** Runs work on a lane of its own, with a log that knows how long it waited for it. */
    <T> Future<T> withConnection(StatementTimings log, Function<StoreConnection, Future<T>> work) {
        PoolTask.QueryTask<T> query = new PoolTask.QueryTask<>(log, work);
        assign(query);
        return query.promise.future();
    }

    /** What one call runs is written into. */
    StatementTimings log(long requestId) {
        return new StatementTimings(recorder, logQueries, requestId);
    }

    /** Runs plain statements on a worker thread; completes on the store's event loop. */
    <T> Future<T> plain(StatementTimings log, JdbcSession.SqlWork<T> work) {
        Promise<T> promise = Promise.promise();
        read(
                ReadConnectionShare.AUTHOR,
                log,
                work,
                (result, failure, timings) -> completePromise(promise, result, failure));
        return promise.future();
    }

    @SuppressWarnings("NullAway") // a result is null only where T says so
    private <T> void completePromise(Promise<T> promise, @Nullable T result, @Nullable Throwable failure) {
        context.runOnContext(unused ->
                promise.handle(failure == null ? Future.succeededFuture(result) : Future.failedFuture(failure)));
    }

    /**
     * Runs plain statements on a worker thread.
     *
     * @param share whose part of the connections it takes
     * @param done is told what came of it, on that thread; or on another one, when it is refused
     */
    <T> void read(
            ReadConnectionShare share,
            StatementTimings log,
            JdbcSession.SqlWork<T> work,
            PoolTask.ReadTask.ReadCallback<T> done) {
        assign(new PoolTask.ReadTask<>(share, log, work, done));
    }

    /** Runs statements of the monitor itself, only if a connection is idle: they are neither timed nor part of the pool's figures. */
    <T> Optional<Future<T>> ifIdle(JdbcSession.SqlWork<T> work) {
        synchronized (guard) {
            if (idle.isEmpty()) {
                return Optional.empty();
            }
        }
        Promise<T> promise = Promise.promise();
        PoolTask.ReadTask<T> read = new PoolTask.ReadTask<>(
                ReadConnectionShare.AUTHOR,
                new StatementTimings(Recorder.none(), false, 0),
                work,
                (result, failure, timings) -> completePromise(promise, result, failure));
        read.internal = true;
        assign(read);
        return Optional.of(promise.future());
    }

    private void assign(PoolTask task) {
        StoreConnection connection;
        synchronized (guard) {
            connection = hasRoom(task.share) ? idle.poll() : null;
            if (connection == null) {
                queue(task.share).add(task);
                meter.waiting(task.since, waitingNow());
                return;
            }
            recordStart(connection, task, task.since);
        }
        run(connection, task);
    }

    /** On an event loop. */
    private void run(StoreConnection connection, PoolTask task) {
        if (task instanceof PoolTask.QueryTask<?> query) {
            query(connection, query);
        } else if (task instanceof PoolTask.ReadTask<?> read) {
            try {
                Future<Void> unused = workers.executeBlocking(() -> read(connection, read), false);
            } catch (RuntimeException closed) { // the program ends
                PoolTask unusedTurn = nextTask(connection, 0);
                read.reject(closed);
            }
        }
    }

    private <T> void query(StoreConnection connection, PoolTask.QueryTask<T> query) {
        query.started();
        query.run(connection).onComplete(done -> {
            PoolTask next = nextTask(connection, query.heldNanos());
            if (next != null) {
                run(connection, next);
            }
            query.promise.handle(done);
        });
    }

    /** On a worker thread, as long as there are reads to do; but Vert.x is not to take it for one that hangs. */
    private @Nullable Void read(StoreConnection connection, PoolTask.ReadTask<?> first) {
        long until = System.nanoTime() + TURN_NANOS;
        PoolTask task = first;
        while (task instanceof PoolTask.ReadTask<?> read && System.nanoTime() < until) {
            read.started();
            long held = read.run(connection);
            task = nextTask(connection, held);
        }
        if (task != null) {
            PoolTask later = task;
            context.runOnContext(unused -> run(connection, later));
        }
        return null;
    }

    /** The caller holds the guard. */
    private void recordStart(StoreConnection connection, PoolTask task, long now) {
        running.put(connection, task);
        if (!task.internal) {
            meter.acquired(now, now - task.since);
        }
    }

    /** Gives a lane back, or to whoever comes next; null when nobody does. */
    private @Nullable PoolTask nextTask(StoreConnection connection, long held) {
        Promise<Void> last = null;
        PoolTask next;
        long now = System.nanoTime();
        synchronized (guard) {
            PoolTask ended = running.remove(connection);
            if (ended != null && !ended.internal) {
                meter.released(now, held);
            }
            next = nextWaiting();
            if (next != null) {
                meter.waiting(now, waitingNow());
                recordStart(connection, next, now);
            } else {
                idle.push(connection);
                last = idle.size() == size ? drained : null;
            }
        }
        if (last != null) {
            boolean unused = last.tryComplete();
        }
        return next;
    }

    /** Returns the next turn that may have a connection, the author's before all others; null for none. */
    private @Nullable PoolTask nextWaiting() {
        for (ReadConnectionShare share : ReadConnectionShare.values()) {
            PoolTask next = hasRoom(share) ? queue(share).poll() : null;
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** Returns whether one more turn of a share may run. */
    private boolean hasRoom(ReadConnectionShare share) {
        int taken = 0;
        for (PoolTask task : running.values()) {
            taken += task.share.compareTo(share) >= 0 ? 1 : 0;
        }
        return taken < share.maxConnections(size);
    }

    private ArrayDeque<PoolTask> queue(ReadConnectionShare share) {
        return Objects.requireNonNull(waiting.get(share));
    }

    private int waitingNow() {
        int all = 0;
        for (ArrayDeque<PoolTask> queue : waiting.values()) {
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
        vertx.setTimer(DRAIN_MILLIS, unused -> promise.tryComplete());
        return promise.future();
    }

    /**
     * Ends late turns: fails those that have waited too long for a connection, and interrupts long reads where the database
     * supports that.
     */
    void rejectOverdue(long now) {
        List<PoolTask> late = new ArrayList<>();
        List<PoolTask.ReadTask<?>> stuck = new ArrayList<>();
        synchronized (guard) {
            for (ArrayDeque<PoolTask> queue : waiting.values()) {
                while (!queue.isEmpty() && now - queue.peek().since >= MAX_WAIT_NANOS) {
                    late.add(queue.remove());
                    meter.refused();
                }
            }
            meter.waiting(now, waitingNow());
            running.forEach((connection, task) -> {
                if (task instanceof PoolTask.ReadTask<?> read && now - read.since >= READ_TIMEOUT_NANOS) {
                    stuck.add(read);
                }
                // Under the guard, so that the lane still runs this turn.
                if (task instanceof PoolTask.ReadTask<?> read && read.runs(now) >= read.share.maxNanos()) {
                    connection.connection().interrupt();
                }
            });
        }
        late.forEach(task -> task.reject(new UnavailableException("all database connections are in use")));
        stuck.forEach(read -> read.reject(new UnavailableException("the database has not answered for too long")));
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

    PoolStats state() {
        synchronized (guard) {
            return new PoolStats(size, size - idle.size(), waitingNow());
        }
    }

    /** What was run for no request is to be recorded: whoever asked has no recorder. On any thread. */
    void recordTimings(List<QueryTiming> timings) {
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
    void reportStats() {
        long now = System.nanoTime();
        long reopened = 0;
        for (StoreConnection connection : all) {
            reopened += connection.connection().reopened();
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
