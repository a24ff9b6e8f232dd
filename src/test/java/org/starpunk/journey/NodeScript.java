package org.starpunk.journey;

import static java.util.concurrent.TimeUnit.SECONDS;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.starpunk.Machine;

/**
 * Runs the scripts of {@code src/test/npm/}, in which third-party clients use a started site. Their packages are
 * installed once into {@code target/npm}, in the versions of the lock file.
 */
public final class NodeScript {

    private static final Path SOURCE = Path.of("src", "test", "npm");
    private static final Path INSTALLED = Path.of("target", "npm");
    private static final long PATIENCE_SECONDS = 240;

    private NodeScript() {}

    /** Skips the test without Node.js or npm. With {@code CI=true} that is a failure. */
    public static void assumeNode() {
        Machine.needs("node", "nodejs");
        Machine.needs("npm", "npm");
    }

    /**
     * Runs a script, which must succeed.
     *
     * @param script a file of {@code src/test/npm/}
     * @return its output
     */
    public static String run(TestSite site, String script, String... arguments) {
        install();
        List<String> command = new ArrayList<>(List.of("node", script));
        command.addAll(List.of(arguments));
        return execute(
                command,
                Map.of("SITE", site.uri() + "/", "COOKIE", site.cookies(), "NO_PROXY", "*", "NODE_NO_WARNINGS", "1"));
    }

    /** Installs the packages. Of two JVMs, one installs and the other waits. */
    private static void install() {
        try {
            Files.createDirectories(INSTALLED);
            try (RandomAccessFile file =
                            new RandomAccessFile(INSTALLED.resolve(".lock").toFile(), "rw");
                    FileLock lock = file.getChannel().lock()) {
                boolean same = lock.isValid() && copy();
                if (!same || !Files.exists(INSTALLED.resolve("node_modules"))) {
                    execute(
                            List.of("npm", "ci", "--ignore-scripts", "--prefer-offline", "--fetch-retries=6"),
                            Map.of());
                }
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Copies changed files, and returns whether the installed packages are current. */
    private static boolean copy() throws IOException {
        boolean same = true;
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = INSTALLED.resolve(SOURCE.relativize(file));
                if (!Files.exists(target) || Files.mismatch(file, target) >= 0) {
                    same &= !file.toString().endsWith(".json");
                    Files.createDirectories(target.getParent());
                    Files.write(target, Files.readAllBytes(file));
                }
            }
        }
        return same;
    }

    private static String execute(List<String> command, Map<String, String> environment) {
        try {
            Path output = Files.createTempFile("starpunk-node", ".log");
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(INSTALLED.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().putAll(environment);
            Process process = builder.start();
            boolean ended = process.waitFor(PATIENCE_SECONDS, SECONDS);
            process.destroyForcibly();
            String printed = Files.readString(output);
            Files.delete(output);
            if (!ended || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", command) + " failed:\n" + end(printed));
            }
            return printed;
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Shortens the output, because a minified script may have one very long line. */
    private static String end(String printed) {
        return printed.substring(Math.max(0, printed.length() - 3000));
    }
}
