package org.starpunk.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot of a background job.
 *
 * @param number sequence number in this process, from 1
 * @param name name of the job, such as {@code backup}
 * @param state whether it runs, or how it ended
 * @param done amount completed, in a unit that the job chooses
 * @param total total amount, in the same unit; 0 if unknown
 * @param started start time
 * @param ended end time; null while it runs
 * @param message progress, result or reason of the failure, as a sentence for the author; may be empty
 */
public record JobStatus(
        long number,
        String name,
        Phase state,
        long done,
        long total,
        Instant started,
        @Nullable Instant ended,
        String message) {

    public enum Phase {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }

    /** Returns the progress in percent, from 0 to 100; -1 if unknown. */
    public int percent() {
        if (state == Phase.DONE) {
            return 100;
        }
        return total <= 0 ? -1 : (int) Math.min(100, Math.max(0, done) * 100.0 / total);
    }
}
