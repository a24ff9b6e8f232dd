package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.TestDatabase;
import org.starpunk.command.Program.ProgramResult;
import org.starpunk.journey.TestSite;

/** Commands of a site in PostgreSQL, and several servers on one database. */
class PostgresCommandTest {

    @TempDir
    Path folder;

    @Test
    void two_servers_share_a_postgresql_and_the_commands_know_it() throws Exception {
        try (TestDatabase database = TestDatabase.postgres(folder.resolve("data"))) {
            Path password = Files.writeString(folder.resolve("password"), "not needed here\n");
            Map<String, String> environment = new HashMap<>(database.environment());
            environment.put("STARPUNK_DATABASE_PASSWORD_FILE", password.toString());
            ProgramResult before = new Program(folder).run(environment, "migrate", "--dry-run");
            assertThat(before.out()).contains("schema 0", "001-notes", "Make a backup first: pg_dump");
            try (RunningProgram one = RunningProgram.serve(folder, environment);
                    RunningProgram other = RunningProgram.serve(folder, environment)) {
                assertThat(one.logOfItself())
                        .containsPattern("db=postgresql://127\\.0\\.0\\.1:\\d+/postgres  metrics=")
                        .doesNotContain("WARN");
                assertThat(one.get("/").statusCode()).isEqualTo(200);
                assertThat(other.get("/").statusCode()).isEqualTo(200);
                assertThat(folder.resolve("data/starpunk.db")).doesNotExist();
                assertThat(new Program(folder).run(environment, "migrate").out())
                        .contains("the newest");
            }
            ProgramResult backup = new Program(folder).run(environment, "backup", "site.zip");
            assertThat(backup.exitCode()).isEqualTo(1);
            assertThat(backup.err()).contains("the notes are in PostgreSQL", "pg_dump");
            ProgramResult shown = new Program(folder).run(environment, "config", "show");
            assertThat(shown.out()).contains("STARPUNK_DATABASE_PASSWORD").doesNotContain("not needed here");
        }
    }

    @Test
    void a_running_site_is_examined_exported_and_indexed_and_another_one_takes_its_notes() throws Exception {
        try (TestDatabase database = TestDatabase.postgres(folder.resolve("data"));
                TestDatabase empty = TestDatabase.postgres(folder.resolve("other"));
                TestSite site = TestSite.start(database.environment()).setUp()) {
            site.publish("A hedgehog under the leaves", "Animals");
            site.publish("Something about trains", "");
            ProgramResult doctor = new Program(folder).run(database.environment(), "doctor");
            assertThat(doctor.out())
                    .containsPattern("database +postgresql://.* is reachable")
                    .containsPattern("schema +\\d+, the newest");
            try (Connection past = database.connect();
                    Statement sql = past.createStatement()) {
                sql.execute("DELETE FROM notes_search");
            }
            assertThat(site.get("/search?q=hedgehog").body()).doesNotContain("under the leaves");
            ProgramResult reindex = new Program(folder).run(database.environment(), "reindex");
            assertThat(reindex.out()).as(reindex.err()).contains("2 notes");
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> site.get("/search?q=hedgehog").body().contains("/notes/a-hedgehog-under-the-leaves"));
            ProgramResult export = new Program(folder).run(database.environment(), "export", "out");
            assertThat(export.out()).as(export.err()).contains("2 notes");
            try (TestSite other = TestSite.start(empty.environment()).setUp()) {
                assertThat(other.get("/").body()).doesNotContain("hedgehog");
                ProgramResult imported = new Program(folder).run(empty.environment(), "import", "out");
                assertThat(imported.out()).as(imported.err()).contains("Imported: 2 notes");
                await().atMost(Duration.ofMinutes(2))
                        .until(() -> other.get("/").body().contains("A hedgehog under the leaves"));
                assertThat(other.get("/tags/animals").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void the_doctor_says_that_a_postgresql_does_not_answer() throws Exception {
        ProgramResult doctor = new Program(folder)
                .run(
                        Map.of(
                                "STARPUNK_DATABASE_URL",
                                "jdbc:postgresql://127.0.0.1:1/notes?user=ada",
                                "STARPUNK_DATA_DIR",
                                folder.toString()),
                        "doctor");
        assertThat(doctor.exitCode()).isEqualTo(1);
        assertThat(doctor.out())
                .contains("postgresql://127.0.0.1:1/notes cannot be reached", "start PostgreSQL")
                .doesNotContain("\tat ");
    }

    @Test
    void a_postgresql_that_is_not_there_is_told_with_its_cure_and_may_be_there_at_the_next_start() throws Exception {
        ProgramResult ended = new Program(folder)
                .run(
                        Map.of("STARPUNK_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/notes?user=ada"),
                        "serve",
                        "--listen",
                        "127.0.0.1:0");
        assertThat(ended.exitCode()).isEqualTo(1);
        assertThat(ended.err())
                .contains("the database postgresql://127.0.0.1:1/notes cannot be reached", "Fix: start PostgreSQL")
                .doesNotContain("\tat ");
    }

    @Test
    void a_second_server_on_one_sqlite_file_is_refused_and_loads_nothing_of_postgresql() throws Exception {
        Path loaded = folder.resolve("classes.txt");
        Map<String, String> watched = Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:file=" + loaded);
        try (RunningProgram program = RunningProgram.serve(folder, watched)) {
            ProgramResult second = new Program(folder).run("serve", "--listen", "127.0.0.1:0");
            assertThat(second.exitCode()).isEqualTo(65);
            assertThat(second.err())
                    .contains("another server already runs on data", "STARPUNK_DATABASE_URL")
                    .doesNotContain("\tat ");
            assertThat(new Program(folder).run("setup-link").exitCode()).isZero();
            assertThat(program.get("/").statusCode()).isEqualTo(200);
        }
        assertThat(Files.readString(loaded)).contains("org.sqlite.JDBC ").doesNotContain("org.postgresql.");
        try (RunningProgram again = RunningProgram.serve(folder, Map.of())) {
            assertThat(again.get("/").statusCode()).isEqualTo(200);
        }
    }
}
