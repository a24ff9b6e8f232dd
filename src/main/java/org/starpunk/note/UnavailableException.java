package org.starpunk.note;

/** The site's data cannot be reached just now: the database is busy, full or gone. Trying again may help. */
public final class UnavailableException extends RuntimeException {

    private final boolean outcomeUnknown;

    private UnavailableException(String message, Throwable cause, boolean outcomeUnknown) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Nothing was changed. */
    public UnavailableException(String message, Throwable cause) {
        this(message, cause, false);
    }

    /** Nothing was changed. */
    public UnavailableException(String message) {
        super(message);
        this.outcomeUnknown = false;
    }

    /** No answer came in time: what was asked for may have been done all the same. */
    public static UnavailableException noAnswer(String message, Throwable cause) {
        return new UnavailableException(message, cause, true);
    }

    /** Whether what was asked for may have been done all the same: then nothing that belongs to it may be thrown away. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
