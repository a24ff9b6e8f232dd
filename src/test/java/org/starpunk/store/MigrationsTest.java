package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.starpunk.store.OldDatabases.ask;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.config.Settings;
import org.starpunk.identity.Profile;
import org.starpunk.identity.SiteIdentity;
import org.starpunk.identity.Token;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.Photo;
import org.starpunk.note.TagNameRules;

class MigrationsTest {

    private static final int NEWEST = Migrations.newest();

    @TempDir
    Path dir;

    @Test
    void there_is_an_old_database_of_each_schema_before_this_one() {
        for (int schema = 1; schema < NEWEST; schema++) {
            assertThat(Path.of("src/test/resources/schema", schema + ".sql")).isRegularFile();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void an_old_database_is_brought_up_to_date_with_all_that_is_in_it(int schema) throws Exception {
        OldDatabases.restore(schema, dir);
        try (RunningStore store = RunningStore.start(dir)) {
            assertThat(ask(dir, "PRAGMA user_version")).isEqualTo(Integer.toString(NEWEST));
            notesAreThere(store);
            String host = schema < 2 ? "127.0.0.1" : "old.example";
            assertThat(uids(store)).isEqualTo(oldIds(host));
            AccountStore account = RunningStore.await(
                    AccountStore.open(store.client, Clock.systemUTC(), store.revision, null, "http://localhost"));
            if (schema < 2) {
                assertThat(account.profile().isSet()).isFalse();
            } else {
                assertThat(account.profile())
                        .isEqualTo(new Profile(
                                "An old site", "https://old.example", "Ada Author", "Was here before.", "", "de"));
                assertThat(RunningStore.await(account.passwordHash())).contains("a-hash");
                assertThat(ask(dir, "SELECT user_agent FROM sessions")).isEqualTo("Firefox on Linux");
            }
            if (schema >= 3) {
                Token token = RunningStore.await(new TokenStore(store.client, Clock.systemUTC()).byHash("token-hash"))
                        .orElseThrow();
                assertThat(token.clientId()).isEqualTo("https://app.example/");
                assertThat(token.lastUsed()).isEqualTo(Instant.ofEpochMilli(1_735_819_200_000L));
            }
            assertThat(store.publish("Written after the change", "Garten").id()).isEqualTo(5);
            assertThat(RunningStore.await(store.notes.list(NoteQuery.newest(9))).notes())
                    .extracting(Note::id)
                    .containsExactly(5L, 1L);
        }
        assertThat(ask(dir, "PRAGMA integrity_check")).isEqualTo("ok");
    }

    private static void notesAreThere(RunningStore store) {
        Note note = RunningStore.await(store.notes.bySlug("an-older-name")).orElseThrow();
        assertThat(note.slug()).isEqualTo("grusse-an-alle");
        assertThat(note.version()).isEqualTo(1);
        assertThat(note.content().title()).isEqualTo("Grüße");
        assertThat(note.content().text()).isEqualTo("Grüße an **alle** 👋");
        assertThat(note.html()).isEqualTo("<p>Grüße an <strong>alle</strong> 👋</p>");
        assertThat(note.content().inReplyTo()).isEqualTo("https://example.org/post");
        assertThat(note.content().photos()).extracting(Photo::alt).containsExactly("A cat");
        assertThat(TagNameRules.line(note.content().tags())).isEqualTo("Garten, Vert.x");
        assertThat(note.published()).isEqualTo(OffsetDateTime.parse("2025-01-01T13:00:00.123+01:00"));
        assertThat(note.updated()).isEqualTo(OffsetDateTime.parse("2025-01-02T14:00:00+02:00"));
        Note draft = RunningStore.await(store.notes.bySlug("half-a-thought")).orElseThrow();
        assertThat(draft.previewToken()).isEqualTo("preview-secret");
        assertThat(RunningStore.await(store.notes.bySlug("regretted"))
                        .orElseThrow()
                        .deleted())
                .isTrue();
        assertThat(RunningStore.await(store.notes.bySlug("for-me"))
                        .orElseThrow()
                        .content()
                        .visibility())
                .isEqualTo(Note.Visibility.PRIVATE);
        await().untilAsserted(() -> assertThat(
                        RunningStore.await(store.search.search("alle", 0, 9)).hits())
                .as("the index is filled after the start")
                .hasSize(1));
        assertThat(RunningStore.await(store.notes.count())).isEqualTo(1);
    }

    /** Returns the ids that feeds had before ids were stored; feed readers identify notes by them. */
    private static Map<Long, String> oldIds(String host) {
        return LongStream.rangeClosed(1, 4)
                .boxed()
                .collect(Collectors.toMap(id -> id, id -> "tag:" + host + ",2026:note:" + id));
    }

    private static Map<Long, String> uids(RunningStore store) {
        return LongStream.rangeClosed(1, 4)
                .mapToObj(id -> RunningStore.await(store.notes.byId(id)).orElseThrow())
                .collect(Collectors.toMap(Note::id, Note::uid));
    }

    private static SiteIdentity origin(RunningStore store) {
        return RunningStore.await(
                        AccountStore.open(store.client, Clock.systemUTC(), store.revision, null, "http://localhost"))
                .origin();
    }

    @Test
    void ids_in_feeds_are_those_of_the_configured_address_and_stay_when_it_changes() throws Exception {
        OldDatabases.restore(8, dir);
        Map<String, String> environment = new HashMap<>(Map.of("STARPUNK_DATA_DIR", dir.toString()));
        environment.put("STARPUNK_BASE_URL", "https://blog.example:8443");
        try (RunningStore store = RunningStore.start(Database.of(Settings.of(environment)))) {
            assertThat(uids(store)).isEqualTo(oldIds("blog.example"));
            assertThat(origin(store).uid()).isEqualTo("https://blog.example:8443/");
            assertThat(store.publish("New", "").uid()).matches("urn:uuid:[0-9a-f-]{36}");
        }
        environment.put("STARPUNK_BASE_URL", "https://moved.example");
        try (RunningStore store = RunningStore.start(Database.of(Settings.of(environment)))) {
            assertThat(uids(store)).isEqualTo(oldIds("blog.example"));
            assertThat(origin(store).uid()).isEqualTo("https://blog.example:8443/");
        }
    }

    @Test
    void a_new_site_has_a_random_id_and_the_time_of_its_creation() {
        Instant before = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        try (RunningStore store = RunningStore.start(dir)) {
            assertThat(origin(store).uid()).matches("urn:uuid:[0-9a-f-]{36}");
            assertThat(origin(store).created()).isBetween(before, Instant.now());
        }
    }

    @Test
    void every_migration_is_written_for_both_databases() {
        assertThat(Migrations.SCRIPTS)
                .allSatisfy(name -> assertThat(List.of("sqlite", "postgresql"))
                        .allSatisfy(kind ->
                                assertThat(Migrations.script(kind, name)).isNotBlank()));
    }

    @Test
    void a_migration_that_fails_leaves_the_database_as_it_was_and_says_so() throws Exception {
        OldDatabases.restore(2, dir);
        try (Connection connection = OldDatabases.connect(dir)) {
            // Simulates a manual change: 003 succeeds, and 004 fails.
            connection.createStatement().executeUpdate("ALTER TABLE notes ADD COLUMN version TEXT");
        }
        DatabaseFile file = new DatabaseFile(dir);
        ConnectionFactory source = file.open(1);
        assertThatThrownBy(() -> file.migrate(source))
                .isInstanceOfSatisfying(
                        DatabaseException.class, e -> assertThat(e.cure()).contains("report"))
                .hasMessageContaining("from schema 2 to " + NEWEST)
                .hasMessageContaining("duplicate column name: version")
                .hasMessageContaining("it is unchanged");
        source.close();
        assertThat(ask(dir, "PRAGMA user_version")).isEqualTo("2");
        assertThat(ask(dir, "SELECT count(*) FROM sqlite_schema WHERE name IN ('tokens', 'codes')"))
                .isEqualTo("0");
        assertThat(ask(dir, "SELECT count(*) FROM notes")).isEqualTo("4");
    }

    @Test
    void killed_in_the_middle_a_migration_leaves_the_old_schema_or_the_new_one() throws Exception {
        List<String> left = new ArrayList<>();
        for (int steps = 100; steps <= 1_000_000; steps *= 3) {
            Path site = Files.createDirectory(dir.resolve("after-" + steps));
            OldDatabases.restore(1, site);
            boolean killed = killAt(site, steps);
            String version = ask(site, "PRAGMA user_version");
            left.add(version);
            assertThat(version).isIn("1", Integer.toString(NEWEST));
            assertThat(ask(site, "SELECT count(*) FROM sqlite_schema WHERE name IN ('account', 'tokens', 'codes')"))
                    .isEqualTo(version.equals("1") ? "0" : "3");
            assertThat(ask(site, "PRAGMA integrity_check")).isEqualTo("ok");
            if (!killed) {
                break;
            }
        }
        assertThat(left).contains("1").endsWith(Integer.toString(NEWEST));
        Path first = dir.resolve("after-100");
        try (RunningStore store = RunningStore.start(first)) {
            notesAreThere(store);
        }
    }

    /** Returns whether the process was killed during the migration. A file shows that it hangs there. */
    private static boolean killAt(Path site, int steps) throws IOException, InterruptedException {
        Process process = migrate(site, steps);
        Path sign = site.resolve("hangs");
        await().atMost(Duration.ofMinutes(2)).until(() -> Files.exists(sign) || !process.isAlive());
        boolean caught = Files.exists(sign);
        process.destroyForcibly();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        return caught;
    }

    @Test
    void eight_processes_that_start_at_once_all_find_the_database_migrated() throws Exception {
        OldDatabases.restore(1, dir);
        List<Process> all = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            all.add(migrate(dir, 0));
        }
        for (Process process : all) {
            assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue())
                    .as(Files.readString(dir.resolve("errors.txt")))
                    .isZero();
        }
        assertThat(ask(dir, "PRAGMA user_version")).isEqualTo(Integer.toString(NEWEST));
        assertThat(ask(dir, "SELECT count(*) FROM notes")).isEqualTo("4");
        assertThat(ask(dir, "PRAGMA integrity_check")).isEqualTo("ok");
    }

    private static Process migrate(Path site, int hangAfter) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        OldDatabases.class.getName(),
                        site.toString(),
                        Integer.toString(hangAfter))
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        site.resolve("errors.txt").toFile()))
                .start();
    }
}
