package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the program as a shell would: as a process of its own, used from outside. */
public final class Program {

    /** How the process ended, and what it wrote. */
    public record Ended(int exitCode, String out, String err) {}

    private static final List<String> FLAGS =
            List.of("-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError");

    /** What java is told to run: the built jar, or the class path where a test is started by something other than the build. */
    public static final List<String> MAIN = System.getProperty("starpunk.jar") == null
            ? List.of("-cp", System.getProperty("java.class.path"), "org.starpunk.Main")
            : List.of("-jar", System.getProperty("starpunk.jar"));

    private final Path folder;
    private final List<String> prefix;
    private final List<String> suffix;

    /**
     * @param folder the working directory
     * @param prefix a command that runs the program with other limits, {@code prlimit --nofile=200} for instance
     */
    public Program(Path folder, String... prefix) {
        this(folder, List.of(prefix), List.of());
    }

    private Program(Path folder, List<String> prefix, List<String> suffix) {
        this.folder = folder;
        this.prefix = prefix;
        this.suffix = suffix;
    }

    /** A shell that adds {@code --data-dir} to whatever it runs. */
    static Program on(Path dataDir, Path folder) {
        return new Program(folder, List.of(), List.of("--data-dir", dataDir.toString()));
    }

    /** Runs a command to its end, which must be a good one. */
    Ended ok(String... arguments) throws IOException, InterruptedException {
        Ended ended = run(arguments);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return ended;
    }

    /** Runs a command to its end. */
    public Ended run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    /** Runs a command to its end, with variables added to the environment. */
    public Ended run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = start(environment, out, err, arguments);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("still running after 120 s: " + List.of(arguments) + "\n" + Files.readString(err));
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Starts a command, its output going to two files. */
    public Process start(Map<String, String> environment, Path out, Path err, String... arguments) throws IOException {
        List<String> line = new ArrayList<>(prefix);
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(FLAGS);
        line.addAll(MAIN);
        line.addAll(List.of(arguments));
        line.addAll(suffix);
        ProcessBuilder builder = new ProcessBuilder(line)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("METRICS_") || name.startsWith("STARPUNK_"));
        builder.environment().putAll(environment);
        builder.environment().put("LC_ALL", "C.UTF-8");
        return builder.start();
    }

    /** What a file holds by now. */
    static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
