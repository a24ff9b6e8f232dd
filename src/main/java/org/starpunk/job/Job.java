package org.starpunk.job;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A piece of long work, as it stands at a moment.
 *
 * @param number counts the work of this process from 1 on
 * @param name what is done: {@code backup}
 * @param state whether it runs, or how it ended
 * @param done how much is done, in a unit of its own
 * @param total how much there is; 0 when that is not known
 * @param started when it began
 * @param ended when it ended; null while it runs
 * @param message what it does or has done, or why it failed, as a sentence for its author; may be empty
 */
public record Job(
        long number,
        String name,
        State state,
        long done,
        long total,
        Instant started,
        @Nullable Instant ended,
        String message) {

    public enum State {
        RUNNING,
        DONE,
        FAILED,
        CANCELLED
    }

    /** How much is done, from 0 to 100; -1 when that is not known. */
    public int percent() {
        if (state == State.DONE) {
            return 100;
        }
        return total <= 0 ? -1 : (int) Math.min(100, Math.max(0, done) * 100.0 / total);
    }
}
