package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;
import org.starpunk.archive.DurableFiles;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.journey.TestSite;
import org.starpunk.note.Note;

/**
 * kill -9 of a running command leaves no incomplete result under its final name, and the running site is not affected.
 */
@SqliteOnly("it changes the file beside the server")
class KilledCommandsTest {

    private static final int NOTES = 20_000;

    @TempDir
    Path folder;

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void an_export_that_is_killed_leaves_no_export_and_the_next_one_is_whole() throws Exception {
        Note note = site.publish("Kept for ever", "safe");
        byte[] noise = new byte[20_000_000];
        new Random(7).nextBytes(noise);
        System.arraycopy("GIF89a".getBytes(StandardCharsets.US_ASCII), 0, noise, 0, 6);
        Path media = Files.createDirectories(site.dataDir().resolve("media"));
        Files.write(media.resolve("a".repeat(43) + ".gif"), noise);
        for (String target : List.of("site.zip", "site")) {
            Path partial = folder.resolve(target + ".partial");
            boolean killed = killWhen(start("export", target), () -> Files.exists(partial));
            for (int attempt = 0; !killed && attempt < 10; attempt++) {
                DurableFiles.deleteAll(folder.resolve(target)); // a busy machine was too slow
                killed = killWhen(start("export", target), () -> Files.exists(partial));
            }
            assertThat(killed).as("killed at work").isTrue();
            assertThat(folder.resolve(target)).doesNotExist();
            assertThat(partial).as("it was in the middle").exists();
            assertThat(site.get(note.path()).statusCode()).isEqualTo(200);
            ProgramResult again = run("export", target);
            assertThat(again.exitCode()).as(again.err()).isZero();
            assertThat(again.out()).contains("1 notes");
            assertThat(partial).doesNotExist();
        }
        TestSite other = TestSite.start().setUp();
        for (String export : List.of("site.zip", "site")) {
            ProgramResult imported = new Program(folder)
                    .run("import", export, "--data-dir", other.dataDir().toString());
            assertThat(imported.exitCode()).as(imported.out() + imported.err()).isZero();
        }
        assertThat(other.get(note.path()).body()).contains("Kept for ever");
        other.close();
    }

    @Test
    void a_reindex_that_is_killed_leaves_an_index_in_which_every_note_is_found() throws Exception {
        sql("INSERT INTO notes (id, slug, text, format, html, status, visibility, published, published_zone, month)"
                + " WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < " + NOTES + ")"
                + " SELECT n, 'n' || n, 'word' || n, 'MARKDOWN', '<p>word' || n || '</p>', 'PUBLISHED', 'PUBLIC',"
                + " 1400000000000 + n * 3600000, 0, 201405 FROM i");
        sql("INSERT INTO slugs (slug, note_id) SELECT slug, id FROM notes");
        ProgramResult first = run("reindex");
        assertThat(first.exitCode()).as(first.err()).isZero();

        long ghost = NOTES / 2;
        long ghosts = 0;
        for (int attempt = 0; ghosts == 0 && attempt < 10; attempt++) { // until the kill was in time on a busy machine
            sql("INSERT INTO notes_search (rowid, title, text, tags) VALUES (" + (NOTES + 5) + ", '', 'ghost', '')");
            sql("DELETE FROM notes_search WHERE rowid = 1");
            // The first steps repair the first note; the last step removes the ghost.
            boolean unused =
                    killWhen(start("reindex"), () -> number("SELECT count(*) FROM notes_search WHERE rowid = 1") == 1);
            ghosts = number("SELECT count(*) FROM notes_search WHERE rowid = " + (NOTES + 5));
        }
        assertThat(ghosts).as("it was in the middle").isEqualTo(1);
        for (long id : new long[] {1, ghost, NOTES}) {
            assertThat(site.get("/search?q=word" + id).body()).contains("/notes/n" + id);
        }
        Note during = site.publish("Written after the kill", "");
        assertThat(site.get("/search?q=kill").body()).contains(during.path());
        assertThat(run("reindex").exitCode()).isZero();
        assertThat(number("SELECT count(*) FROM notes_search WHERE rowid = " + (NOTES + 5)))
                .isLessThanOrEqualTo(0);
        assertThat(number("SELECT count(*) FROM notes_search")).isEqualTo(NOTES + 1);
        assertThat(number("SELECT count(*) FROM pragma_integrity_check WHERE integrity_check <> 'ok'"))
                .isZero();
    }

    /** Returns whether the process was killed before it had completed. */
    private static boolean killWhen(Process process, Callable<Boolean> begun) throws Exception {
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(2))
                .until(() -> begun.call() || !process.isAlive());
        Process unused = process.destroyForcibly().onExit().get(120, TimeUnit.SECONDS);
        assertThat(process.exitValue()).isIn(0, 137);
        return process.exitValue() == 137;
    }

    private Connection connect() throws Exception {
        return DriverManager.getConnection("jdbc:sqlite:" + site.dataDir().resolve("starpunk.db"));
    }

    private void sql(String statement) throws Exception {
        try (Connection connection = connect();
                Statement doing = connection.createStatement()) {
            boolean unused = doing.execute("PRAGMA busy_timeout = 10000");
            int rows = doing.executeUpdate(statement);
            assertThat(rows).isPositive();
        }
    }

    private long number(String query) throws Exception {
        try (Connection connection = connect();
                Statement asking = connection.createStatement();
                ResultSet row = asking.executeQuery(query)) {
            return row.getLong(1);
        }
    }

    private Process start(String... arguments) throws IOException {
        return new Program(folder)
                .start(Map.of(), folder.resolve("out.txt"), folder.resolve("err.txt"), withData(arguments));
    }

    private ProgramResult run(String... arguments) throws Exception {
        return new Program(folder).run(withData(arguments));
    }

    private String[] withData(String... arguments) {
        return Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--data-dir", site.dataDir().toString()))
                .toArray(String[]::new);
    }
}
