package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.SqliteOnly;
import org.starpunk.archive.ArchiveException;
import org.starpunk.job.ProgressListener;

/** A restored database has the schema of its version, independent of the content of the backup file. */
@SqliteOnly("a PostgreSQL is restored by its own tools")
class RestoredSchemaTest {

    private static final String ALL = "SELECT type || ' ' || name || ' ' || coalesce(sql, '') FROM sqlite_schema"
            + " WHERE name NOT LIKE 'notes_search%' AND name NOT LIKE 'notes_words%' ORDER BY 1";

    @TempDir
    Path dir;

    private Path source;
    private Path planted;
    private Path site;

    @BeforeEach
    void makeBackup() throws Exception {
        source = Files.createDirectory(dir.resolve("source"));
        site = Files.createDirectory(dir.resolve("site"));
        try (RunningStore store = RunningStore.start(new DatabaseFile(source))) {
            store.publish("Kept for ever, with flowers", "safe");
            store.publish("Another one", "");
        }
        planted = source.resolve("starpunk.db");
    }

    @Test
    void a_restored_database_has_the_schema_of_a_new_one_and_all_rows() throws Exception {
        Restore.RestoreResult done = restore();
        assertThat(done.notes()).isEqualTo(2);
        assertThat(done.leftOut()).isEmpty();
        assertThat(ask(site, ALL)).isEqualTo(ask(source, ALL)).isNotEmpty();
        assertThat(ask(site, "SELECT text FROM notes ORDER BY id"))
                .containsExactly("Kept for ever, with flowers", "Another one");
        assertThat(ask(site, "SELECT seq FROM sqlite_sequence WHERE name = 'notes'"))
                .containsExactly("2");
        assertThat(ask(site, "PRAGMA integrity_check")).containsExactly("ok");
        try (RunningStore store = RunningStore.start(new DatabaseFile(site))) {
            await().until(() -> RunningStore.await(store.search.search("flowers", 0, 9))
                            .hits()
                            .size()
                    == 1);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CREATE TRIGGER back AFTER DELETE ON sessions BEGIN INSERT INTO sessions VALUES ('planted', 1, 1,"
                        + " 9999999999999, 'x'); END",
                "CREATE TRIGGER seen AFTER UPDATE ON account BEGIN UPDATE account SET password_hash = 'planted'; END",
                "CREATE VIEW secret AS SELECT password_hash FROM account",
                "CREATE TABLE planted (x)",
                "CREATE TABLE \"sessions; DROP TABLE notes\" (x)",
                "CREATE INDEX planted ON notes (lower(text))",
                "CREATE UNIQUE INDEX planted ON notes (status) WHERE status = 'never'",
                "CREATE VIRTUAL TABLE planted USING fts5 (x)",
                "CREATE VIRTUAL TABLE planted USING rtree (id, a, b)",
                "CREATE TABLE notes_search_evil (x)",
                "ALTER TABLE notes ADD COLUMN planted TEXT",
                "ALTER TABLE notes ADD COLUMN planted TEXT GENERATED ALWAYS AS (hex(zeroblob(10))) VIRTUAL",
                "DROP TABLE notes_search",
                "DROP INDEX notes_all",
                "PRAGMA application_id = 252006673",
            })
    void planted_objects_are_left_out(String sql) throws Exception {
        List<String> expected = ask(source, ALL);
        plant(sql);
        Restore.RestoreResult done = restore();
        assertThat(ask(site, ALL)).isEqualTo(expected);
        assertThat(ask(site, "SELECT count(*) FROM notes")).containsExactly("2");
        assertThat(ask(site, "PRAGMA application_id")).containsExactly("0");
        assertThat(done.leftOut().toString())
                .matches(sql.startsWith("CREATE") || sql.startsWith("ALTER") ? "\\[.+]" : "\\[]");
        try (RunningStore store = RunningStore.start(new DatabaseFile(site))) {
            assertThat(store.publish("Written afterwards", "").id()).isEqualTo(3);
        }
    }

    @Test
    void a_trigger_does_not_bring_a_session_back() throws Exception {
        plant("INSERT INTO sessions VALUES ('stolen', 1, 1, 9999999999999, 'x')");
        plant("INSERT INTO codes VALUES ('code', 'c', 'r', 'create', 'x', 0, 9999999999999, 0)");
        plant("INSERT INTO setup_offer VALUES (1, 'offer', 9999999999999)");
        plant("CREATE TRIGGER back AFTER DELETE ON sessions BEGIN"
                + " INSERT INTO sessions VALUES ('planted', 1, 1, 9999999999999, 'x'); END");
        Restore.RestoreResult done = restore();
        assertThat(done.leftOut()).containsExactly("trigger back");
        for (String table : List.of("sessions", "codes", "setup_offer")) {
            assertThat(ask(site, "SELECT count(*) FROM " + table)).as(table).containsExactly("0");
        }
        assertThat(ask(site, "SELECT count(*) FROM sqlite_schema WHERE type IN ('trigger', 'view')"))
                .containsExactly("0");
    }

    @Test
    void the_owner_of_the_restored_site_is_reported() throws Exception {
        assertThat(restore().owner()).isEqualTo(new Restore.Owner(null, null, 0, 0));
        plant("INSERT INTO account (id, site_name, site_url, author_name, bio, photo, language, password_hash)"
                + " VALUES (1, 'Site', 'https://planted.example', 'Mallory', '', '', 'en', 'a-hash')");
        plant("INSERT INTO tokens (secret_hash, client_id, scopes, created) VALUES ('t', 'https://app.example/',"
                + " 'create', 1)");
        plant("INSERT INTO passkeys VALUES ('p', 'key', 'k', 0, 'm', 1, NULL)");
        assertThat(restore().owner()).isEqualTo(new Restore.Owner("Mallory", "https://planted.example", 1, 1));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DROP TABLE notes; CREATE VIEW notes AS WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x FROM r)"
                        + " SELECT x FROM r | lacks the table notes",
                "DROP TABLE tags; CREATE VIRTUAL TABLE tags USING fts5 (id, slug, name) | lacks the table tags",
                "DROP TABLE account | lacks the table account",
                "ALTER TABLE tokens RENAME COLUMN scopes TO scope | lacks the column tokens.scopes",
                "DROP TABLE setup_offer; CREATE TABLE setup_offer (id, secret_hash AS ('x'), expires)"
                        + " | lacks the column setup_offer.secret_hash",
                "PRAGMA user_version = 1 | came with schema",
                "PRAGMA user_version = 3 | came with schema",
                "PRAGMA user_version = 0 | not a StarPunk database",
                "PRAGMA user_version = -7 | not a StarPunk database",
                "PRAGMA user_version = 2000000000 | supports schemas up to",
                "DROP TABLE tags; CREATE TABLE tags (id, slug, name); INSERT INTO tags VALUES ('x', x'00', 1)"
                        + " | datatype mismatch",
                "INSERT INTO slugs VALUES ('orphan', 77) | belongs to no row",
            })
    void what_is_not_of_its_version_is_refused_and_changes_nothing(String sql, String why) throws Exception {
        for (String statement : sql.split("; ")) {
            plant(statement);
        }
        assertThatThrownBy(this::restore).isInstanceOf(ArchiveException.class).hasMessageContaining(why);
        try (var left = Files.list(site)) {
            assertThat(left.map(file -> file.getFileName().toString()))
                    .noneMatch(name -> name.startsWith("starpunk.db") || name.startsWith("."));
        }
    }

    static IntStream olderVersions() {
        return IntStream.range(1, Migrations.newest());
    }

    @ParameterizedTest
    @MethodSource("olderVersions")
    void a_database_of_an_older_version_keeps_its_schema_and_is_migrated_by_the_next_start(int schema)
            throws Exception {
        Files.delete(planted);
        OldDatabases.restore(schema, source);
        List<String> expected;
        try (Connection fresh = DatabaseCopy.inMemory()) {
            Migrations.create(fresh, schema);
            expected = ask(fresh, ALL);
        }
        Restore.RestoreResult done = restore();
        assertThat(done.schema()).isEqualTo(schema);
        assertThat(done.leftOut()).isEmpty();
        assertThat(ask(site, ALL)).isEqualTo(expected);
        assertThat(ask(site, "PRAGMA user_version")).containsExactly(Integer.toString(schema));
        try (RunningStore store = RunningStore.start(new DatabaseFile(site))) {
            assertThat(RunningStore.await(store.notes.count())).isEqualTo(1);
            assertThat(store.publish("Written after the change", "").id()).isEqualTo(5);
        }
    }

    @Test
    void no_connection_trusts_the_schema_and_full_text_search_still_works() throws Exception {
        DatabaseFile file = new DatabaseFile(source);
        try (ConnectionFactory connections = file.open(2);
                Connection one = connections.open();
                Connection other = DatabaseCopy.open(planted)) {
            for (Connection connection : List.of(one, other)) {
                assertThat(ask(connection, "PRAGMA trusted_schema")).containsExactly("0");
                assertThat(ask(connection, "PRAGMA writable_schema")).containsExactly("0");
            }
        }
        try (RunningStore store = RunningStore.start(file)) {
            assertThat(RunningStore.await(store.search.search("flow", 0, 9)).hits())
                    .hasSize(1);
        }
    }

    private Restore.RestoreResult restore() throws IOException {
        Files.createDirectories(site);
        try (DataDirectoryLock lock = DataDirectoryLock.acquire(site).orElseThrow()) {
            return Restore.run(planted, site, lock, Instant.now(), ProgressListener.none());
        }
    }

    private void plant(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + planted);
                Statement statement = connection.createStatement()) {
            int unused = statement.executeUpdate(sql);
        }
    }

    private static List<String> ask(Path dataDir, String query) throws SQLException {
        try (Connection connection = OldDatabases.connect(dataDir)) {
            return ask(connection, query);
        }
    }

    private static List<String> ask(Connection connection, String query) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Statement statement = connection.createStatement();
                ResultSet found = statement.executeQuery(query)) {
            while (found.next()) {
                rows.add(found.getString(1));
            }
        }
        return rows;
    }
}
