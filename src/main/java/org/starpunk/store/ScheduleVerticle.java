package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.Note;
import org.starpunk.note.SiteRevision;
import org.starpunk.telemetry.Recorder;

/**
 * Publishes scheduled notes when they are due, including notes that became due while no server ran.
 *
 * <p>The next due time is cached and read again after each change of the site. A timer compares it with the wall clock
 * at least once a second. This covers a clock that is set forward or back, and a machine that was suspended. In a
 * cluster, each node does so. The transaction that changes the status of a note decides which node publishes it.
 */
public final class ScheduleVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduleVerticle.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 5_000;
    private static final Duration LATE = Duration.ofMinutes(1);

    /** Maximum number of notes per transaction. */
    private static final int STEP = 100;

    private final StoreClient store;
    private final SiteRevision revision;
    private final Clock clock;
    private final Function<Vertx, Recorder> recorders;
    private @Nullable Recorder recorder;
    private Future<?> running = Future.succeededFuture();
    private long seen = -1;
    private long next = Long.MAX_VALUE;
    private long timer;
    private boolean failing;
    private boolean stopping;

    /**
     * @param revision advanced after each write of a note by any process
     * @param clock clock in the site's time zone
     */
    public ScheduleVerticle(
            StoreClient store, SiteRevision revision, Clock clock, Function<Vertx, Recorder> recorders) {
        this.store = store;
        this.revision = revision;
        this.clock = clock;
        this.recorders = recorders;
    }

    /** Publishes due notes before the first request is handled. */
    @Override
    public Future<?> start() {
        Recorder own = recorders.apply(vertx);
        recorder = own;
        running = look(new NoteStore(vertx, store, own, clock));
        return running;
    }

    private Future<Void> look(NoteStore notes) {
        return read(notes)
                .compose(known -> isDue() ? publish(notes) : Future.<Void>succeededFuture())
                .onSuccess(published -> failing = false)
                .recover(this::failed)
                .onComplete(looked -> arm(notes));
    }

    private boolean isDue() {
        return next <= clock.millis();
    }

    private void arm(NoteStore notes) {
        if (!stopping) {
            long wait = failing ? RETRY_MILLIS : Math.max(1, Math.min(LOOK_MILLIS, next - clock.millis()));
            timer = vertx.setTimer(wait, unused -> running = look(notes));
        }
    }

    /** Reads the next due time if the site has changed since the last read. */
    private Future<Void> read(NoteStore notes) {
        long current = revision.current();
        if (current == seen) {
            return Future.succeededFuture();
        }
        return notes.nextDue()
                .onSuccess(due -> {
                    next = due.orElse(Long.MAX_VALUE);
                    seen = current;
                })
                .mapEmpty();
    }

    private Future<Void> publish(NoteStore notes) {
        return notes.publishDue(STEP)
                .onSuccess(published -> {
                    seen = -1;
                    log(published);
                })
                .mapEmpty();
    }

    private void log(List<Note> notes) {
        for (Note note : notes) {
            Duration late = Duration.between(note.published().toInstant(), clock.instant());
            LOG.info(
                    "published {} as scheduled for {}{}",
                    note.path(),
                    note.published(clock.getZone()),
                    late.compareTo(LATE) < 0 ? "" : ", " + late.toMinutes() + " minutes late");
        }
    }

    private Future<Void> failed(Throwable failure) {
        if (!failing && !stopping) {
            LOG.warn("scheduled notes could not be published, next attempt in {} s", RETRY_MILLIS / 1000, failure);
        }
        failing = true;
        return Future.succeededFuture();
    }

    @Override
    public Future<?> stop() {
        stopping = true;
        vertx.cancelTimer(timer);
        return running.eventually(() -> {
            if (recorder != null) {
                recorder.close();
            }
            return Future.succeededFuture();
        });
    }
}
