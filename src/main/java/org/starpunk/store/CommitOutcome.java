package org.starpunk.store;

/** Outcome of a transaction whose COMMIT returned an error. */
enum CommitOutcome {
    /** The transaction is committed: its changes are durable. */
    SAVED,
    /** The transaction is rolled back. Crash recovery cannot restore it. */
    NOT_SAVED,
    /** The outcome cannot be read from the database. */
    UNKNOWN
}
