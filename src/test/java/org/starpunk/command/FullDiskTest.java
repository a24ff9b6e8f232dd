package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.Machine;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.journey.TestSite;
import org.starpunk.note.DiskErrorMeaning;

/** Runs the program on a full disk: a file system in memory, in a mount namespace of the program. */
@SuppressWarnings("NullAway") // set at the start of each test
class FullDiskTest {

    /** Mounts the disk, copies a site to it, fills it, and runs the rest of the command line. */
    private static final String ON_A_FULL_DISK = "mount -t tmpfs -o size=8m tmpfs \"$1\" && cp -r \"$2\" \"$1/site\""
            + " && { dd if=/dev/zero of=\"$1/filling\" bs=4k 2> /dev/null; shift 2; exec \"$@\"; }";

    @TempDir
    Path folder;

    private final String token = SecretTokens.create();
    private TestSite site;
    private Path disk;

    @BeforeEach
    void makeSite() throws Exception {
        Machine.needs("unshare", "util-linux");
        disk = Files.createDirectory(folder.resolve("disk"));
        Process allowed =
                new ProcessBuilder("unshare", "-rm", "mount", "-t", "tmpfs", "tmpfs", disk.toString()).start();
        if (!allowed.waitFor(60, TimeUnit.SECONDS) || allowed.exitValue() != 0) {
            Machine.forbids("this machine allows no mount namespaces");
        }
        site = TestSite.start().setUp();
        NewToken kept = new NewToken(
                SecretTokens.hash(token), "https://app.example/", Scopes.parse("create"), Instant.now(), null, null);
        assertThat(TestSite.await(site.deployment().tokens().issue(kept))).isPresent();
        assertThat(site.publish("Written while there was space", "").slug()).isNotEmpty();
        site.stop();
    }

    @AfterEach
    void removeSite() {
        if (site != null) {
            site.startAgain(0);
            site.close();
        }
    }

    private Program onAFullDisk() {
        return new Program(
                folder,
                "unshare",
                "-rm",
                "sh",
                "-c",
                ON_A_FULL_DISK,
                "sh",
                disk.toString(),
                site.dataDir().toString());
    }

    private static void fill(Path file) {
        try (OutputStream out = Files.newOutputStream(file)) {
            while (true) {
                out.write(new byte[4096]);
            }
        } catch (IOException full) {
            assertThat(DiskErrorMeaning.isFull(full)).isTrue();
        }
    }

    private HttpResponse<String> post(RunningProgram program, String text) {
        return program.send(program.request("/micropub", "Authorization", "Bearer " + token)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("h=entry&content=" + text))
                .build());
    }

    @Test
    void a_site_on_a_full_disk_serves_readers_refuses_posts_and_recovers() throws IOException, InterruptedException {
        assertThat(site.dataDir().resolve("tmp/reserve")).hasSize(256 << 10);
        try (RunningProgram program = RunningProgram.serve(
                onAFullDisk(),
                folder,
                Map.of(),
                "--data-dir",
                disk.resolve("site").toString())) {
            assertThat(program.get("/").body()).contains("Written while there was space");
            HttpResponse<String> health = program.get("/health");
            assertThat(health.statusCode()).isEqualTo(200);
            assertThat(new JsonObject(health.body()))
                    .isEqualTo(new JsonObject().put("status", "degraded").put("disk", "full"));

            Path root = Path.of("/proc/" + program.pid() + "/root" + disk);
            fill(root.resolve("rest")); // the reserve, unless the start has used it
            HttpResponse<String> refused = post(program, "much+".repeat(9_000));
            assertThat(refused.statusCode()).isEqualTo(503);
            JsonObject error = new JsonObject(refused.body());
            assertThat(error.getString("error")).isEqualTo("temporarily_unavailable");
            assertThat(error.getString("error_description")).startsWith("Nothing was saved: the disk is full");
            assertThat(program.get("/").statusCode()).isEqualTo(200);

            Files.delete(root.resolve("filling"));
            assertThat(post(program, "Healed").statusCode()).isEqualTo(201);
            assertThat(program.get("/").body()).contains("Healed");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"token create phone", "backup %s/copy.zip", "export %s/copy.zip", "reindex"})
    void a_command_says_that_the_disk_is_full(String command) throws IOException, InterruptedException {
        Files.delete(site.dataDir().resolve("tmp/reserve"));
        String[] line = (command.formatted(disk) + " --data-dir " + disk.resolve("site")).split(" ");
        Program.ProgramResult ended = onAFullDisk().run(line);
        assertThat(ended.exitCode()).isIn(ExitCode.FAILURE, ExitCode.DATABASE);
        assertThat(ended.err()).contains("the disk is full", "Fix: ", "space").doesNotContain("chown", "unexpected");
    }
}
