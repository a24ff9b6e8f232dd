package org.starpunk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.starpunk.log.LogSetup;

/** Tells Logback how lines are to look. It listens only until the first logger is made. */
final class LogFormat {

    private LogFormat() {}

    /** @param format {@code auto}, {@code text} or {@code json} */
    static void use(String format) {
        String chosen = format.equals("auto") ? (terminal() ? "text" : "json") : format;
        System.setProperty(LogSetup.FORMAT, chosen);
    }

    /** Whether standard error is a terminal. The JDK cannot tell; Linux can. Elsewhere a person is supposed to look. */
    static boolean terminal() {
        Path standardError = Path.of("/proc/self/fd/2");
        try {
            return !Files.isSymbolicLink(standardError) || isTerminal(Files.readSymbolicLink(standardError));
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean isTerminal(Path file) {
        return file.startsWith("/dev/pts") || file.toString().startsWith("/dev/tty");
    }
}
