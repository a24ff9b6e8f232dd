package org.starpunk;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./mvnw} on a machine without Maven: it downloads Maven, and accepts only the expected file. */
class WrapperTest {

    @TempDir
    Path folder;

    private HttpServer server = unstarted();
    private byte[] archive = {};

    @BeforeEach
    void serveAnArchive() throws Exception {
        archive = archiveOfAMavenThatSaysItsArguments();
        server.createContext("/", exchange -> {
            boolean there = exchange.getRequestURI().getPath().equals("/9.9.9/binaries/apache-maven-9.9.9-bin.tar.gz");
            exchange.sendResponseHeaders(there ? 200 : 404, there ? archive.length : -1);
            if (there) {
                exchange.getResponseBody().write(archive);
            }
            exchange.close();
        });
        server.start();
        Files.createDirectories(folder.resolve(".mvn/wrapper"));
        Files.copy(Path.of("mvnw"), folder.resolve("mvnw"));
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void maven_is_fetched_checked_and_run_with_the_arguments() throws Exception {
        expect(sha512(archive));
        assertThat(wrapper("http://127.0.0.1:" + server.getAddress().getPort()))
                .contains("fetching Maven 9.9.9")
                .endsWith("maven was run: verify -q\n0");
    }

    @Test
    void it_is_fetched_once() throws Exception {
        expect(sha512(archive));
        wrapper("http://127.0.0.1:" + server.getAddress().getPort());
        assertThat(wrapper("http://127.0.0.1:1")).isEqualTo("maven was run: verify -q\n0");
    }

    @Test
    void another_file_than_the_expected_is_refused() throws Exception {
        expect(sha512(new byte[] {1}));
        assertThat(wrapper("http://127.0.0.1:" + server.getAddress().getPort()))
                .contains("its SHA-512 differs")
                .doesNotContain("maven was run")
                .endsWith("1");
    }

    @Test
    void an_archive_that_is_not_there_is_told_with_a_cure() throws Exception {
        expect(sha512(archive));
        assertThat(wrapper("http://127.0.0.1:" + server.getAddress().getPort() + "/elsewhere"))
                .contains("could not be fetched", "Fix: set MVNW_REPOURL")
                .endsWith("1");
    }

    private void expect(String sha512) throws IOException {
        Files.writeString(
                folder.resolve(".mvn/wrapper/maven-wrapper.properties"),
                "version=9.9.9\nrepository=http://127.0.0.1:1\nsha512=" + sha512 + "\n");
    }

    /** Returns its output, followed by its exit code. */
    private String wrapper(String repository) throws Exception {
        Path out = folder.resolve("out.txt");
        ProcessBuilder builder = new ProcessBuilder("sh", folder.resolve("mvnw").toString(), "verify", "-q")
                .redirectErrorStream(true)
                .redirectOutput(out.toFile());
        builder.environment().put("MVNW_REPOURL", repository);
        builder.environment().put("MVNW_DOWNLOAD", "1");
        builder.environment().put("MAVEN_USER_HOME", folder.resolve("home").toString());
        Process process = builder.start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return Files.readString(out) + process.exitValue();
    }

    private byte[] archiveOfAMavenThatSaysItsArguments() throws Exception {
        Path bin = Files.createDirectories(folder.resolve("built/apache-maven-9.9.9/bin"));
        Path mvn = Files.writeString(bin.resolve("mvn"), "#!/bin/sh\necho \"maven was run: $*\"\n");
        assertThat(mvn.toFile().setExecutable(true)).isTrue();
        Path file = folder.resolve("maven.tar.gz");
        Process tar = new ProcessBuilder(
                        "tar",
                        "-czf",
                        file.toString(),
                        "-C",
                        folder.resolve("built").toString(),
                        "apache-maven-9.9.9")
                .start();
        assertThat(tar.waitFor()).isZero();
        return Files.readAllBytes(file);
    }

    private static String sha512(byte[] bytes) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-512").digest(bytes));
    }

    private static HttpServer unstarted() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
