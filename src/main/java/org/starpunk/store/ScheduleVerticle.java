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
 * Publishes scheduled notes when their time has come, also those whose time passed while no server ran.
 *
 * <p>It has the next due time in memory and reads it again when the site has changed. A timer compares it with the wall clock at least
 * once a second. Therefore a clock that is set forward or back, and a machine that was suspended, need no further treatment. In a
 * cluster each node does so: the transaction that changes the status of a note decides which of them publishes it.
 */
public final class ScheduleVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(ScheduleVerticle.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final long RETRY_MILLIS = 5_000;
    private static final Duration LATE = Duration.ofMinutes(1);

    /** Number of notes that share a transaction. */
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
     * @param revision moves whenever a note is written, in this process or another
     * @param clock in the site's time zone
     */
    public ScheduleVerticle(
            StoreClient store, SiteRevision revision, Clock clock, Function<Vertx, Recorder> recorders) {
        this.store = store;
        this.revision = revision;
        this.clock = clock;
        this.recorders = recorders;
    }

    /** Publishes what is due before the first request is answered. */
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

    /** Reads the next due time, unless nothing has changed since the last time. */
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
