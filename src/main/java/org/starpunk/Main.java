package org.starpunk;

import org.starpunk.command.StarPunkCommandLine;
import org.starpunk.log.LogSetup;

/** Entry point of the program. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        prepareLibraries();
        System.exit(StarPunkCommandLine.run(arguments));
    }

    /** Sets the system properties that libraries read. Must run before the first logger is created. */
    private static void prepareLibraries() {
        if (System.getProperty(LogSetup.LEVEL) == null) {
            System.setProperty(LogSetup.LEVEL, "INFO");
        }
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        // Netty would otherwise load Java Flight Recorder at each start, for its buffer events.
        if (System.getProperty("io.netty.jfr.enabled") == null) {
            System.setProperty("io.netty.jfr.enabled", "false");
        }
    }
}
