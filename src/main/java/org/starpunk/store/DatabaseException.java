package org.starpunk.store;

/** The database cannot be used at all: damaged, newer than this program, or not to be opened. Says what to do. */
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

    /** Of a kind that a later start may not meet: a server that is not up yet. */
    static DatabaseException passing(String message, String cure, Throwable cause) {
        return new DatabaseException(message, cure, cause, true);
    }

    DatabaseException(String message, String cure) {
        super(message);
        this.cure = cure;
        this.passing = false;
    }

    /** Whether it is worth while to start again without having done anything. */
    public boolean passing() {
        return passing;
    }

    /** What the operator can do, as a sentence. */
    public String cure() {
        return cure;
    }
}
