package org.starpunk;

import org.starpunk.command.StarPunk;

/** Where the program begins. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) {
        useOurLogging();
        System.exit(StarPunk.run(arguments));
    }

    /** Everything logs through Logback as our file in the jar says, unless another file is named. Must come before any logger. */
    private static void useOurLogging() {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty("logback.configurationFile", "conf/logback.xml");
        }
        System.setProperty("vertx.logger-delegate-factory-class-name", "io.vertx.core.logging.SLF4JLogDelegateFactory");
    }
}
