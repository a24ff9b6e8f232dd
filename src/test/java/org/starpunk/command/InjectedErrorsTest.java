package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.Machine;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;

/**
 * Injects failures of system calls into the running program, and compares its responses with the state after a crash.
 * {@code bench/durability --inject} does this for each system call, each error and each kind of write.
 */
@SuppressWarnings("NullAway") // set at the start of each test
class InjectedErrorsTest {

    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private static final byte[] PICTURE =
            Base64.getDecoder().decode("R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==");

    private final String token = SecretTokens.create();
    private TestSite site;
    private RunningProgram program;

    @BeforeEach
    void start() throws IOException {
        Machine.needs("strace", "strace");
        site = TestSite.start().setUp();
        NewToken kept = new NewToken(
                SecretTokens.hash(token),
                "https://app.example/",
                Scopes.parse("create media"),
                Instant.now(),
                null,
                null);
        assertThat(TestSite.await(site.deployment().tokens().issue(kept))).isPresent();
        site.stop();
        program = RunningProgram.serve(
                site.dataDir(), Map.of(), "--data-dir", site.dataDir().toString());
        assertThat(post("Written before").statusCode()).isEqualTo(201);
    }

    @AfterEach
    void stop() {
        if (program != null) {
            program.close();
        }
        if (site != null) {
            site.startAgain(0);
            site.close();
        }
    }

    /**
     * Sends a request while one system call on the database's log fails.
     *
     * @param when the n-th call of each thread ({@code 1}), or all from the n-th on ({@code 1+})
     */
    private HttpResponse<String> under(String call, String error, String when, Supplier<HttpResponse<String>> request)
            throws IOException {
        Process strace = new ProcessBuilder(List.of(
                        "strace",
                        "-f",
                        "-qq",
                        "-o",
                        "/dev/null",
                        "-P",
                        site.dataDir().resolve("starpunk.db-wal").toString(),
                        "-e",
                        "trace=" + call,
                        "-e",
                        "inject=" + call + ":error=" + error + ":when=" + when,
                        "-p",
                        Long.toString(program.pid())))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            await().atMost(PATIENCE).until(() -> !strace.isAlive() || allTraced());
            if (!strace.isAlive()) {
                Machine.forbids("this machine lets no process trace another one");
            }
            return request.get();
        } finally {
            strace.destroy();
            Process unused = strace.onExit().join();
        }
    }

    private boolean allTraced() throws IOException {
        try (Stream<Path> tasks = Files.list(Path.of("/proc/" + program.pid() + "/task"))) {
            return tasks.allMatch(InjectedErrorsTest::traced);
        }
    }

    private static boolean traced(Path task) {
        try {
            return !Files.readString(task.resolve("status")).contains("TracerPid:\t0");
        } catch (IOException e) {
            return true; // the thread has ended
        }
    }

    private HttpResponse<String> post(String text) {
        String note = new JsonObject()
                .put("type", List.of("h-entry"))
                .put("properties", new JsonObject().put("content", List.of(text)))
                .encode();
        return program.send(
                program.request("/micropub", "Authorization", "Bearer " + token, "Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(note))
                        .build());
    }

    private HttpResponse<String> postPicture(String text) {
        String head = "--x\r\nContent-Disposition: form-data; name=\"h\"\r\n\r\nentry\r\n"
                + "--x\r\nContent-Disposition: form-data; name=\"content\"\r\n\r\n" + text + "\r\n"
                + "--x\r\n"
                + "Content-Disposition:"
                + " form-data;"
                + " name=\"photo\";"
                + " filename=\"a.gif\"\r\n"
                + "Content-Type:"
                + " image/gif\r\n\r\n";
        List<byte[]> body = List.of(
                head.getBytes(StandardCharsets.UTF_8), PICTURE, "\r\n--x--\r\n".getBytes(StandardCharsets.UTF_8));
        return program.send(program.request(
                        "/micropub",
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "multipart/form-data; boundary=x")
                .POST(BodyPublishers.ofByteArrays(body))
                .build());
    }

    /** Returns the texts of all notes after the recovery from a crash at this moment. */
    private List<String> recovered() throws IOException, SQLException {
        Path folder = Files.createTempDirectory(site.dataDir(), "recovered");
        for (String end : List.of("", "-wal")) {
            Path unused = Files.copy(site.dataDir().resolve("starpunk.db" + end), folder.resolve("starpunk.db" + end));
        }
        List<String> texts = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("starpunk.db"));
                ResultSet row = connection.createStatement().executeQuery("SELECT text FROM notes")) {
            while (row.next()) {
                texts.add(row.getString(1));
            }
        }
        return texts;
    }

    private long pictures() throws IOException {
        Path media = site.dataDir().resolve("media");
        if (!Files.isDirectory(media)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(media)) {
            return files.filter(Files::isRegularFile).count();
        }
    }

    private static void assertOutcome(HttpResponse<String> answer, String outcome, String text) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/json");
        JsonObject json = new JsonObject(answer.body());
        assertThat(json.getString("error")).isEqualTo("temporarily_unavailable");
        assertThat(json.getString("error_description")).startsWith(text);
        assertThat(json.getString("outcome")).isEqualTo(outcome);
        assertThat(answer.headers().firstValue("Retry-After").isPresent()).isEqualTo(outcome.equals("not_saved"));
    }

    @Test
    void a_sync_that_fails_once_is_not_saved_and_a_crash_does_not_bring_the_note_back() throws Exception {
        assertOutcome(
                under("fsync,fdatasync", "EIO", "1", () -> post("Not saved")),
                "not_saved",
                "Nothing was saved: the disk reports an error");
        assertThat(recovered()).contains("Written before").doesNotContain("Not saved");
        assertThat(post("Written after").statusCode()).isEqualTo(201);
        assertThat(recovered()).contains("Written after").doesNotContain("Not saved");
    }

    @Test
    void a_sync_that_goes_on_failing_is_unknown_and_the_picture_is_kept() throws Exception {
        assertOutcome(
                under("fsync,fdatasync", "EIO", "1+", () -> postPicture("Perhaps")),
                "unknown",
                "It may have been saved: the disk reports an error");
        assertThat(pictures()).isEqualTo(1);
        assertThat(recovered()).contains("Written before");
        assertThat(post("Written after").statusCode()).isEqualTo(201);
        assertThat(recovered()).contains("Written after");
    }

    @Test
    void a_full_disk_is_not_saved_and_the_picture_is_discarded() throws Exception {
        assertOutcome(
                under("pwrite64", "ENOSPC", "1+", () -> postPicture("Not saved")),
                "not_saved",
                "Nothing was saved: the disk is full");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(pictures()).isZero());
        assertThat(recovered()).contains("Written before").doesNotContain("Not saved");
        assertThat(post("Written after").statusCode()).isEqualTo(201);
    }
}
