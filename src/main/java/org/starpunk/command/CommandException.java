package org.starpunk.command;

/** A failure with a remedy for the user. */
final class CommandException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String cure;

    /**
     * @param exitCode one of {@link ExitCode}
     * @param message what failed, without a full stop
     * @param cure what the user can do
     */
    CommandException(int exitCode, String message, String cure) {
        super(message);
        this.exitCode = exitCode;
        this.cure = cure;
    }

    CommandException causedBy(Throwable cause) {
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
