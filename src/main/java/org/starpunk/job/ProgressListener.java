package org.starpunk.job;

import java.util.concurrent.CancellationException;

/** Listener for the progress of a job. May be called very often and from any thread. */
@FunctionalInterface
public interface ProgressListener {

    /**
     * Reports progress.
     *
     * @param done amount completed, in a unit that the job chooses, from 0 to {@code total}
     * @param total total amount, in the same unit; 0 if unknown
     * @throws CancellationException if the job should stop; it must then leave nothing half done
     */
    void report(long done, long total);

    /** Returns a listener that ignores progress. */
    static ProgressListener none() {
        return (done, total) -> {};
    }
}
