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
import org.starpunk.note.Revision;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestWrites;

/**
 * The one writer. SQLite has one writer at a time in any case: a single connection never meets a lock of its own process. Writes
 * that wait while a transaction runs share the next one ({@link GroupCommit}), and all are answered after its commit. The worker
 * thread that has written goes on with the next, as long as there are any.
 */
final class Writer {

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);
    private static final int MAX_GROUP = 256;
    private static final int MAX_WAITING = 10_000;
    private static final int FEW = 2;
    private static final long TURN_NANOS = 1_000_000_000L;

    private final Context context;
    private final Lane lane;
    private final WorkerExecutor workers;
    private final Revision revision;
    private final Recorder recorder;
    private final Queue<Ran> ran = new ConcurrentLinkedQueue<>();

    /** Guards the two that follow: writes come on the event loop, and are taken by the thread that writes. */
    private final Object guard = new Object();

    private final ArrayDeque<Write<?>> waiting = new ArrayDeque<>();

    /** Whether a worker thread is at it. It alone uses the lane and what is below. */
    private boolean busy;

    private long writesOfOthers = -1;

    /** Whether a check for writes of other processes is due after the current transaction. */
    private volatile boolean lookDue;

    private final Consumer<String> fileProblems;

    /** Problem with the database's files, for a person; empty when there is none. */
    private volatile String fileProblem = "";

    private boolean fileProblemRecorded;

    private record Ran(long nanos, int writes) {}

    /**
     * @param context the store's
     * @param fileProblems receives a problem with the database's files, and an empty text when it is over
     */
    Writer(
            Context context,
            Lane lane,
            WorkerExecutor workers,
            Revision revision,
            Recorder recorder,
            Consumer<String> fileProblems) {
        this.fileProblems = fileProblems;
        this.context = context;
        this.lane = lane;
        this.workers = workers;
        this.revision = revision;
        this.recorder = recorder;
    }

    /**
     * Writes in a transaction, durable when the future completes.
     *
     * @param outcomes counts the outcome for the request that the write belongs to
     * @param content whether pages can show what is changed: pages kept from before are then old
     */
    <T> Future<T> write(QueryLog log, RequestWrites outcomes, boolean content, Plain.Work<T> work) {
        Write<T> write = new Write<>(log, outcomes, content, work);
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
        begin(this::writeAll);
        return write.promise.future();
    }

    /**
     * When another process has written, a command for instance, pages and sessions cached before are old. A busy writer looks after
     * its current transaction.
     */
    void lookForOthers() {
        synchronized (guard) {
            if (busy) {
                lookDue = true;
                return;
            }
            busy = true;
        }
        begin(() -> {
            look();
            writeAll();
        });
    }

    private void begin(Runnable work) {
        try {
            Future<Void> unused = workers.executeBlocking(
                    () -> {
                        work.run();
                        return null;
                    },
                    false);
        } catch (RuntimeException closed) { // the program ends
            for (List<Write<?>> group = next(); !group.isEmpty(); group = next()) {
                answer(group, new UnavailableException("the server is stopping", closed));
            }
        }
    }

    private void look() {
        lookDue = false;
        Plain sql = untimed();
        try {
            checkFiles(false);
            long writes = lane.connection().dialect().writesOfOthers(sql);
            boolean written = writesOfOthers >= 0 && writes != writesOfOthers;
            writesOfOthers = writes;
            if (written) {
                revision.advanceElsewhere();
            }
        } catch (SQLException | RuntimeException e) {
            LOG.debug("whether others have written is not known", e);
        }
    }

    private Plain untimed() {
        return new Plain(lane.connection(), new QueryLog(Recorder.none(), false, 0));
    }

    /** Compares the files with the open ones, and reports a change once. On the writer's thread. */
    private void checkFiles(boolean afterCommit) throws SQLException {
        String found = lane.connection().dialect().fileProblem(untimed(), afterCommit);
        if (found.equals(fileProblem)) {
            return;
        }
        if (found.isEmpty()) {
            LOG.info("the files of the database are back in place: changes are saved again");
        } else {
            LOG.error(
                    "{}: nothing is saved from now on. Fix: move the original back to its place; where that cannot be"
                            + " done, restart StarPunk, after restoring a backup if the file is gone"
                            + " (docs/how-to/troubleshoot.md describes how to rescue the open files)",
                    found);
        }
        fileProblem = found;
        fileProblems.accept(found);
    }

    /** Writes a group, unless its changes would be lost. */
    private void commit(List<Write<?>> group) throws SQLException {
        if (!fileProblem.isEmpty()) {
            checkFiles(false);
            if (!fileProblem.isEmpty()) {
                throw new UnavailableException(fileProblem);
            }
        }
        new GroupCommit(lane).commit(group);
        try {
            checkFiles(true);
        } catch (SQLException | RuntimeException e) {
            LOG.debug("the files could not be compared", e); // the transaction is saved; the next check compares them
        }
        if (!fileProblem.isEmpty()) {
            // The transaction is in a file that the next start does not find, unless the file is moved back.
            throw UnavailableException.outcomeUnknown(fileProblem, new IllegalStateException("found after COMMIT"));
        }
    }

    /** On a worker thread, as long as there is something to write; anew from time to time, as Vert.x warns of what never ends. */
    private void writeAll() {
        long begun = System.nanoTime();
        for (List<Write<?>> group = next(); !group.isEmpty(); group = next()) {
            write(group);
            if (lookDue) {
                look();
            }
            if (System.nanoTime() - begun > TURN_NANOS) {
                begin(this::writeAll);
                return;
            }
        }
    }

    private void write(List<Write<?>> group) {
        long start = recorder.now();
        Throwable failure = null;
        try {
            commit(group);
        } catch (Throwable e) {
            failure = e;
        }
        if (start != 0) {
            ran.add(new Ran(recorder.now() - start, group.size()));
        }
        try {
            finish(group, failure);
        } catch (Throwable e) { // an escaped error would leave the writer busy forever
            LOG.error("cached pages could not be invalidated after a change", e);
            answer(group, failure); // the outcome is the transaction's, also if a later step failed
        }
    }

    /** Those that share the next transaction; none when nothing waits, and then nobody is busy any more. */
    private List<Write<?>> next() {
        List<Write<?>> group = new ArrayList<>();
        List<Write<?>> late = new ArrayList<>();
        long now = System.nanoTime();
        synchronized (guard) {
            while (group.size() < MAX_GROUP && !waiting.isEmpty()) {
                Write<?> write = waiting.remove();
                List<Write<?>> its = now - write.since < Lanes.MAX_WAIT_NANOS ? group : late;
                its.add(write);
            }
            busy = !group.isEmpty();
        }
        // They were never begun: whoever asked is told, and can ask again.
        answer(late, new UnavailableException("the database has been busy for too long"));
        return group;
    }

    /** A few are answered by the thread that has written; of many, the event loop takes care, while the next are written. */
    private void finish(List<Write<?>> group, @Nullable Throwable failure) {
        if ((failure == null || Write.isUnknown(failure)) && Write.anyPublished(group)) {
            Future<Void> told = revision.advanceEverywhere();
            if (group.size() > FEW || !told.isComplete()) {
                context.runOnContext(back -> told.onComplete(done -> answer(group, failure)));
                return;
            }
        }
        answer(group, failure);
    }

    /** Tells the monitor of the transactions since the last time. On the store's event loop, as the recorder is its. */
    void record() {
        boolean problem = !fileProblem.isEmpty();
        if (problem != fileProblemRecorded) {
            fileProblemRecorded = problem;
            recorder.gauge("database_files_lost", problem ? 1 : 0);
        }
        for (Ran one = ran.poll(); one != null; one = ran.poll()) {
            boolean unused = recorder.record(
                    OperationType.DATABASE, "transaction", one.nanos, Map.of("writes", one.writes), false);
        }
    }

    private static void answer(List<Write<?>> group, @Nullable Throwable failure) {
        group.forEach(write -> answer(write, failure));
    }

    /** What a listener throws is its own fault, and must not keep the rest of the group from being answered. */
    private static void answer(Write<?> write, @Nullable Throwable failure) {
        try {
            write.answer(failure);
        } catch (Throwable e) {
            LOG.error("an answer of the writer was not taken", e);
        }
    }
}
