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
 * Pool of the read connections. Reads come from any event loop and run on worker threads. The worker that finishes a
 * read takes the next queued read itself, which saves a thread wake-up under load. Thread-safe.
 *
 * <p>The pool counts its statistics itself: each Vert.x connection holds its Agroal connection permanently, so the
 * statistics of Agroal do not change.
 */
final class ReadConnectionPool implements Shareable {

    /** Timeout for a connection, nanoseconds. The caller then responds with 503. */
    static final long MAX_WAIT_NANOS = 5_000_000_000L;

    /**
     * Timeout for a connection and for a lock together, nanoseconds. The rest of {@link #MAX_WAIT_NANOS} is for the
     * response.
     */
    static final long WAIT_BUDGET_NANOS = 4_500_000_000L;

    /** Read timeout, nanoseconds: the caller gets 503, but the statement keeps running and holds its connection. */
    private static final long READ_TIMEOUT_NANOS = 20_000_000_000L;

    private static final long TURN_NANOS = 1_000_000_000L;
    private static final long DRAIN_MILLIS = 2_000;

    private final Vertx vertx;
    private final Context context;
    private final Recorder recorder;
    private final boolean logQueries;
    private final WorkerExecutor workers;
    private final int size;

    /** Timings of statements that belong to no request. */
    private final Queue<List<QueryTiming>> ran = new ConcurrentLinkedQueue<>();

    /**
     * Guards the following fields, because event loops and worker threads acquire and release connections. It is held
     * only briefly.
     */
    private final Object guard = new Object();

    private final ArrayDeque<StoreConnection> idle;
    private final Map<ReadConnectionShare, ArrayDeque<PoolTask>> waiting = new EnumMap<>(ReadConnectionShare.class);
    private final IdentityHashMap<StoreConnection, PoolTask> running = new IdentityHashMap<>();
    private final List<StoreConnection> all;
    private final PoolMeter meter;
    private @Nullable Promise<Void> drained;

    /**
     * Fault in the files of the database, as text for the operator; empty if there is none. Written by the thread of
     * the write queue.
     */
    private volatile String fileProblem = "";

    /** Must be called on the event loop of the store. */
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

    /** Runs work on a connection. The log receives the waiting time. */
    <T> Future<T> withConnection(StatementTimings log, Function<StoreConnection, Future<T>> work) {
        PoolTask.QueryTask<T> query = new PoolTask.QueryTask<>(log, work);
        assign(query);
        return query.promise.future();
    }

    /** Creates the log of the statements of one call. */
    StatementTimings log(long requestId) {
        return new StatementTimings(recorder, logQueries, requestId);
    }

    /** Runs a read on a worker thread. The future completes on the event loop of the store. */
    <T> Future<T> plain(StatementTimings log, JdbcSession.SqlWork<T> work) {
        Promise<T> promise = Promise.promise();
        read(
                ReadConnectionShare.AUTHOR,
                log,
                work,
                (result, failure, timings) -> completePromise(promise, result, failure));
        return promise.future();
    }

    @SuppressWarnings("NullAway") // the result is null only if T is nullable
    private <T> void completePromise(Promise<T> promise, @Nullable T result, @Nullable Throwable failure) {
        context.runOnContext(unused ->
                promise.handle(failure == null ? Future.succeededFuture(result) : Future.failedFuture(failure)));
    }

    /**
     * Runs a read on a worker thread.
     *
     * @param share share of the connections that the read may use
     * @param done receives the outcome on the worker thread, or on another thread if the read is rejected
     */
    <T> void read(
            ReadConnectionShare share,
            StatementTimings log,
            JdbcSession.SqlWork<T> work,
            PoolTask.ReadTask.ReadCallback<T> done) {
        assign(new PoolTask.ReadTask<>(share, log, work, done));
    }

    /**
     * Runs a read of the monitor, only if a connection is idle. It is not timed and not part of the pool's statistics.
     */
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

    /** Starts a task. Must be called on an event loop. */
    private void run(StoreConnection connection, PoolTask task) {
        if (task instanceof PoolTask.QueryTask<?> query) {
            query(connection, query);
        } else if (task instanceof PoolTask.ReadTask<?> read) {
            try {
                Future<Void> unused = workers.executeBlocking(() -> read(connection, read), false);
            } catch (RuntimeException closed) { // the store is closed
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

    /**
     * Runs reads on a worker thread while some are queued, for at most a second: Vert.x reports a longer one as
     * blocked.
     */
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

    /** Records the start of a task. The caller must hold the guard. */
    private void recordStart(StoreConnection connection, PoolTask task, long now) {
        running.put(connection, task);
        if (!task.internal) {
            meter.acquired(now, now - task.since);
        }
    }

    /**
     * Assigns a connection to the next task, or makes it idle if there is none. Returns the next task; null if there is
     * none.
     */
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

    /** Returns the next task that may use a connection, with the author's first; null if there is none. */
    private @Nullable PoolTask nextWaiting() {
        for (ReadConnectionShare share : ReadConnectionShare.values()) {
            PoolTask next = hasRoom(share) ? queue(share).poll() : null;
            if (next != null) {
                return next;
            }
        }
        return null;
    }

    /** Returns whether one more task of a share may run. */
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

    /**
     * Completes when no connection is in use, or after 2 s. After this time the callers of
     * running tasks get no result.
     */
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
     * Ends overdue tasks: rejects those that waited too long for a connection, and interrupts long reads if the
     * database supports that.
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
                // Within the guard, so that the connection still runs this task.
                if (task instanceof PoolTask.ReadTask<?> read && read.runs(now) >= read.share.maxNanos()) {
                    connection.connection().interrupt();
                }
            });
        }
        late.forEach(task -> task.reject(new UnavailableException("all database connections are in use")));
        stuck.forEach(read -> read.reject(new UnavailableException("the database did not respond in time")));
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

    /** Queues timings of statements that belong to no request, because their caller has no recorder. Thread-safe. */
    void recordTimings(List<QueryTiming> timings) {
        ran.add(timings);
    }

    /** Records the queued timings. Must be called on the event loop of the store, which owns the recorder. */
    void record() {
        for (List<QueryTiming> timings = ran.poll(); timings != null; timings = ran.poll()) {
            timings.forEach(recorder::query);
        }
    }

    /**
     * Reports the current state of the pool, and its usage since the last report or in the last minute. Reads of the
     * monitor are excluded.
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
