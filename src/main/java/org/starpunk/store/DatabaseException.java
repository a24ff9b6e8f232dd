package org.starpunk.store;

/** The database cannot be used at all: damaged, newer than this program, or not to be opened. Says what to do. */
public final class DatabaseException extends RuntimeException {

    private final String cure;

    DatabaseException(String message, String cure, Throwable cause) {
        super(message, cause);
        this.cure = cure;
    }

    DatabaseException(String message, String cure) {
        super(message);
        this.cure = cure;
    }

    /** What the operator can do, as a sentence. */
    public String cure() {
        return cure;
    }
}
