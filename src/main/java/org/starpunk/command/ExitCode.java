package org.starpunk.command;

/** Exit codes of the program. */
final class ExitCode {

    static final int OK = 0;
    /** A failure at run time. */
    static final int FAILURE = 1;
    /** A wrong command line. */
    static final int USAGE = 2;
    /** An unusable, corrupt or too new database ({@code EX_DATAERR}). */
    static final int DATABASE = 65;
    /** An invalid configuration ({@code EX_CONFIG}). */
    static final int CONFIGURATION = 78;

    private ExitCode() {}
}
