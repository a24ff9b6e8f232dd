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
import org.starpunk.job.BackupStatus;
import org.starpunk.job.JobRegistry;
import org.starpunk.note.DiskErrorMeaning;
import org.starpunk.telemetry.EventBusAddresses;
import org.starpunk.telemetry.Recorder;

/**
 * Creates a backup each day while the site runs, and deletes expired ones. A failed backup is repeated after an hour.
 * Until a backup succeeds, the failure is in the log, in the list of jobs and in the health of the site.
 */
public final class BackupVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(BackupVerticle.class);
    private static final long FIRST_LOOK_MILLIS = 5_000;
    private static final long CHECK_INTERVAL_MILLIS = 60_000;
    private static final Duration INTERVAL = Duration.ofDays(1);
    private static final Duration RETRY_INTERVAL = Duration.ofHours(1);

    private final Path dataDir;
    private final BackupSettings settings;
    private final JobRegistry jobs;
    private final Clock clock;
    private final Function<Vertx, Recorder> recorders;
    private final BackupDirectory folder;
    private final Instant since;
    private Recorder recorder = Recorder.none();
    private @Nullable WorkerExecutor worker;
    private Future<?> running = Future.succeededFuture();
    private @Nullable Instant failedAt;
    private @Nullable String failure;
    private @Nullable Instant ahead;
    private volatile boolean stopping;

    public BackupVerticle(
            Path dataDir, BackupSettings settings, JobRegistry jobs, Clock clock, Function<Vertx, Recorder> recorders) {
        this.dataDir = dataDir;
        this.settings = settings;
        this.jobs = jobs;
        this.clock = clock;
        this.recorders = recorders;
        this.folder = new BackupDirectory(settings);
        this.since = clock.instant();
    }

    @Override
    public Future<?> start() {
        recorder = recorders.apply(vertx);
        worker = vertx.createSharedWorkerExecutor("starpunk-backup", 1, 12, TimeUnit.HOURS);
        vertx.setPeriodic(FIRST_LOOK_MILLIS, CHECK_INTERVAL_MILLIS, timer -> check());
        vertx.eventBus().localConsumer(EventBusAddresses.BACK_UP, message -> makeNow());
        return Future.succeededFuture();
    }

    /** Starts a backup unless one is running. */
    private void makeNow() {
        WorkerExecutor threads = worker;
        if (threads != null && running.isComplete() && !stopping) {
            running = make(threads);
        }
    }

    private void check() {
        WorkerExecutor threads = worker;
        if (threads == null || !running.isComplete() || stopping) {
            return;
        }
        running = threads.executeBlocking(() -> LastBackupFile.read(dataDir), false)
                .compose(last -> reportAndCheckAge(last))
                .compose(due -> due ? make(threads) : Future.succeededFuture())
                .onFailure(broken -> LOG.error("the check for the last backup failed", broken));
    }

    /** Reports the last backup and returns whether a new one is due. A site without an account has no data to lose. */
    private Future<Boolean> reportAndCheckAge(Optional<LastBackupFile> found) {
        Instant now = clock.instant();
        Instant tried = failedAt;
        Optional<LastBackupFile> last = found.filter(made -> !isAhead(made.time(), now));
        Instant future = found.isPresent() && last.isEmpty() ? found.get().time() : null;
        if (future != null && !future.equals(ahead)) {
            LOG.warn(
                    "the last backup is dated {}, which is in the future, so the clock is or was wrong; the backup is"
                            + " ignored",
                    future);
        }
        ahead = future;
        boolean fresh = last.isPresent() && last.get().time().isAfter(now.minus(INTERVAL));
        if (fresh && tried != null && last.get().time().isAfter(tried)) {
            failure = null; // a backup was created manually since then
            failedAt = null;
        }
        reportStatus(last);
        if (!settings.enabled()
                || fresh
                || (tried != null && !isAhead(tried, now) && tried.isAfter(now.minus(RETRY_INTERVAL)))) {
            return Future.succeededFuture(false);
        }
        return new StoreClient(vertx)
                .call(sql -> sql.read(jdbc -> jdbc.first("SELECT 1 FROM account", unused -> true)))
                .map(Optional::isPresent)
                .otherwise(false);
    }

    private void reportStatus(Optional<LastBackupFile> last) {
        jobs.backup(new BackupStatus(
                settings.enabled(),
                since,
                last.map(LastBackupFile::time).orElse(null),
                last.map(LastBackupFile::file).orElse(null),
                ahead,
                failure));
    }

    /** Returns whether a time is in the future by more than a network time correction. */
    private static boolean isAhead(Instant time, Instant now) {
        return time.isAfter(now.plus(BackupDirectory.TOLERANCE));
    }

    private Future<Void> make(WorkerExecutor threads) {
        long start = recorder.now();
        JobRegistry.RunningJob work = jobs.begin("backup", "Copying the site to " + settings.folder() + ".");
        return threads.executeBlocking(() -> make(work), false).transform(done -> {
            finish(work, start, done.result(), done.cause());
            return Future.succeededFuture();
        });
    }

    private LastBackupFile make(JobRegistry.RunningJob work) throws IOException {
        if (Files.isDirectory(settings.folder())) {
            int unused = folder.tidy(clock.instant());
        }
        LastBackupFile made = new Backup(dataDir, clock).make(folder.nextFile(clock.instant()), (done, total) -> {
            if (stopping) {
                throw new CancellationException("the server is stopping");
            }
            work.report(done, total);
        });
        int gone = folder.tidy(clock.instant());
        LOG.info(
                "backup created: {} ({} notes, {} MB); deleted {} expired backups",
                made.file(),
                made.notes(),
                Math.round(made.bytes() / 1e5) / 10.0,
                gone);
        return made;
    }

    private void finish(
            JobRegistry.RunningJob work, long start, @Nullable LastBackupFile made, @Nullable Throwable problem) {
        if (made != null) {
            failure = null;
            failedAt = null;
            ahead = null;
            work.done("%s: %,d notes, %.1f MB.".formatted(made.file(), made.notes(), made.bytes() / 1e6));
            recorder.business("backup_made", recorder.now() - start, Map.of("bytes", made.bytes()));
            reportStatus(Optional.of(made));
        } else if (problem instanceof CancellationException) {
            work.cancelled("The server was stopped. It creates the backup after its next start.");
        } else {
            failure = problem == null ? "unknown" : reason(problem);
            failedAt = clock.instant();
            work.failed("The backup failed: " + failure + ". The next attempt is in an hour.");
            recorder.business("backup_failed", recorder.now() - start, Map.of());
            LOG.error("the backup failed: {}", failure);
            LOG.debug("the backup failed", problem);
            jobs.backup()
                    .ifPresent(before -> jobs.backup(new BackupStatus(
                            before.automatic(), since, before.last(), before.file(), before.ahead(), failure)));
        }
    }

    private static String reason(Throwable problem) {
        String disk = DiskErrorMeaning.reason(problem);
        return disk.isEmpty() ? problem.getMessage() + " (" + SqlErrors.code(problem) + ")" : disk;
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
