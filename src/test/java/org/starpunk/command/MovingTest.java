package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.journey.TestSite;
import org.starpunk.note.Note;
import org.starpunk.note.NoteUpdate;
import org.starpunk.store.LastBackupFile;

/** Moving from a running site to another one, with the commands of an operator. */
@SqliteOnly("the sites that it moves between are files")
class MovingTest {

    @TempDir
    Path folder;

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void a_running_site_is_exported_and_another_running_one_takes_it_once() throws Exception {
        Note moved = site.publish("Words that move", "Travel, c#");
        TestSite.await(site.deployment()
                .notes()
                .update(
                        moved.id(),
                        new NoteUpdate(null, null, "new-address", OffsetDateTime.parse("2020-02-03T04:05:06+07:00"))));
        Note gone = site.publish("Words that go", "");
        TestSite.await(site.deployment().notes().delete(gone.id()));
        Path picture = site.dataDir().resolve("media/" + "b".repeat(43) + ".gif");
        Files.createDirectories(picture.getParent());
        Files.writeString(picture, "GIF89a and so on");
        Files.writeString(picture.resolveSibling("not-one-of-ours.gif"), "GIF89a");

        assertThat(shell().ok("export", "out").out()).contains("2 notes", "2 files");
        Process sums = new ProcessBuilder("sha256sum", "--quiet", "-c", "SHA256SUMS")
                .directory(folder.resolve("out").toFile())
                .inheritIO()
                .start();
        assertThat(sums.waitFor()).isZero();
        assertThat(Files.readString(folder.resolve("out/notes/2020/2020-02-02-new-address.md")))
                .contains(
                        "published: '2020-02-03T04:05:06+07:00'", "- c#", "- words-that-move", "\n\nWords that move\n");
        assertThat(new JsonObject(Files.readString(folder.resolve("out/manifest.json")))
                        .getJsonObject("site")
                        .getString("author"))
                .isEqualTo("Ada Author");
        assertThat(shell().ok("export", "out.zip", "--json").out()).contains("\"notes\" : 2");
        ProgramResult there = shell().run("export", "out");
        assertThat(there.exitCode()).isEqualTo(1);
        assertThat(there.err()).contains("already exists", "Fix: ");

        try (TestSite other = TestSite.start().setUp()) {
            ProgramResult dry = into(other, "out.zip", "--dry-run");
            assertThat(dry.out()).as(dry.err()).contains("To be imported: 2 notes");
            assertThat(other.get("/notes/new-address").statusCode()).isEqualTo(404);
            ProgramResult first = into(other, "out.zip");
            assertThat(first.out())
                    .as(first.err())
                    .contains(
                            "Imported: 2 notes and 1 pictures",
                            "media/not-one-of-ours.gif: its name is not that of a picture");
            assertThat(first.exitCode()).as("something was not taken").isEqualTo(1);
            assertThat(other.get("/notes/new-address").body()).contains("Words that move", "2020-02-02T21:05:06+00:00");
            assertThat(other.get("/notes/words-that-move").statusCode()).isEqualTo(301);
            assertThat(other.get("/notes/words-that-go").statusCode()).isEqualTo(410);
            assertThat(other.get("/media/" + picture.getFileName()).body()).isEqualTo("GIF89a and so on");
            assertThat(other.get("/search?q=move").body()).contains("/notes/new-address");
            // Cached pages of the running site expire by themselves.
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> other.get("/").body().contains("Words that move"));
            JsonObject again = new JsonObject(into(other, "out", "--json").out());
            assertThat(again.getLong("notes")).isZero();
            assertThat(again.getLong("notes_there_already")).isEqualTo(2);
            assertThat(again.getLong("pictures")).isZero();
        }
    }

    @Test
    void an_import_that_is_killed_is_started_again_and_takes_each_note_once() throws Exception {
        int count = 3_000;
        Path notes = Files.createDirectories(folder.resolve("notes"));
        for (int i = 0; i < count; i++) {
            Files.writeString(
                    notes.resolve("2019-01-01-note-" + i + ".md"),
                    "Note number " + i + ", " + "with some words ".repeat(30));
        }
        Process importing = new Program(folder)
                .start(
                        Map.of(),
                        folder.resolve("import.out"),
                        folder.resolve("import.err"),
                        "import",
                        "notes",
                        "--data-dir",
                        site.dataDir().toString());
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> TestSite.await(site.deployment().notes().count()) > 0 || !importing.isAlive());
        importing.destroyForcibly().onExit().get(120, TimeUnit.SECONDS);
        long first = TestSite.await(site.deployment().notes().count());
        assertThat(first).as(Files.readString(folder.resolve("import.err"))).isPositive();
        assertThat(first % 100).as("whole steps of 100").isZero();

        JsonObject report = new JsonObject(into(site, "notes", "--json").out());
        assertThat(report.getLong("notes") + report.getLong("notes_there_already"))
                .isEqualTo(count);
        assertThat(report.getLong("notes_there_already")).isEqualTo(first);
        assertThat(TestSite.await(site.deployment().notes().count())).isEqualTo(count);
    }

    @Test
    void what_cannot_be_imported_is_told_with_what_to_do() throws Exception {
        Files.writeString(folder.resolve("letter.txt"), "not a zip");
        for (String source : new String[] {"letter.txt", "missing"}) {
            ProgramResult ended = into(site, source);
            assertThat(ended.exitCode()).isEqualTo(1);
            assertThat(ended.err())
                    .contains(source, "was not imported", "Fix: ")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void the_doctor_finds_a_running_site_well_and_says_what_to_do_about_one_that_is_not() throws Exception {
        site.publish("A note", "");
        String port = "127.0.0.1:" + site.uri().getPort();
        shell().ok("backup", "site.zip");
        assertThat(LastBackupFile.read(site.dataDir())).isPresent();
        ProgramResult well = shell().run("doctor", "--listen", port);
        assertThat(well.out())
                .contains(
                        "sound, 1 notes",
                        "in step with the notes",
                        "the site is healthy",
                        "is this site",
                        "apps find Micropub")
                .contains("backup", "0 h ago");
        assertThat(well.exitCode()).as(well.out()).isZero();
        JsonObject json =
                new JsonObject(shell().run("doctor", "--json", "--listen", port).out());
        assertThat(json.getString("status")).isEqualTo("ok");
        assertThat(json.getJsonArray("findings"))
                .allSatisfy(
                        row -> assertThat(((JsonObject) row).fieldNames()).contains("what", "status", "text", "cure"));

        ProgramResult elsewhere = shell().run("doctor", "--listen", port, "--base-url", "https://no-such-host.invalid");
        assertThat(elsewhere.exitCode()).isEqualTo(1);
        assertThat(elsewhere.out()).contains("does not resolve here", "Fix: ", "There are problems.");
        ProgramResult wrong = new Program(folder).run(Map.of("METRICS_BUFER_SIZE", "1"), "doctor");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.out()).contains("Did you mean METRICS_BUFFER_SIZE?");
        site.stop();
        Path database = site.dataDir().resolve("starpunk.db");
        byte[] sound = Files.readAllBytes(database);
        byte[] damaged = sound.clone();
        java.util.Arrays.fill(damaged, 4096, Math.min(damaged.length, 40_960), (byte) 0x5a);
        Files.write(database, damaged);
        ProgramResult ill = shell().run("doctor", "--listen", port);
        assertThat(ill.exitCode()).isEqualTo(1);
        assertThat(ill.out()).contains("fail     database", "starpunk restore").contains("the site is not running");
        assertThat(ill.err()).doesNotContain("\tat ");
        Files.write(database, sound);
        site.startAgain(Integer.parseInt(port.substring(port.indexOf(':') + 1)));
    }

    private ProgramResult into(TestSite target, String... arguments) throws IOException, InterruptedException {
        return new Program(folder)
                .run(Stream.concat(
                                Stream.of("import"),
                                Stream.concat(
                                        Stream.of(arguments),
                                        Stream.of("--data-dir", target.dataDir().toString())))
                        .toArray(String[]::new));
    }

    private Program shell() {
        return Program.on(site.dataDir(), folder);
    }
}
