package org.starpunk.job;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How the site's backups stand.
 *
 * @param automatic whether the server makes one each day
 * @param since when this server began to watch
 * @param last when the last one was made, by whomever; null if never
 * @param file where that one was written; null if never
 * @param failure why the last attempt failed, as a sentence; null when it did not
 */
public record BackupState(
        boolean automatic,
        Instant since,
        @Nullable Instant last,
        @Nullable String file,
        @Nullable String failure) {

    private static final Duration TOO_OLD = Duration.ofDays(2);

    /** Whether the author has to know: an attempt failed, or none was made for two days though the server was to make them. */
    public boolean troubled(Instant now) {
        Instant latest = last == null ? since : last;
        return failure != null || (automatic && Duration.between(latest, now).compareTo(TOO_OLD) > 0);
    }
}
