package org.starpunk;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Capabilities of the machine that runs the tests. Every test that cannot run on it is skipped through this class,
 * which TidyTest checks.
 */
public final class Machine {

    private Machine() {}

    /** Returns the path of a command. Also searches the folder of servers, which is not on a user's path. */
    public static Optional<Path> find(String command) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /**
     * Skips the test if a command is missing. With {@code CI=true}, where {@code .ci/run} installs it, the test fails.
     */
    public static void needs(String command, String debianPackage) {
        if (find(command).isEmpty()) {
            lacks("there is no " + command + ": apt-get install " + debianPackage);
        }
    }

    /** Skips the test because of a missing component that could be installed. With {@code CI=true}, the test fails. */
    public static void lacks(String what) {
        if (isCi()) {
            throw new AssertionError("CI=true, but " + what);
        }
        Assumptions.abort(what);
    }

    /**
     * Skips the test for a reason that no installation would remove, such as another system or a restriction of the
     * container.
     */
    public static void forbids(String why) {
        Assumptions.abort(why);
    }

    /** Returns whether a test that cannot run is a failure. */
    public static boolean isCi() {
        return "true".equals(System.getenv("CI"));
    }
}
