package org.starpunk;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** What the machine has that runs the tests. Every test that cannot run on it is left out through here: a rule of TidyTest. */
public final class Machine {

    private Machine() {}

    /** Where a command is; servers are looked for too, which are on no person's path. */
    public static Optional<Path> find(String command) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
        return Stream.of(path.split(File.pathSeparator))
                .map(folder -> Path.of(folder, command))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Leaves the test out where a command is missing; with {@code CI=true}, where it is installed by {@code .ci/run}, it fails. */
    public static void needs(String command, String debianPackage) {
        if (find(command).isEmpty()) {
            lacks("there is no " + command + ": apt-get install " + debianPackage);
        }
    }

    /** Leaves the test out because of something that could be installed; with {@code CI=true} it fails. */
    public static void lacks(String what) {
        if (isCi()) {
            throw new AssertionError("CI=true, but " + what);
        }
        Assumptions.abort(what);
    }

    /** Leaves the test out because of something that no installation would change: another system, or what a container forbids. */
    public static void forbids(String why) {
        Assumptions.abort(why);
    }

    /** Whether a test that cannot run is a failure. */
    public static boolean isCi() {
        return "true".equals(System.getenv("CI"));
    }
}
