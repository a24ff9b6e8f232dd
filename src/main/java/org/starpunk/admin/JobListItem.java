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
 * A piece of long work, as a line of a list.
 *
 * @param badge the class of its state's badge: ok, problem, warning or empty
 * @param percent how much is done; null when that is not known or it has ended
 * @param at when it began, for machines
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

    /** How old the last backup is, as a sentence; null where the server makes none and knows of none. */
    static @Nullable String backup(Optional<BackupStatus> state, Instant now) {
        if (state.isEmpty()) {
            return null;
        }
        BackupStatus backup = state.get();
        String last = backup.last() == null
                ? backup.automatic()
                        ? "No backup was made yet; the first one comes by itself."
                        : "No backup was ever made."
                : "The last backup is from " + RelativeTime.text(backup.last(), now) + '.';
        String ahead = backup.ahead() == null
                ? ""
                : " One is dated " + backup.ahead()
                        + ", which is in the future, and does not count: the clock was wrong.";
        String failure = backup.failure() == null ? "" : " The last attempt failed: " + backup.failure() + '.';
        return last
                + ahead
                + failure
                + (backup.automatic() ? "" : " None is made by itself: STARPUNK_BACKUP_ENABLED is false.");
    }
}
