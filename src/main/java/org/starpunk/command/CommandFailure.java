package org.starpunk.command;

/** A failure that a person can do something about. */
final class CommandFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String cure;

    /**
     * @param exitCode one of {@link ExitCode}
     * @param message what went wrong, without a full stop
     * @param cure what to do about it
     */
    CommandFailure(int exitCode, String message, String cure) {
        super(message);
        this.exitCode = exitCode;
        this.cure = cure;
    }

    CommandFailure causedBy(Throwable cause) {
        initCause(cause);
        return this;
    }

    int exitCode() {
        return exitCode;
    }

    String cure() {
        return cure;
    }
}
