package org.starpunk.note;

/**
 * The site's data is temporarily unavailable: the database is busy, the disk is full, or the database server is down.
 * The message is the reason as text for a person, without a full stop. A repetition may succeed.
 *
 * <p>A write has three outcomes: saved, not saved, and unknown. An unknown outcome must never be reported as one of the
 * others.
 */
public final class UnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final boolean outcomeUnknown;

    private UnavailableException(String message, Throwable cause, boolean outcomeUnknown) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Creates a failure without changes. */
    public UnavailableException(String message, Throwable cause) {
        this(message, cause, false);
    }

    /** Creates a failure without changes. */
    public UnavailableException(String message) {
        super(message);
        this.outcomeUnknown = false;
    }

    /** Returns a failure to write a file without changes. The message contains the reason of the disk. */
    public static UnavailableException ofDisk(Throwable cause) {
        String reason = DiskErrorMeaning.reason(cause);
        return new UnavailableException(reason.isEmpty() ? "the disk cannot be written" : reason, cause);
    }

    /** Returns a failure with an unknown outcome: the confirmation was lost, or there was no response in time. */
    public static UnavailableException outcomeUnknown(String message, Throwable cause) {
        return new UnavailableException(message, cause, true);
    }

    /** Returns whether the change may be stored. Files that belong to it must not be deleted then. */
    public boolean outcomeUnknown() {
        return outcomeUnknown;
    }
}
