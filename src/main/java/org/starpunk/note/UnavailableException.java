package org.starpunk.note;

/** The site's data cannot be reached just now: the database is busy, full or gone. Nothing was changed; trying again may help. */
public final class UnavailableException extends RuntimeException {

    public UnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public UnavailableException(String message) {
        super(message);
    }
}
