package org.starpunk.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.starpunk.log.LogSetup;

/** Sets the log format. Has an effect only before the first logger is created. */
final class LogFormatSetup {

    private LogFormatSetup() {}

    /**
     * Sets the format and the lowest level of log lines.
     *
     * @param format {@code auto}, {@code text} or {@code json}
     * @param level name of a level
     */
    static void use(String format, String level) {
        String chosen = format.equals("auto") ? (terminal() ? "text" : "json") : format;
        System.setProperty(LogSetup.FORMAT, chosen);
        System.setProperty(LogSetup.LEVEL, level);
    }

    /**
     * Returns whether standard error is a terminal. The JDK has no function for that, Linux has. Other systems are
     * assumed to have a terminal.
     */
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
