package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.command.KeepAliveConnection.KeepAliveResponse;
import org.starpunk.command.Program.ProgramResult;

/** The server as a process: successful and refused starts, and its end. */
class ServeTest {

    private static final Pattern LINK = Pattern.compile("Setup link \\(valid 30 min, once\\): (http://\\S+)");
    private static final Pattern LAST =
            Pattern.compile("ready in \\d+\\.\\d s  http://127\\.0\\.0\\.1:\\d+  notes=\\d+  db=.*starpunk\\.db"
                    + " \\(\\d+\\.\\d MB\\)  metrics=on 100 %");

    @TempDir
    Path folder;

    @Test
    void a_new_site_prints_its_setup_link_and_ends_its_start_with_the_ready_line() throws Exception {
        try (RunningProgram program = RunningProgram.serve(folder, Map.of())) {
            List<String> lines = program.log().lines().toList();
            assertThat(lines.get(lines.size() - 1)).matches(LAST);
            assertThat(program.logOfItself()).doesNotContain("WARN", "DEBUG", "\tat ");
            String link = link(program.log());
            int port = program.uri().getPort();
            assertThat(program.log()).contains("ssh -L " + port + ":127.0.0.1:" + port + " USER@THIS-SERVER");
            assertThat(program.get(URI.create(link)
                                    .toString()
                                    .substring(program.uri().toString().length()))
                            .statusCode())
                    .isEqualTo(200);
            Path kept = folder.resolve("data/setup-link.txt");
            assertThat(Files.readString(kept)).isEqualTo(link + "\n");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                    .isEqualTo("rw-------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("data"))))
                    .isEqualTo("rwx------");
            // SQLite was unpacked there. A killed process leaves only the reserve for a full disk.
            try (Stream<Path> left = Files.list(folder.resolve("data/tmp"))) {
                assertThat(left).containsExactly(folder.resolve("data/tmp/reserve"));
            }

            ProgramResult health =
                    new Program(folder).run("health", program.uri().toString());
            assertThat(health.exitCode()).as(health.err()).isZero();

            ProgramResult again = new Program(folder).run("setup-link");
            assertThat(link(again.out())).isNotEqualTo(link);
            ProgramResult password = new Program(folder).run("passwd", "--stdin");
            assertThat(password.exitCode()).isEqualTo(1);
            assertThat(password.err()).contains("the site is not set up yet");

            program.terminate();
            assertThat(program.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void a_log_file_that_is_named_counts_instead_of_ours() throws Exception {
        Path file = folder.resolve("logback.xml");
        Files.writeString(file, """
            <configuration>
              <appender name="own" class="ch.qos.logback.core.ConsoleAppender">
                <target>System.err</target>
                <encoder><pattern>as I like it: %msg%n</pattern></encoder>
              </appender>
              <root level="INFO"><appender-ref ref="own"/></root>
            </configuration>
            """);
        Map<String, String> environment = Map.of("JDK_JAVA_OPTIONS", "-Dlogback.configurationFile=" + file);
        try (RunningProgram program = RunningProgram.serve(folder, environment, "--log-format", "json")) {
            assertThat(program.log()).containsPattern("as I like it: ready in ");
        }
    }

    @Test
    void a_request_under_way_is_finished_after_sigterm_and_new_ones_are_refused() throws Exception {
        Map<String, String> patient = Map.of("STARPUNK_SHUTDOWN_TIMEOUT", "120", "STARPUNK_REQUEST_TIMEOUT", "120");
        try (RunningProgram program = RunningProgram.serve(folder, patient);
                KeepAliveConnection client =
                        new KeepAliveConnection(program.uri().getPort())) {
            String body = "username=a&password=b";
            // Follows a complete request, so that its response shows that this head has arrived too.
            client.write("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n"
                    + KeepAliveConnection.postHead("/admin/login", body) + body.substring(0, 5));
            assertThat(client.read().status()).isEqualTo(200);
            assertThat(program.get("/health").statusCode()).isEqualTo(200);
            assertThat(program.get("/").statusCode()).isEqualTo(200);

            program.terminate();
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> refused(program.uri().getPort()));
            client.write(body.substring(5));
            KeepAliveResponse answer = client.read();
            assertThat(answer.status()).as("without the token of a form").isEqualTo(403);
            assertThat(answer.last()).isTrue();
            assertThat(program.exitCode()).isEqualTo(143);
        }
    }

    @Test
    void a_stopped_site_starts_again_on_the_same_data() throws Exception {
        for (int start = 0; start < 2; start++) {
            try (RunningProgram program = RunningProgram.serve(folder, Map.of())) {
                assertThat(program.get("/").statusCode()).isEqualTo(200);
                program.terminate();
                assertThat(program.exitCode()).isEqualTo(143);
            }
        }
        try (RunningProgram program = RunningProgram.serve(folder, Map.of())) {
            program.kill();
        }
        try (RunningProgram program = RunningProgram.serve(folder, Map.of())) {
            assertThat(program.get("/").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void a_taken_port_is_told_with_its_cure() throws Exception {
        try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int port = other.getLocalPort();
            ProgramResult ended = new Program(folder).run("serve", "--listen", "127.0.0.1:" + port);
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.err())
                    .isEqualTo("starpunk: cannot listen on 127.0.0.1:" + port + ": the port is in use.\n"
                            + "  Fix: stop the other program (ss -ltnp 'sport = :" + port
                            + "') or set STARPUNK_LISTEN=127.0.0.1:" + (port == 65_535 ? 8081 : port + 1) + "\n");
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void a_data_directory_that_cannot_be_written_is_told_with_its_cure() throws Exception {
        Path file = Files.writeString(folder.resolve("a-file"), "");
        ProgramResult ended = serve("--data-dir", file.resolve("data").toString());
        assertThat(ended.exitCode()).isEqualTo(65);
        assertThat(ended.err())
                .contains("cannot be written", "Fix: ", "STARPUNK_DATA_DIR")
                .doesNotContain("\tat ");
    }

    @Test
    void a_corrupt_database_is_refused_and_left_as_it_is() throws Exception {
        Path database = Files.createDirectories(folder.resolve("data")).resolve("starpunk.db");
        byte[] garbage = "this is no database\n".repeat(1000).getBytes(StandardCharsets.UTF_8);
        Files.write(database, garbage);
        ProgramResult ended = serve();
        assertThat(ended.exitCode()).isEqualTo(65);
        assertThat(ended.err()).contains("is damaged", "Fix: ").doesNotContain("\tat ");
        assertThat(Files.readAllBytes(database)).isEqualTo(garbage);
    }

    @Test
    void a_database_of_a_newer_program_is_refused() throws Exception {
        try (RunningProgram program = RunningProgram.serve(folder, Map.of())) {
            program.terminate();
            assertThat(program.exitCode()).isEqualTo(143);
        }
        Path database = folder.resolve("data/starpunk.db");
        byte[] bytes = Files.readAllBytes(database);
        bytes[60] = 1; // the highest byte of user_version
        Files.write(database, bytes);
        ProgramResult ended = serve();
        assertThat(ended.exitCode()).isEqualTo(65);
        assertThat(ended.err())
                .contains("the database has schema 16777", "Fix: ")
                .doesNotContain("\tat ");
    }

    @Test
    void a_wrong_configuration_stops_the_start_before_anything_is_made() throws Exception {
        ProgramResult plural = new Program(folder).run(Map.of("METRICS_SAMPLING_RATES", "0.1"), "serve");
        assertThat(plural.exitCode()).isEqualTo(78);
        assertThat(plural.err()).contains("Did you mean METRICS_SAMPLING_RATE?");
        ProgramResult rate = new Program(folder).run(Map.of("METRICS_SAMPLING_RATE", "2"), "serve");
        assertThat(rate.exitCode()).isEqualTo(78);
        assertThat(rate.err()).contains("a number from 0.0 to 1.0");
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void json_lines_are_json_and_the_setup_link_is_not_lost_in_them() throws Exception {
        try (RunningProgram program = RunningProgram.serve(folder, Map.of(), "--log-format", "json")) {
            List<String> lines = program.log().lines().toList();
            assertThat(lines).anyMatch(line -> LINK.matcher(line).matches());
            assertThat(lines.stream().filter(line -> line.startsWith("{")).map(JsonObject::new))
                    .as("all lines but the link and the way to open it")
                    .hasSize(lines.size() - 2)
                    .last()
                    .satisfies(line -> assertThat(line.getString("message")).matches(LAST));
        }
    }

    @Test
    void the_demo_is_a_living_site_that_leaves_nothing_behind() throws Exception {
        Map<String, String> environment = Map.of("METRICS_LOG_QUERIES", "true");
        try (RunningProgram program = RunningProgram.serve(folder, environment, "--demo")) {
            Matcher data = Pattern.compile("db=(\\S+)/starpunk\\.db").matcher(program.log());
            assertThat(data.find()).isTrue();
            Path directory = Path.of(data.group(1));
            assertThat(program.log()).contains("notes=320", "Demo login: ");
            assertThat(program.get("/").body()).contains("h-entry");
            int ready = program.log().length();
            // The demo's traffic runs statements without a visitor.
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> program.log().length() > ready + 1000
                            && program.log().substring(ready).contains("SELECT"));
            program.terminate();
            assertThat(program.exitCode()).isEqualTo(143);
            assertThat(directory).doesNotExist();
        }
        assertThat(folder.resolve("data")).doesNotExist();
    }

    @Test
    void a_demo_with_a_directory_that_stays_is_a_usage_error() throws Exception {
        ProgramResult ended = new Program(folder).run("serve", "--demo", "--data-dir", "kept");
        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("temporary site", "Fix: ");
    }

    private ProgramResult serve(String... flags) throws IOException, InterruptedException {
        String[] arguments = new String[flags.length + 3];
        arguments[0] = "serve";
        arguments[1] = "--listen";
        arguments[2] = "127.0.0.1:0";
        System.arraycopy(flags, 0, arguments, 3, flags.length);
        return new Program(folder).run(arguments);
    }

    private static String link(String text) {
        Matcher link = LINK.matcher(text);
        assertThat(link.find()).as(text).isTrue();
        return link.group(1);
    }

    private static boolean refused(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (IOException e) {
            return true;
        }
    }
}
