package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/starpunk}, with a fake java that prints its arguments. */
class LauncherTest {

    @TempDir
    Path folder;

    private Path launcher;

    @BeforeEach
    void install() throws IOException {
        launcher = copy("starpunk");
        Files.writeString(folder.resolve("starpunk.jar"), "");
        java(folder.resolve("path/java"), "of the path");
        java(folder.resolve("jdk/bin/java"), "of the JDK");
    }

    private Path copy(String name) throws IOException {
        Path to = Files.createDirectories(folder.resolve("bin")).resolve(name);
        Files.copy(Path.of("bin", name), to);
        assertThat(to.toFile().setExecutable(true)).isTrue();
        return to;
    }

    private static void java(Path file, String words) throws IOException {
        Files.createDirectories(file.getParent());
        Files.writeString(file, "#!/bin/sh\necho java " + words + ": \"$@\"\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
    }

    private String run(Map<String, String> environment, String... arguments) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(launcher.toString()).redirectErrorStream(true);
        builder.command().addAll(java.util.List.of(arguments));
        builder.environment().remove("JAVA_HOME");
        builder.environment().remove("JAVA_OPTS");
        builder.environment().put("PATH", folder.resolve("path") + ":" + System.getenv("PATH"));
        builder.environment().putAll(environment);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return said;
    }

    /** Regression test: if {@code /bin/java} exists, the launcher once accepted an unset JAVA_HOME and ended. */
    @Test
    void without_java_home_it_runs_the_java_of_the_path() throws Exception {
        assertThat(run(Map.of(), "serve", "--listen", "127.0.0.1:0"))
                .startsWith("java of the path: ")
                .endsWith("-cp " + folder.resolve("starpunk.jar") + " org.starpunk.Main serve --listen 127.0.0.1:0\n");
    }

    @Test
    void java_home_and_java_opts_are_taken() throws Exception {
        String jdk = folder.resolve("jdk").toString();
        assertThat(run(Map.of("JAVA_HOME", jdk, "JAVA_OPTS", "-Xmx64m -Dmine=1"), "version"))
                .startsWith("java of the JDK: -XX:+UseSerialGC -Xmx128m")
                .contains(" -Xmx64m -Dmine=1 -cp ");
    }

    @Test
    void a_missing_jar_is_told_with_its_cure() throws Exception {
        Files.delete(folder.resolve("starpunk.jar"));
        assertThat(run(Map.of(), "version")).contains("there is no starpunk.jar", "Fix: ");
    }

    @Test
    void prepared_classes_are_used_where_they_are() throws Exception {
        assertThat(run(Map.of(), "version")).doesNotContain("SharedArchiveFile");
        Path beside = Files.writeString(folder.resolve("starpunk.jsa"), "");
        assertThat(run(Map.of(), "version")).contains("-XX:SharedArchiveFile=" + beside + " ", " -cp ");
        Path elsewhere = Files.writeString(folder.resolve("elsewhere.jsa"), "");
        assertThat(run(Map.of("STARPUNK_CDS_ARCHIVE", elsewhere.toString()), "version"))
                .contains("-XX:SharedArchiveFile=" + elsewhere + " ");
    }
}
