package org.starpunk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A PostgreSQL server for the tests of one JVM, from installed binaries (Debian: package {@code postgresql}). It
 * listens on loopback only, does not sync to the disk, and ends with this JVM in any case.
 */
public final class TestPostgres implements AutoCloseable {

    private static final String USER = "starpunk";

    private final Path directory;
    private final String address;
    private final int port;
    private Process server;

    private TestPostgres(Path bin, String address) throws IOException {
        this.address = address;
        directory = Files.createTempDirectory("starpunk-postgres");
        port = Ports.free();
        own(directory);
        run(bin.resolve("initdb"), "-D", data(), "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync");
        String trusted = "host all all " + address + "/24 trust\n";
        Files.writeString(directory.resolve("data/pg_hba.conf"), trusted, StandardOpenOption.APPEND);
        server = start(bin);
    }

    private static final class SharedPostgres {
        private static final Optional<TestPostgres> SERVER = create("127.0.0.1");
    }

    /**
     * Returns the server of this JVM, which is started at the first call. Skips the test if PostgreSQL is not
     * installed.
     */
    public static TestPostgres running() {
        return there(SharedPostgres.SERVER);
    }

    private static TestPostgres there(Optional<TestPostgres> server) {
        if (server.isEmpty()) {
            Machine.lacks("no PostgreSQL on this machine: install Debian's package postgresql");
        }
        return server.orElseThrow();
    }

    /**
     * Returns a separate server, for a test that stops it, or whose processes connect through another address than
     * loopback. Skips the test if PostgreSQL is not installed.
     *
     * @param address an address of this machine; every client in its /24 network is accepted
     */
    public static TestPostgres ownServer(String address) {
        return there(create(address));
    }

    private static Optional<TestPostgres> create(String address) {
        return binaries().map(bin -> {
            try {
                TestPostgres server = new TestPostgres(bin, address);
                Runtime.getRuntime().addShutdownHook(new Thread(server::close));
                return server;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
    }

    private static Optional<Path> binaries() {
        List<Path> candidates = new ArrayList<>();
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
            versions.map(version -> version.resolve("bin")).forEach(candidates::add);
        } catch (IOException e) {
            // not Debian
        }
        for (String folder : System.getenv("PATH").split(":")) {
            candidates.add(Path.of(folder));
        }
        return candidates.stream()
                .filter(bin -> Files.isExecutable(bin.resolve("initdb")))
                .max(Comparator.comparing(Path::toString));
    }

    /** Returns the URL: {@code jdbc:postgresql://127.0.0.1:40123/postgres?user=starpunk}. */
    public String url() {
        return "jdbc:postgresql://" + address + ':' + port + "/postgres?user=" + USER;
    }

    /** Stops the server without waiting for its clients. */
    public void stop() {
        try {
            server.getOutputStream().close();
            if (!server.waitFor(120, TimeUnit.SECONDS)) {
                throw new AssertionError("PostgreSQL does not end");
            }
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Starts the stopped server again, on the same port and data. */
    public void startAgain() {
        server = start(binaries().orElseThrow());
    }

    /**
     * Starts the server under a shell that stops it at the end of its input, so that no server remains if this JVM is
     * killed.
     */
    private Process start(Path bin) {
        String settings = "-c listen_addresses=127.0.0.1," + address
                + " -c unix_socket_directories= -c fsync=off -c full_page_writes=off"
                + " -c max_connections=200 -c shared_buffers=32MB -c max_wal_senders=0 -c wal_level=minimal"
                + " -c dynamic_shared_memory_type=mmap";
        List<String> command = asUser(
                "sh",
                "-c",
                bin.resolve("postgres") + " -D " + data() + " -p " + port + " " + settings
                        + " & server=$!; read end; kill -INT $server; wait $server");
        try {
            Process started = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            directory.resolve("log").toFile()))
                    .start();
            Awaitility.await().atMost(Duration.ofMinutes(2)).until(this::answers);
            return started;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private boolean answers() {
        try (Connection connection = DriverManager.getConnection(url())) {
            return connection.isValid(1);
        } catch (SQLException e) {
            return false;
        }
    }

    private String data() {
        return directory.resolve("data").toString();
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** Returns the command, run as another user if this one is root, because PostgreSQL refuses to run as root. */
    private static List<String> asUser(String... command) {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"));
        }
        whole.addAll(List.of(command));
        return whole;
    }

    private static void own(Path directory) throws IOException {
        if (isRoot()) {
            Files.setOwner(
                    directory,
                    directory.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
        }
    }

    private static void run(Path program, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(asUser(command.toArray(String[]::new)))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new AssertionError(program + ": " + output);
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        if (Files.notExists(directory)) {
            return;
        }
        stop();
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
