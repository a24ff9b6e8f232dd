package org.starpunk.store;

/** The outcome of a transaction whose COMMIT reported an error. */
enum CommitOutcome {
    /** The transaction is committed: its changes are durable. */
    SAVED,
    /** The transaction is rolled back, and cannot come back by the recovery after a crash. */
    NOT_SAVED,
    /** The database does not say, or cannot be asked. */
    UNKNOWN
}
