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

/** Runs the program as a separate process, as a shell does. */
public final class Program {

    /** Exit code and output of the process. */
    public record ProgramResult(int exitCode, String out, String err) {}

    private static final List<String> FLAGS =
            List.of("-XX:+UseSerialGC", "-Xmx128m", "-XX:TieredStopAtLevel=1", "-XX:+ExitOnOutOfMemoryError");

    /** Java arguments: the built jar, or the class path if the test was not started by the build. */
    public static final List<String> MAIN = System.getProperty("starpunk.jar") == null
            ? List.of("-cp", System.getProperty("java.class.path"), "org.starpunk.Main")
            : List.of("-jar", System.getProperty("starpunk.jar"));

    private final Path folder;
    private final List<String> prefix;
    private final List<String> suffix;

    /**
     * @param folder working directory
     * @param prefix a command that runs the program with other limits, such as {@code prlimit --nofile=200}
     */
    public Program(Path folder, String... prefix) {
        this(folder, List.of(prefix), List.of());
    }

    private Program(Path folder, List<String> prefix, List<String> suffix) {
        this.folder = folder;
        this.prefix = prefix;
        this.suffix = suffix;
    }

    /** Returns a program that adds {@code --data-dir} to each command. */
    static Program on(Path dataDir, Path folder) {
        return new Program(folder, List.of(), List.of("--data-dir", dataDir.toString()));
    }

    /** Runs a command to its end, which must be successful. */
    ProgramResult ok(String... arguments) throws IOException, InterruptedException {
        ProgramResult ended = run(arguments);
        assertThat(ended.exitCode()).as(ended.err()).isZero();
        return ended;
    }

    /** Runs a command to its end. */
    public ProgramResult run(String... arguments) throws IOException, InterruptedException {
        return run(Map.of(), arguments);
    }

    /** Runs a command to its end, with additional environment variables. */
    public ProgramResult run(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(folder, "out", ".txt");
        Path err = Files.createTempFile(folder, "err", ".txt");
        Process process = start(environment, out, err, arguments);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            throw new AssertionError("still running after 120 s: " + List.of(arguments) + "\n" + Files.readString(err));
        }
        return new ProgramResult(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Starts a command, with its output in two files. */
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

    /** Returns the current content of a file. */
    static String text(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }
}
