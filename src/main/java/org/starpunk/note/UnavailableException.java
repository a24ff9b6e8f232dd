package org.starpunk.note;

/**
 * The site's data cannot be read or written at the moment: the database is busy, the disk is full, or the server of the database
 * is down. The message is the reason, for a person, without a full stop. Trying again may help.
 *
 * <p>A write has three outcomes: saved, not saved, and unknown. An unknown outcome must never be reported as one of the others.
 */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

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

    /** Returns a failure to write a file, with nothing changed; the message names the problem of the disk. */
    public static UnavailableException ofDisk(Throwable cause) {
        String reason = DiskErrorMeaning.reason(cause);
        return new UnavailableException(reason.isEmpty() ? "the disk cannot be written" : reason, cause);
    }

    /** Returns a failure with an unknown outcome: the confirmation was lost, or no answer came in time. */
    public static UnavailableException outcomeUnknown(String message, Throwable cause) {
        return new UnavailableException(message, cause, true);
    }

    /** Returns whether the change may have been made. Files that belong to it must then be kept. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
