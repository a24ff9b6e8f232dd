package org.starpunk.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * State of the site's backups.
 *
 * @param automatic whether the server makes a daily backup
 * @param since time at which this server started to check backups
 * @param last time of the last backup, automatic or manual; null if never
 * @param file path of the last backup; null if never
 * @param ahead time of a backup that a wrong clock dated in the future, which does not count; null if there is none
 * @param failure reason why the last attempt failed, as a sentence; null if it succeeded
 */
public record BackupStatus(
        boolean automatic,
        Instant since,
        @Nullable Instant last,
        @Nullable String file,
        @Nullable Instant ahead,
        @Nullable String failure) {

    private static final Duration TOO_OLD = Duration.ofDays(2);

    /**
     * Returns whether the author should be alerted: the last attempt failed, or the server should make backups and made
     * none for two days.
     */
    public boolean hasProblem(Instant now) {
        Instant latest = last == null || last.isAfter(now) ? since : last;
        return failure != null || (automatic && Duration.between(latest, now).compareTo(TOO_OLD) > 0);
    }
}
