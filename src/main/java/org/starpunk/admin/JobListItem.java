package org.starpunk.admin;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.job.BackupStatus;
import org.starpunk.job.JobStatus;

/**
 * A job in a list.
 *
 * @param badge CSS class of the state's badge: {@code ok}, {@code problem}, {@code warning} or empty
 * @param percent progress in percent, 0 to 100; null if it is unknown or the job has ended
 * @param at start time, in ISO 8601
 */
record JobListItem(
        String name,
        String state,
        String badge,
        boolean running,
        @Nullable Integer percent,
        String at,
        String ago,
        String took,
        String message) {

    static JobListItem of(JobStatus job, Instant now) {
        boolean running = job.state() == JobStatus.Phase.RUNNING;
        Instant end = job.ended() == null ? now : job.ended();
        return new JobListItem(
                job.name(),
                job.state().name().toLowerCase(Locale.ROOT),
                switch (job.state()) {
                    case RUNNING -> "";
                    case DONE -> "ok";
                    case FAILED -> "problem";
                    case CANCELLED -> "warning";
                },
                running,
                running && job.percent() >= 0 ? job.percent() : null,
                job.started().truncatedTo(ChronoUnit.SECONDS).toString(),
                RelativeTime.text(job.started(), now),
                took(Duration.between(job.started(), end)),
                job.message());
    }

    private static String took(Duration time) {
        if (time.toMillis() < 1000) {
            return "<1 s";
        }
        return time.toMinutes() < 1
                ? time.toSeconds() + " s"
                : time.toMinutes() + " min " + time.toSecondsPart() + " s";
    }

    /** Returns a sentence about the last backup; null if the server makes no backups and none exists. */
    static @Nullable String backup(Optional<BackupStatus> state, Instant now) {
        if (state.isEmpty()) {
            return null;
        }
        BackupStatus backup = state.get();
        String last = backup.last() == null
                ? backup.automatic()
                        ? "There is no backup yet; the server will make one automatically."
                        : "There is no backup."
                : "The last backup is from " + RelativeTime.text(backup.last(), now) + '.';
        String ahead = backup.ahead() == null
                ? ""
                : " One has the date " + backup.ahead()
                        + ", which is in the future, so it does not count: the clock was wrong.";
        String failure = backup.failure() == null ? "" : " The last attempt failed: " + backup.failure() + '.';
        return last
                + ahead
                + failure
                + (backup.automatic() ? "" : " Automatic backups are off: STARPUNK_BACKUP_ENABLED is false.");
    }
}
