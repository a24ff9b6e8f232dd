package org.starpunk.telemetry;

import org.jspecify.annotations.Nullable;

/**
 * State of the site outside the recorded events.
 *
 * @param diskBytes size of the file system with the site's data, bytes; 0 if unknown
 * @param diskFreeBytes free space of that file system, bytes
 * @param backupProblem problem with the backups, as a sentence without a full stop; null if there is none
 */
public record SiteCondition(
        long diskBytes, long diskFreeBytes, @Nullable String backupProblem) {

    public static final SiteCondition UNKNOWN = new SiteCondition(0, 0, null);
}
