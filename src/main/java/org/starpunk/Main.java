package org.starpunk;

import org.starpunk.command.StarPunk;
import org.starpunk.log.LogSetup;

/** Where the program begins. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        prepareLibraries();
        System.exit(StarPunk.run(arguments));
    }

    /** What libraries ask the system's properties for. Must come before any logger. */
    private static void prepareLibraries() {
        if (System.getProperty(LogSetup.LEVEL) == null) {
            System.setProperty(LogSetup.LEVEL, "INFO");
        }
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
        // Else Netty loads the flight recorder at each start, for events of its buffers.
        if (System.getProperty("io.netty.jfr.enabled") == null) {
            System.setProperty("io.netty.jfr.enabled", "false");
        }
    }
}
