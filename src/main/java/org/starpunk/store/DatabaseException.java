package org.starpunk.store;

/**
 * The database is unusable: damaged, newer than this version of the program, or impossible to open. Contains a remedy.
 */
public final class DatabaseException extends RuntimeException {

    private final String cure;
    private final boolean passing;

    private DatabaseException(String message, String cure, Throwable cause, boolean passing) {
        super(message, cause);
        this.cure = cure;
        this.passing = passing;
    }

    DatabaseException(String message, String cure, Throwable cause) {
        this(message, cure, cause, false);
    }

    /** Creates an exception for a temporary cause, such as a database server that is not running yet. */
    static DatabaseException passing(String message, String cure, Throwable cause) {
        return new DatabaseException(message, cure, cause, true);
    }

    DatabaseException(String message, String cure) {
        super(message);
        this.cure = cure;
        this.passing = false;
    }

    /** Returns whether the cause is temporary, so that a later start may succeed without a change. */
    public boolean passing() {
        return passing;
    }

    /** Returns the remedy for the operator: one sentence. */
    public String cure() {
        return cure;
    }
}
