package org.starpunk.command;

/** What the program's end says to the shell. */
final class ExitCode {

    static final int OK = 0;
    /** It failed while it ran. */
    static final int FAILURE = 1;
    /** The command line is wrong. */
    static final int USAGE = 2;
    /** The database is unusable, corrupt, or newer than the program ({@code EX_DATAERR}). */
    static final int DATABASE = 65;
    /** The configuration is wrong ({@code EX_CONFIG}). */
    static final int CONFIGURATION = 78;

    private ExitCode() {}
}
