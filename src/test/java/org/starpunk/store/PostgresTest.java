package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.starpunk.store.RunningStore.await;
import static org.starpunk.store.RunningStore.note;

import io.vertx.core.Future;
import io.vertx.core.eventbus.Message;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.TestDatabase;
import org.starpunk.TestPostgres;
import org.starpunk.config.Settings;
import org.starpunk.note.Note;
import org.starpunk.note.UnavailableException;
import org.starpunk.telemetry.EventBusAddresses;

/** Behaviour of PostgreSQL only, in addition to the tests of {@link StoreTest} for both databases. */
class PostgresTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    Path dir;

    private static final String OLD_NOTE = "INSERT INTO notes (slug, text, format, html, status, visibility, published,"
            + " published_zone, month) VALUES ('%s', 't', 'TEXT', 't', 'PUBLISHED', 'PUBLIC', 1, 0, 197001);"
            + " INSERT INTO slugs SELECT slug, id FROM notes ON CONFLICT DO NOTHING";

    private TestDatabase database;
    private final List<RunningStore> stores = new ArrayList<>();

    @BeforeEach
    void make() {
        database = TestDatabase.postgres(dir);
    }

    @AfterEach
    void stop() {
        stores.forEach(RunningStore::close);
        database.close();
    }

    private RunningStore start() {
        RunningStore store = RunningStore.start(database);
        stores.add(store);
        return store;
    }

    private String ask(String query) throws SQLException {
        try (Connection connection = database.connect();
                ResultSet row = connection.createStatement().executeQuery(query)) {
            return row.next() ? row.getString(1) : "";
        }
    }

    private void run(String statement) throws SQLException {
        try (Connection connection = database.connect()) {
            connection.createStatement().execute(statement);
        }
    }

    @Test
    void notes_of_an_older_schema_get_the_ids_that_feeds_had() throws Exception {
        for (String name : Migrations.SCRIPTS.subList(0, 8)) {
            run(Migrations.script("postgresql", name));
        }
        run("CREATE TABLE schema_version (version INTEGER NOT NULL)");
        run("INSERT INTO schema_version VALUES (8)");
        run("INSERT INTO account (id, site_name, site_url, author_name, bio, photo, language, password_hash)"
                + " VALUES (1, 'Old', 'https://old.example:443', 'Ada', '', '', 'en', 'hash')");
        run(OLD_NOTE.formatted("first"));
        run(OLD_NOTE.formatted("second"));
        RunningStore store = start();
        assertThat(await(store.notes.bySlug("second")).orElseThrow().uid()).isEqualTo("tag:old.example,2026:note:2");
        assertThat(ask("SELECT uid FROM site")).isEqualTo("https://old.example/");
        assertThat(store.publish("New", "").uid()).startsWith("urn:uuid:");
        run(OLD_NOTE.formatted("of-an-earlier-program"));
        assertThat(await(store.notes.bySlug("of-an-earlier-program"))
                        .orElseThrow()
                        .uid())
                .startsWith("urn:uuid:");
    }

    @Test
    void of_four_that_start_at_once_on_an_empty_database_one_migrates_and_all_work() throws Exception {
        List<RunningStore> all = IntStream.range(0, 4)
                .parallel()
                .mapToObj(unused -> RunningStore.start(database))
                .toList();
        stores.addAll(all);
        assertThat(ask("SELECT string_agg(version::text, ',') FROM schema_version"))
                .isEqualTo(Integer.toString(Migrations.newest()));
        List<Future<Note>> notes = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.forEach(store -> notes.add(store.notes.create(note("Same words", "a"))));
        }
        await(Future.all(notes));
        assertThat(notes.stream().map(done -> done.result().slug()).distinct())
                .hasSize(40)
                .contains("same-words", "same-words-40");
    }

    @Test
    void a_database_of_a_newer_program_is_refused() throws Exception {
        start().close();
        stores.clear();
        run("UPDATE schema_version SET version = 99");
        assertThatThrownBy(this::start)
                .hasStackTraceContaining("the database has schema 99")
                .hasRootCauseInstanceOf(DatabaseException.class);
    }

    @Test
    void why_a_start_fails_is_told_with_what_to_do() {
        String url = TestPostgres.running().url();
        assertThat(refusal(url.replaceFirst(":\\d+/", ":1/")))
                .hasMessageContaining("cannot be reached")
                .returns(true, DatabaseException::passing)
                .satisfies(e -> assertThat(e.cure()).contains("start PostgreSQL there"));
        assertThat(refusal(url.replace("/postgres", "/nowhere")))
                .returns(false, DatabaseException::passing)
                .satisfies(e -> assertThat(e.cure()).contains("createdb"));
        assertThat(refusal(url.replace("user=", "user=nobody")).cure()).contains("STARPUNK_DATABASE_PASSWORD");
        assertThat(refusal(url + "&currentSchema=nowhere").cure()).contains("CREATE SCHEMA");
    }

    private DatabaseException refusal(String url) {
        Database wrong =
                Database.of(Settings.of(Map.of("STARPUNK_DATABASE_URL", url, "STARPUNK_DATA_DIR", dir.toString())));
        try (ConnectionFactory source = wrong.open(1)) {
            int unused = wrong.migrate(source);
            throw new AssertionError("it was not refused");
        } catch (SQLException e) {
            throw new AssertionError(e);
        } catch (DatabaseException e) {
            return e;
        }
    }

    @Test
    void connections_that_the_server_cut_are_opened_anew_without_a_failure() throws Exception {
        RunningStore store = start();
        Note kept = store.publish("Kept", "x");
        run("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE application_name = 'StarPunk' AND pid <> pg_backend_pid()");
        for (int i = 0; i < 8; i++) { // more than the number of connections
            assertThat(await(store.notes.bySlug(kept.slug()))).contains(kept);
            assertThat(await(store.notes.count())).isEqualTo(1);
        }
        assertThat(store.publish("Written", "").slug()).isEqualTo("written");
    }

    @Test
    void while_the_server_is_away_calls_fail_as_unavailable_and_afterwards_all_is_well() {
        TestPostgres server = TestPostgres.ownServer("127.0.0.1");
        Map<String, String> environment =
                Map.of("STARPUNK_DATABASE_URL", server.url(), "STARPUNK_DATA_DIR", dir.toString());
        try (RunningStore store = RunningStore.start(Database.of(Settings.of(environment)))) {
            Note kept = store.publish("Kept", "");
            server.stop();
            Future<?> read = store.notes.bySlug(kept.slug());
            Future<?> write = store.notes.create(note("Lost", ""));
            await(Future.join(read, write).otherwiseEmpty());
            assertThat(read.cause()).isInstanceOf(UnavailableException.class);
            assertThat(write.cause()).isInstanceOf(UnavailableException.class);
            assertThat(await(store.client.ping().map(true).otherwise(false))).isFalse();
            server.startAgain();
            assertThat(await(store.notes.bySlug(kept.slug()))).contains(kept);
            assertThat(store.publish("Healed", "").slug()).isEqualTo("healed");
            assertThat(await(store.notes.bySlug("lost"))).isEmpty();
        }
    }

    @Test
    void a_write_that_lost_its_transaction_without_noticing_is_not_acknowledged() {
        // PostgreSQL responds to COMMIT of a failed transaction with ROLLBACK, without an error.
        RunningStore store = start();
        Future<Integer> broken = store.client.call(sql -> sql.write(jdbc -> {
            int done = jdbc.change("INSERT INTO tags (slug, name) VALUES ('half', 'half')");
            try {
                return jdbc.change("INSERT INTO no_such_table VALUES (1)");
            } catch (SQLException e) {
                return done;
            }
        }));
        await(Future.join(List.of(broken)).otherwiseEmpty());
        assertThat(broken.failed()).isTrue();
        assertThat(await(store.notes.tag("half"))).isEmpty();
        assertThat(store.publish("The next one", "").slug()).isEqualTo("the-next-one");
    }

    @Test
    void a_plan_tells_whether_an_index_serves_a_statement() {
        RunningStore store = start();
        assertThat(plan(store, "SELECT n.id FROM slugs s JOIN notes n ON n.id = s.note_id WHERE s.slug = ?"))
                .contains("Index")
                .doesNotContain("Seq Scan");
        assertThat(plan(store, "SELECT id FROM notes WHERE listed ORDER BY published DESC, id DESC LIMIT ?"))
                .contains("notes_newest")
                .doesNotContain("Sort");
        assertThat(plan(store, "SELECT id FROM notes WHERE text = ? ORDER BY text"))
                .contains("Seq Scan on notes");
        assertThat(plan(store, "SELECT slug FROM notes ORDER BY html")).contains("Sort");
    }

    private static String plan(RunningStore store, String statement) {
        return await(store.vertx
                .eventBus()
                .<String>request(EventBusAddresses.EXPLAIN, statement)
                .map(Message::body));
    }

    @Test
    void its_size_and_its_connections_are_told() {
        RunningStore store = start();
        Map<String, Long> health =
                await(store.client.call(sql -> sql.read(jdbc -> jdbc.dialect().health(jdbc))));
        assertThat(health.get("database_bytes")).isGreaterThan(1_000_000);
        assertThat(health.get("database_connections")).isGreaterThanOrEqualTo(5);
    }

    @Test
    void another_process_that_publishes_makes_kept_pages_old_here_and_there_only_once() {
        RunningStore one = start();
        RunningStore other = start();
        Note unused = one.publish("First", "");
        long before = other.revision.current();
        Note unusedToo = one.publish("Second", "");
        Awaitility.await().atMost(PATIENCE).until(() -> other.revision.current() > before);
        long own = one.revision.current();
        other.publish("Third", "");
        Awaitility.await().atMost(PATIENCE).until(() -> one.revision.current() > own);
        assertThat(one.revision.current()).isEqualTo(own + 1);
    }

    @Test
    void connections_are_closed_at_the_end() throws Exception {
        String count = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'StarPunk'";
        start();
        assertThat(Integer.parseInt(ask(count))).isGreaterThanOrEqualTo(5);
        stores.forEach(RunningStore::close);
        stores.clear();
        Awaitility.await()
                .atMost(PATIENCE)
                .untilAsserted(() -> assertThat(ask(count)).isEqualTo("0"));
    }

    @Test
    void accents_of_other_scripts_do_not_matter_either_and_words_with_vowel_signs_stay_whole() {
        // SQLite's tokenizer removes Latin accents, and splits Indic words at their marks.
        RunningStore store = start();
        Note unused = store.publish("Ελληνικά γράμματα", "");
        Note unusedToo = store.publish("हिन्दी में", "");
        assertThat(await(store.search.search("ελληνικα", 0, 9)).hits()).hasSize(1);
        assertThat(await(store.search.search("\"हिन्दी\"", 0, 9)).hits()).hasSize(1);
    }

    @Test
    void what_postgresql_cannot_hold_is_not_found_rather_than_an_error() {
        RunningStore store = start();
        assertThat(await(store.notes.bySlug("a\0b"))).isEmpty();
        assertThat(await(store.notes.tag("a\0b"))).isEmpty();
        assertThat(await(store.search.search("\0", 0, 9)).hits()).isEmpty();
    }

    @Test
    void a_note_of_more_words_than_an_index_can_hold_is_published_and_found_by_its_first_ones() {
        RunningStore store = start();
        StringBuilder text = new StringBuilder("beginning");
        for (int i = 0; i < 200_000; i++) {
            text.append(" word").append(i);
        }
        Note unused = store.publish(text.append(" theend").toString(), "");
        assertThat(await(store.search.search("beginning", 0, 9)).hits()).hasSize(1);
        assertThat(await(store.search.search("theend", 0, 9)).hits()).isEmpty();
    }
}
