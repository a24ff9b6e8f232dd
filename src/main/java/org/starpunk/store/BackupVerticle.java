package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.BackupSettings;
import org.starpunk.job.BackupState;
import org.starpunk.job.Jobs;
import org.starpunk.note.DiskFailure;
import org.starpunk.telemetry.Addresses;
import org.starpunk.telemetry.Recorder;

/**
 * Makes a backup each day while the site runs, and throws old ones away by a rule. A failed one is tried again after an hour, and
 * is told in the log, in the list of jobs and in the site's health until one succeeds.
 */
public final class BackupVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(BackupVerticle.class);
    private static final long FIRST_LOOK_MILLIS = 5_000;
    private static final long LOOK_MILLIS = 60_000;
    private static final Duration EVERY = Duration.ofDays(1);
    private static final Duration AGAIN = Duration.ofHours(1);

    private final Path dataDir;
    private final BackupSettings settings;
    private final Jobs jobs;
    private final Clock clock;
    private final Function<Vertx, Recorder> recorders;
    private final BackupFolder folder;
    private final Instant since;
    private Recorder recorder = Recorder.none();
    private @Nullable WorkerExecutor worker;
    private Future<?> running = Future.succeededFuture();
    private @Nullable Instant failedAt;
    private @Nullable String failure;
    private @Nullable Instant ahead;
    private volatile boolean stopping;

    public BackupVerticle(
            Path dataDir, BackupSettings settings, Jobs jobs, Clock clock, Function<Vertx, Recorder> recorders) {
        this.dataDir = dataDir;
        this.settings = settings;
        this.jobs = jobs;
        this.clock = clock;
        this.recorders = recorders;
        this.folder = new BackupFolder(settings);
        this.since = clock.instant();
    }

    @Override
    public Future<?> start() {
        recorder = recorders.apply(vertx);
        worker = vertx.createSharedWorkerExecutor("starpunk-backup", 1, 12, TimeUnit.HOURS);
        vertx.setPeriodic(FIRST_LOOK_MILLIS, LOOK_MILLIS, timer -> look());
        vertx.eventBus().localConsumer(Addresses.BACK_UP, message -> makeNow());
        return Future.succeededFuture();
    }

    /** One at a time: who asks while one is made gets that one. */
    private void makeNow() {
        WorkerExecutor threads = worker;
        if (threads != null && running.isComplete() && !stopping) {
            running = make(threads);
        }
    }

    private void look() {
        WorkerExecutor threads = worker;
        if (threads == null || !running.isComplete() || stopping) {
            return;
        }
        running = threads.executeBlocking(() -> LastBackup.read(dataDir), false)
                .compose(last -> tellAndJudge(last))
                .compose(due -> due ? make(threads) : Future.succeededFuture())
                .onFailure(broken -> LOG.error("the look for the last backup failed", broken));
    }

    /** Whether one is to be made now. A site that nobody owns has nothing to lose. */
    private Future<Boolean> tellAndJudge(Optional<LastBackup> found) {
        Instant now = clock.instant();
        Instant tried = failedAt;
        Optional<LastBackup> last = found.filter(made -> !isAhead(made.time(), now));
        Instant future = found.isPresent() && last.isEmpty() ? found.get().time() : null;
        if (future != null && !future.equals(ahead)) {
            LOG.warn(
                    "the last backup is dated {}, which is in the future: the clock was wrong, now or then; it does"
                            + " not count",
                    future);
        }
        ahead = future;
        boolean fresh = last.isPresent() && last.get().time().isAfter(now.minus(EVERY));
        if (fresh && tried != null && last.get().time().isAfter(tried)) {
            failure = null; // somebody has made one by hand since
            failedAt = null;
        }
        tell(last);
        if (!settings.enabled()
                || fresh
                || (tried != null && !isAhead(tried, now) && tried.isAfter(now.minus(AGAIN)))) {
            return Future.succeededFuture(false);
        }
        return new StoreClient(vertx)
                .ask(sql -> sql.read(plain -> plain.first("SELECT 1 FROM account", row -> true)))
                .map(Optional::isPresent)
                .otherwise(false);
    }

    private void tell(Optional<LastBackup> last) {
        jobs.backup(new BackupState(
                settings.enabled(),
                since,
                last.map(LastBackup::time).orElse(null),
                last.map(LastBackup::file).orElse(null),
                ahead,
                failure));
    }

    /** Clocks that are set by the network go back by less than this. */
    private static boolean isAhead(Instant time, Instant now) {
        return time.isAfter(now.plus(BackupFolder.TOLERANCE));
    }

    private Future<Void> make(WorkerExecutor threads) {
        long start = recorder.now();
        Jobs.Work work = jobs.begin("backup", "Copying the site to " + settings.folder() + ".");
        return threads.executeBlocking(() -> make(work), false).transform(done -> {
            ended(work, start, done.result(), done.cause());
            return Future.succeededFuture();
        });
    }

    private LastBackup make(Jobs.Work work) throws IOException {
        if (Files.isDirectory(settings.folder())) {
            int unused = folder.tidy(clock.instant());
        }
        LastBackup made = new Backup(dataDir, clock).make(folder.next(clock.instant()), (done, total) -> {
            if (stopping) {
                throw new CancellationException("the server stops");
            }
            work.at(done, total);
        });
        int gone = folder.tidy(clock.instant());
        LOG.info(
                "backup made: {} ({} notes, {} MB); {} old ones deleted",
                made.file(),
                made.notes(),
                Math.round(made.bytes() / 1e5) / 10.0,
                gone);
        return made;
    }

    private void ended(Jobs.Work work, long start, @Nullable LastBackup made, @Nullable Throwable problem) {
        if (made != null) {
            failure = null;
            failedAt = null;
            ahead = null;
            work.done("%s: %,d notes, %.1f MB.".formatted(made.file(), made.notes(), made.bytes() / 1e6));
            recorder.business("backup_made", recorder.now() - start, Map.of("bytes", made.bytes()));
            tell(Optional.of(made));
        } else if (problem instanceof CancellationException) {
            work.cancelled("The server was stopped; the next start makes it.");
        } else {
            failure = problem == null ? "unknown" : reason(problem);
            failedAt = clock.instant();
            work.failed("The backup failed: " + failure + ". It is tried again in an hour.");
            recorder.business("backup_failed", recorder.now() - start, Map.of());
            LOG.error("the backup failed: {}", failure);
            LOG.debug("the backup failed", problem);
            jobs.backup()
                    .ifPresent(before -> jobs.backup(new BackupState(
                            before.automatic(), since, before.last(), before.file(), before.ahead(), failure)));
        }
    }

    private static String reason(Throwable problem) {
        String disk = DiskFailure.reason(problem);
        return disk.isEmpty() ? problem.getMessage() + " (" + Problems.code(problem) + ")" : disk;
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        return running.otherwiseEmpty().eventually(() -> {
            recorder.close();
            return worker == null ? Future.succeededFuture() : worker.close();
        });
    }
}
