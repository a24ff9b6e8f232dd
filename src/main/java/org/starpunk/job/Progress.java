package org.starpunk.job;

import java.util.concurrent.CancellationException;

/** Told by long work how far it is. May be called very often, from any thread; whoever listens takes what it needs. */
@FunctionalInterface
public interface Progress {

    /**
     * So much is done.
     *
     * @param done how much, in a unit that the work chooses, from 0 to {@code total}
     * @param total how much there is; 0 when that is not known
     * @throws CancellationException when the work is to stop: it then leaves nothing half done
     */
    void at(long done, long total);

    /** Nobody listens. */
    static Progress unseen() {
        return (done, total) -> {};
    }
}
