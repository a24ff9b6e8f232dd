package org.starpunk.store;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.WorkerExecutor;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.SiteRevision;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestWrites;

/**
 * Queue of all writes, which run on one connection. SQLite has one writer at a time, so a single connection never waits
 * for a lock of its own process. Writes that are queued while a transaction runs share the next transaction ({@link
 * GroupCommit}), and complete after its commit. The worker thread continues while writes are queued.
 */
final class WriteQueue {

    private static final Logger LOG = LoggerFactory.getLogger(WriteQueue.class);
    private static final int MAX_GROUP = 256;
    private static final int MAX_WAITING = 10_000;
    private static final int SMALL_GROUP = 2;
    private static final long TURN_NANOS = 1_000_000_000L;

    private final Context context;
    private final StoreConnection connection;
    private final WorkerExecutor workers;
    private final SiteRevision revision;
    private final Recorder recorder;
    private final Queue<GroupTiming> ran = new ConcurrentLinkedQueue<>();

    /** Guards the two following fields: writes are added on event loops, and removed by the writing thread. */
    private final Object guard = new Object();

    private final ArrayDeque<WriteTask<?>> waiting = new ArrayDeque<>();

    /** Whether a worker thread is active. Only this thread uses the connection and the fields below. */
    private boolean busy;

    private long writesOfOthers = -1;

    /** Whether a check for writes of other processes is due after the current transaction. */
    private volatile boolean lookDue;

    private final Consumer<String> fileProblems;

    /** Fault in the files of the database, as text for the operator; empty if there is none. */
    private volatile String fileProblem = "";

    private boolean fileProblemRecorded;

    private record GroupTiming(long nanos, int writes) {}

    /**
     * @param context context of the store
     * @param fileProblems receives a fault in the files of the database, and an empty text after its end
     */
    WriteQueue(
            Context context,
            StoreConnection connection,
            WorkerExecutor workers,
            SiteRevision revision,
            Recorder recorder,
            Consumer<String> fileProblems) {
        this.fileProblems = fileProblems;
        this.context = context;
        this.connection = connection;
        this.workers = workers;
        this.revision = revision;
        this.recorder = recorder;
    }

    /**
     * Runs a write in a transaction. It is durable when the future completes.
     *
     * @param outcomes counts the outcome for the request of the write
     * @param content whether the change affects pages; then all cached pages are invalidated
     */
    <T> Future<T> write(StatementTimings log, RequestWrites outcomes, boolean content, JdbcSession.SqlWork<T> work) {
        WriteTask<T> write = new WriteTask<>(log, outcomes, content, work);
        synchronized (guard) {
            if (waiting.size() >= MAX_WAITING) {
                return Future.failedFuture(new UnavailableException("too many writes are waiting"));
            }
            outcomes.begin();
            waiting.add(write);
            if (busy) {
                return write.promise.future();
            }
            busy = true;
        }
        start(this::writeAll);
        return write.promise.future();
    }

    /**
     * Checks whether another process, such as a command, has written, and invalidates cached pages and sessions. If the
     * writing thread is active, it checks after its current transaction.
     */
    void checkForExternalChanges() {
        synchronized (guard) {
            if (busy) {
                lookDue = true;
                return;
            }
            busy = true;
        }
        start(() -> {
            checkNow();
            writeAll();
        });
    }

    private void start(Runnable work) {
        try {
            Future<Void> unused = workers.executeBlocking(
                    () -> {
                        work.run();
                        return null;
                    },
                    false);
        } catch (RuntimeException closed) { // the store is closed
            for (List<WriteTask<?>> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
                answer(group, new UnavailableException("the server is stopping", closed));
            }
        }
    }

    private void checkNow() {
        lookDue = false;
        JdbcSession sql = untimed();
        try {
            checkFiles(false);
            long writes = connection.connection().dialect().writesOfOthers(sql);
            boolean written = writesOfOthers >= 0 && writes != writesOfOthers;
            writesOfOthers = writes;
            if (written) {
                revision.advanceElsewhere();
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("the check for writes of other processes failed", e);
        }
    }

    private JdbcSession untimed() {
        return new JdbcSession(connection.connection(), new StatementTimings(Recorder.none(), false, 0));
    }

    /** Compares the files with the open ones and reports a change once. Runs on the writing thread. */
    private void checkFiles(boolean afterCommit) throws SQLException {
        String found = connection.connection().dialect().fileProblem(untimed(), afterCommit);
        if (found.equals(fileProblem)) {
            return;
        }
        if (found.isEmpty()) {
            LOG.info("the files of the database are in their place again: changes are saved");
        } else {
            LOG.error(
                    "{}: changes are not saved. Fix: move the original file back to its place; if that is not"
                            + " possible, restart StarPunk, and before that restore a backup if the file is lost"
                            + " (docs/how-to/troubleshoot.md describes how to rescue the open files)",
                    found);
        }
        fileProblem = found;
        fileProblems.accept(found);
    }

    /** Writes a group, unless its changes would be lost. */
    private void commit(List<WriteTask<?>> group) throws SQLException {
        if (!fileProblem.isEmpty()) {
            checkFiles(false);
            if (!fileProblem.isEmpty()) {
                throw new UnavailableException(fileProblem);
            }
        }
        new GroupCommit(connection).commit(group);
        try {
            checkFiles(true);
        } catch (SQLException | RuntimeException e) {
            LOG.debug("the files of the database could not be compared", e); // saved; the next check compares them
        }
        if (!fileProblem.isEmpty()) {
            // The transaction is in a file that the next start does not find, unless the file is moved back.
            throw UnavailableException.outcomeUnknown(fileProblem, new IllegalStateException("found after COMMIT"));
        }
    }

    /**
     * Writes the queued groups on a worker thread. Starts a new task after a second, because Vert.x reports longer ones
     * as blocked.
     */
    private void writeAll() {
        long begun = System.nanoTime();
        for (List<WriteTask<?>> group = nextGroup(); !group.isEmpty(); group = nextGroup()) {
            write(group);
            if (lookDue) {
                checkNow();
            }
            if (System.nanoTime() - begun > TURN_NANOS) {
                start(this::writeAll);
                return;
            }
        }
    }

    private void write(List<WriteTask<?>> group) {
        long start = recorder.now();
        Throwable failure = null;
        try {
            commit(group);
        } catch (Throwable e) {
            failure = e;
        }
        if (start != 0) {
            ran.add(new GroupTiming(recorder.now() - start, group.size()));
        }
        try {
            finish(group, failure);
        } catch (Throwable e) { // an escaped error would leave the queue busy forever
            LOG.error("cached pages could not be invalidated after a change", e);
            answer(group, failure); // the outcome is that of the transaction, also if a later step failed
        }
    }

    /** Returns the writes that share the next transaction. Marks the queue as idle if there are none. */
    private List<WriteTask<?>> nextGroup() {
        List<WriteTask<?>> group = new ArrayList<>();
        List<WriteTask<?>> late = new ArrayList<>();
        long now = System.nanoTime();
        synchronized (guard) {
            while (group.size() < MAX_GROUP && !waiting.isEmpty()) {
                WriteTask<?> write = waiting.remove();
                List<WriteTask<?>> its = now - write.since < ReadConnectionPool.MAX_WAIT_NANOS ? group : late;
                its.add(write);
            }
            busy = !group.isEmpty();
        }
        // They did not run, so that the caller can repeat them.
        answer(late, new UnavailableException("the database has been busy for too long"));
        return group;
    }

    /**
     * Completes the writes of a group. The writing thread completes a few; the event loop completes more of them, while
     * the thread writes the next group.
     */
    private void finish(List<WriteTask<?>> group, @Nullable Throwable failure) {
        if ((failure == null || WriteTask.isUnknown(failure)) && WriteTask.anyPublished(group)) {
            Future<Void> told = revision.advanceEverywhere();
            if (group.size() > SMALL_GROUP || !told.isComplete()) {
                context.runOnContext(unused -> told.onComplete(done -> answer(group, failure)));
                return;
            }
        }
        answer(group, failure);
    }

    /**
     * Records the transactions since the last call. Must be called on the event loop of the store, which owns the
     * recorder.
     */
    void record() {
        boolean problem = !fileProblem.isEmpty();
        if (problem != fileProblemRecorded) {
            fileProblemRecorded = problem;
            recorder.gauge("database_files_lost", problem ? 1 : 0);
        }
        for (GroupTiming one = ran.poll(); one != null; one = ran.poll()) {
            boolean unused = recorder.record(
                    OperationType.DATABASE, "transaction", one.nanos, Map.of("writes", one.writes), false);
        }
    }

    private static void answer(List<WriteTask<?>> group, @Nullable Throwable failure) {
        group.forEach(write -> answer(write, failure));
    }

    /**
     * Completes a write. An exception of its listener is logged, so that the other writes of the group still complete.
     */
    private static void answer(WriteTask<?> write, @Nullable Throwable failure) {
        try {
            write.answer(failure);
        } catch (Throwable e) {
            LOG.error("the listener of a write failed", e);
        }
    }
}
