package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.journey.TestSite;
import org.starpunk.note.Note;

/** Backup and restore as an operator runs them: separate processes, with a running and with a stopped server. */
@SqliteOnly("a PostgreSQL is copied by its own tools")
class BackupTest {

    @TempDir
    Path folder;

    private TestSite site = TestSite.start().setUp();

    @BeforeEach
    void publish() {
        site.publish("Kept for ever", "safe");
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void a_backup_under_write_load_has_every_note_that_was_acknowledged_before_it_began() throws Exception {
        List<Note> written = new ArrayList<>();
        AtomicBoolean enough = new AtomicBoolean();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            for (int i = 0; !enough.get(); i++) {
                Note note = site.publish("Note " + i + " with " + "words ".repeat(50), "load");
                synchronized (written) {
                    written.add(note);
                }
            }
        });
        await().atMost(Duration.ofMinutes(2)).until(() -> size(written) > 20);
        int before = 0;
        int after = 0;
        JsonObject made = new JsonObject();
        for (int attempt = 0; after == before && attempt < 10; attempt++) { // until a write happened during the backup
            Files.deleteIfExists(folder.resolve("site.zip"));
            before = size(written);
            made = new JsonObject(shell().ok("backup", "site.zip", "--json").out());
            after = size(written);
        }
        enough.set(true);
        writing.get(120, TimeUnit.SECONDS);

        assertThat(after).as("it was written to meanwhile").isGreaterThan(before);
        assertThat(made.getLong("notes")).isBetween(before + 1L, written.size() + 1L);
        int port = site.uri().getPort();
        site.stop();
        shell().ok("restore", "site.zip", "--yes");
        site.startAgain(port);
        for (Note note : written.subList(0, before)) {
            assertThat(site.get(note.path()).statusCode()).as(note.path()).isEqualTo(200);
        }
    }

    @Test
    void a_restore_brings_back_notes_pictures_and_styles_and_keeps_aside_what_was_there() throws Exception {
        Path picture = site.dataDir().resolve("media/" + "a".repeat(43) + ".gif");
        Files.createDirectories(picture.getParent());
        Files.writeString(picture, "GIF89a");
        Path styles = Files.createDirectories(site.dataDir().resolve("static")).resolve("own.css");
        Files.writeString(styles, "body { color: red }");
        assertThat(shell().ok("backup", "site.zip").out()).contains("1 notes", "checked");
        Note later = site.publish("Written after the backup", "");
        Files.delete(picture);
        Files.writeString(styles, "body { color: blue }");

        ProgramResult running = shell().run("restore", "site.zip", "--yes");
        assertThat(running.exitCode()).isEqualTo(1);
        assertThat(running.err()).contains("is running", "Fix: stop it first").doesNotContain("\tat ");
        assertThat(site.get(later.path()).statusCode()).isEqualTo(200);

        int port = site.uri().getPort();
        site.stop();
        ProgramResult unasked = shell().run("restore", "site.zip");
        assertThat(unasked.exitCode()).isEqualTo(2);
        assertThat(unasked.err()).contains("add --yes");
        JsonObject done = new JsonObject(
                shell().ok("restore", "site.zip", "--yes", "--json").out());
        assertThat(done.getLong("notes")).isEqualTo(1);
        assertThat(done.getLong("files")).isEqualTo(2);
        assertThat(Path.of(done.getString("replaced")).resolve("starpunk.db")).exists();
        assertThat(Path.of(done.getString("replaced")).resolve("static/own.css"))
                .hasContent("body { color: blue }");
        assertThat(styles).hasContent("body { color: red }");
        assertThat(picture).hasContent("GIF89a");

        site.startAgain(port);
        assertThat(site.get("/notes/kept-for-ever").statusCode()).isEqualTo(200);
        assertThat(site.get(later.path()).statusCode()).isEqualTo(404);
        assertThat(site.get("/admin", "Accept", "text/html").statusCode())
                .as("logins of the backup have ended")
                .isNotEqualTo(200);
    }

    @Test
    void a_restore_takes_over_rows_and_pictures_only_and_says_who_owns_the_site() throws Exception {
        shell().ok("backup", "site.zip");
        int port = site.uri().getPort();
        site.stop();
        Path copy = Files.copy(site.dataDir().resolve("starpunk.db"), folder.resolve("copy.db"));
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + copy)) {
            for (String sql : List.of(
                    "CREATE TABLE kept AS SELECT * FROM sessions",
                    "CREATE TRIGGER back AFTER DELETE ON sessions BEGIN INSERT INTO sessions SELECT * FROM kept;"
                            + " END")) {
                int unused = connection.createStatement().executeUpdate(sql);
            }
        }
        ProgramResult ended = shell().ok("restore", "copy.db", "--yes");
        assertThat(ended.out())
                .contains("Not restored, because StarPunk did not create it: table kept, trigger back.")
                .contains("It belongs to ", " 0 passkeys and ", "starpunk passwd --remove-passkeys");
        site.startAgain(port);
        assertThat(site.get("/notes/kept-for-ever").statusCode()).isEqualTo(200);
        assertThat(site.get("/admin", "Accept", "text/html").statusCode()).isNotEqualTo(200);
        assertThat(shell().ok("doctor").out()).doesNotContain("did not create");
    }

    @Test
    void a_site_is_restored_into_a_fresh_directory_from_the_bare_database_too() throws Exception {
        shell().ok("backup", "site.zip");
        int port = site.uri().getPort();
        site.stop();
        Files.copy(site.dataDir().resolve("starpunk.db"), folder.resolve("copy.db"));
        for (String file : List.of("site.zip", "copy.db")) {
            String fresh = folder.resolve("fresh-" + file).toString();
            ProgramResult ended = new Program(folder).run("restore", file, "--data-dir", fresh);
            assertThat(ended.exitCode()).as(ended.err()).isZero();
            assertThat(ended.out()).contains(": 1 note, ").doesNotContain("The old data is in");
            try (RunningProgram program = RunningProgram.serve(folder, Map.of(), "--data-dir", fresh)) {
                assertThat(program.get("/notes/kept-for-ever").statusCode()).isEqualTo(200);
            }
        }
        site.startAgain(port);
    }

    @Test
    void what_is_no_whole_backup_is_refused_and_changes_nothing() throws Exception {
        shell().ok("backup", "site.zip");
        int port = site.uri().getPort();
        site.stop();
        byte[] zip = Files.readAllBytes(folder.resolve("site.zip"));
        Files.write(folder.resolve("changed.zip"), zip);
        // Changes the content of the entry: a flipped bit of the ZIP itself may decompress to the same bytes.
        try (FileSystem changed = FileSystems.newFileSystem(folder.resolve("changed.zip"))) {
            byte[] packed = Files.readAllBytes(changed.getPath("starpunk.db"));
            packed[packed.length - 1] ^= 0x55;
            Files.write(changed.getPath("starpunk.db"), packed);
        }
        Files.write(folder.resolve("half.zip"), java.util.Arrays.copyOf(zip, zip.length / 2));
        Files.writeString(folder.resolve("text.zip"), "this is a letter");
        byte[] database = Files.readAllBytes(site.dataDir().resolve("starpunk.db"));
        byte[] newer = database.clone();
        newer[60] = 1; // the highest byte of user_version
        Files.write(folder.resolve("newer.db"), newer);
        for (String file : List.of("changed.zip", "half.zip", "text.zip", "newer.db", "missing.zip")) {
            ProgramResult ended = shell().run("restore", file, "--yes");
            assertThat(ended.exitCode()).as(file + ended.out()).isEqualTo(1);
            assertThat(ended.err()).as(file).contains("starpunk: ", "Fix: ").doesNotContain("\tat ");
            assertThat(Files.readAllBytes(site.dataDir().resolve("starpunk.db")))
                    .isEqualTo(database);
        }
        assertThat(names(site.dataDir())).noneMatch(name -> name.startsWith("replaced-") || name.equals(".restore"));
        site.startAgain(port);
        assertThat(site.get("/notes/kept-for-ever").statusCode()).isEqualTo(200);
    }

    @Test
    void a_process_that_is_ended_in_the_middle_leaves_a_whole_site_and_no_half_backup() throws Exception {
        byte[] noise = new byte[40_000_000];
        new Random(7).nextBytes(noise);
        Path large = Files.createDirectories(site.dataDir().resolve("static")).resolve("large.bin");
        Files.write(large, noise);
        Path zip = folder.resolve("site.zip");
        Path partial = folder.resolve(".site.zip.partial");
        assertThat(endedAtWork(zip, partial, Process::destroyForcibly)).isEqualTo(137);
        assertThat(zip).doesNotExist();
        Files.delete(partial);
        assertThat(endedAtWork(zip, partial, Process::destroy)).isEqualTo(143);
        assertThat(names(folder)).as(text("err.txt")).noneMatch(name -> name.contains("site.zip"));

        shell().ok("backup", "site.zip");
        assertThat(names(folder)).filteredOn(name -> name.contains("site.zip")).containsExactly("site.zip");
        int port = site.uri().getPort();
        boolean old = false;
        for (int attempt = 0; !old && attempt < 10; attempt++) {
            site.publish("Not in the backup", "");
            site.stop();
            int unused = ended(
                    site.dataDir().resolve(".restore/static/large.bin"),
                    Process::destroyForcibly,
                    "restore",
                    "site.zip",
                    "--yes");
            site.startAgain(port);
            old = site.get("/notes/not-in-the-backup").statusCode() == 200;
        }
        assertThat(old).as("the old site").isTrue();
        site.stop();
        shell().ok("restore", "site.zip", "--yes");
        site.startAgain(port);
        assertThat(site.get("/notes/not-in-the-backup").statusCode())
                .as("the new site")
                .isEqualTo(404);
        assertThat(site.get("/notes/kept-for-ever").statusCode()).isEqualTo(200);
        assertThat(site.dataDir().resolve(".restore")).doesNotExist();
    }

    @Test
    void a_backup_says_what_is_wrong_and_what_to_do() throws Exception {
        assertThat(shell().run("backup", "site.tar").exitCode()).isEqualTo(2);
        Files.writeString(folder.resolve("there.zip"), "mine");
        ProgramResult there = shell().run("backup", "there.zip");
        assertThat(there.exitCode()).isEqualTo(1);
        assertThat(there.err()).contains("already exists", "Fix: ");
        assertThat(folder.resolve("there.zip")).hasContent("mine");
        ProgramResult empty = new Program(folder)
                .run("backup", "none.zip", "--data-dir", folder.resolve("none").toString());
        assertThat(empty.exitCode()).isEqualTo(65);
        assertThat(empty.err()).contains("there is no database", "--data-dir").doesNotContain("\tat ");
        assertThat(folder.resolve("none")).doesNotExist();
    }

    private static int size(List<Note> notes) {
        synchronized (notes) {
            return notes.size();
        }
    }

    private Program shell() {
        return Program.on(site.dataDir(), folder);
    }

    /** Ends a backup while it runs. Repeats it if a busy machine was too slow. */
    private int endedAtWork(Path zip, Path partial, Consumer<Process> end) throws Exception {
        int code = 0;
        for (int attempt = 0; (code == 0 || Files.exists(zip)) && attempt < 10; attempt++) {
            Files.deleteIfExists(zip);
            code = ended(partial, end, "backup", "site.zip");
        }
        return code;
    }

    /**
     * Starts a command and ends it as soon as a file exists.
     *
     * @return the exit code; 0 if it had completed before
     */
    private int ended(Path file, Consumer<Process> end, String... command) throws Exception {
        Process process = shell().start(Map.of(), folder.resolve("out.txt"), folder.resolve("err.txt"), command);
        await().pollInterval(Duration.ofMillis(2)).until(() -> Files.exists(file) || !process.isAlive());
        end.accept(process);
        return process.onExit().get(120, TimeUnit.SECONDS).exitValue();
    }

    private String text(String file) throws IOException {
        return Files.readString(folder.resolve(file), StandardCharsets.UTF_8);
    }

    private static List<String> names(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }
}
