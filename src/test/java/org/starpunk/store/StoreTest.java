package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.starpunk.store.RunningStore.await;
import static org.starpunk.store.RunningStore.note;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.SqliteOnly;
import org.starpunk.TestDatabase;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteSlice;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.SiteRevision;
import org.starpunk.note.TagNameRules;

class StoreTest {

    @TempDir
    Path dir;

    private RunningStore store;
    private SiteRevision revision;
    private StoreClient client;
    private NoteStore notes;

    @BeforeEach
    void start() {
        store = RunningStore.start(dir);
        revision = store.revision;
        client = store.client;
        notes = store.notes;
    }

    @AfterEach
    void stop() {
        store.close();
    }

    @Test
    void a_note_comes_back_as_it_was_written() {
        Note written = await(notes.create(note("Grüße an **alle** 👋", "Vert.x, Ünïcode")));
        assertThat(written.slug()).isEqualTo("grusse-an-alle");
        assertThat(written.html()).contains("<strong>alle</strong>");
        Note read = await(notes.bySlug(written.slug())).orElseThrow();
        assertThat(read).isEqualTo(written);
        assertThat(read.content().text()).isEqualTo("Grüße an **alle** 👋");
        assertThat(TagNameRules.line(read.content().tags())).isEqualTo("Ünïcode, Vert.x");
    }

    @Test
    void notes_of_one_name_get_slugs_of_their_own_when_they_come_at_once() {
        List<Future<Note>> all = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            all.add(notes.create(note("Same words", "a")));
        }
        await(Future.all(all));
        assertThat(all.stream().map(done -> done.result().slug()).distinct())
                .hasSize(60)
                .contains("same-words", "same-words-60");
    }

    @Test
    void what_was_acknowledged_is_seen_by_another_connection_at_once() throws Exception {
        // The transactions of the JDBC client were acknowledged, but not stored.
        for (int i = 0; i < 5; i++) {
            Note unused = await(notes.create(note("Note " + i, "")));
            try (Connection other = TestDatabase.in(dir).connect();
                    ResultSet count = other.createStatement().executeQuery("SELECT count(*) FROM notes")) {
                assertThat(count.next()).isTrue();
                assertThat(count.getInt(1)).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void a_write_that_fails_leaves_the_others_of_its_group_alone() {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            all.add(notes.create(note("Good " + i, "")));
        }
        Future<Integer> bad = client.call(sql -> sql.write(jdbc -> {
            jdbc.change("INSERT INTO tags (slug, name) VALUES ('half', 'half')");
            return jdbc.change("INSERT INTO no_such_table VALUES (1)");
        }));
        await(Future.join(all).otherwiseEmpty());
        assertThat(all).allMatch(Future::succeeded);
        assertThat(bad.otherwise(-1).toCompletionStage().toCompletableFuture())
                .succeedsWithin(java.time.Duration.ofMinutes(2))
                .isEqualTo(-1);
        assertThat(await(notes.tag("half"))).isEmpty();
        assertThat(await(notes.count())).isEqualTo(20);
    }

    @Test
    void readers_work_side_by_side() {
        // Vert.x runs the blocking work of one context in order: two slow queries must not wait for each other.
        String slow =
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) SELECT count(*) FROM n";
        boolean sideBySide = false;
        for (int rows = 5_000_000; !sideBySide && rows < 400_000_000; rows *= 4) { // this thread may have to wait too
            int many = rows;
            Future<?> long1 = client.call(sql -> sql.query(slow, many));
            Future<?> short1 = client.call(sql -> sql.query(slow, 10));
            await(short1);
            sideBySide = !long1.isComplete();
            await(long1);
        }
        assertThat(sideBySide).isTrue();
    }

    @Test
    void who_asks_is_answered_though_a_read_does_not_end() {
        CountDownLatch end = new CountDownLatch(1);
        ReadConnectionPool pool =
                Objects.requireNonNull(StoreClient.readers(store.vertx).get(StoreClient.ADDRESS));
        try {
            Future<Boolean> stuck = client.read(unused -> ends(end));
            Awaitility.await().until(() -> pool.state().inUse() == 1);
            pool.rejectOverdue(System.nanoTime() + Duration.ofSeconds(19).toNanos());
            assertThat(stuck.isComplete()).isFalse();
            pool.rejectOverdue(System.nanoTime() + Duration.ofSeconds(20).toNanos());
            assertThat(stuck.toCompletionStage().toCompletableFuture())
                    .failsWithin(Duration.ofSeconds(20))
                    .withThrowableThat()
                    .withMessageContaining("did not respond in time");
            assertThat(await(notes.bySlug("none"))).isEmpty();
        } finally {
            end.countDown();
        }
        Awaitility.await().until(() -> pool.state().inUse() == 0);
    }

    @Test
    void reads_of_the_monitor_itself_are_not_in_the_pools_figures() {
        CountDownLatch end = new CountDownLatch(1);
        ReadConnectionPool pool =
                Objects.requireNonNull(StoreClient.readers(store.vertx).get(StoreClient.ADDRESS));
        List<Optional<Future<Boolean>>> own = new ArrayList<>();
        Awaitility.await().until(() -> pool.state().inUse() == 0);
        int before = pool.meter().takePeak();
        assertThat(before).isNotNegative();
        try {
            store.vertx.runOnContext(unused -> own.add(pool.ifIdle(ignored -> ends(end))));
            Awaitility.await().until(() -> pool.state().inUse() == 1);
            assertThat(pool.meter().inUse()).isZero();
            assertThat(pool.meter().takePeak()).isZero();
        } finally {
            end.countDown();
        }
    }

    private static boolean ends(CountDownLatch end) {
        try {
            return end.await(60, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void everyone_who_waits_for_a_connection_gets_one_in_whatever_way_it_is_used() {
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 150; i++) {
            int number = i;
            all.add(client.read(sql -> sql.list("SELECT " + number % 7, row -> row.getInt(1))));
            all.add(client.call(sql -> sql.query("SELECT " + number % 5)));
            all.add(client.call(sql -> sql.read(jdbc -> jdbc.list("SELECT 1", row -> row.getInt(1)))
                    .compose(unused -> sql.query("SELECT 2"))));
            all.add(client.read(sql -> sql.list("SELECT broken", row -> row.getInt(1)))
                    .otherwise(List.of()));
        }
        await(Future.all(all));
        Awaitility.await().until(() -> await(client.pool()).inUse() == 0);
        assertThat(await(client.pool()).waiting()).isZero();
    }

    @Test
    void a_list_is_read_page_by_page_to_its_end() {
        for (int i = 0; i < 25; i++) {
            Note unused = await(notes.create(note("Note number " + i, i % 2 == 0 ? "even" : "odd")));
        }
        NoteSlice first = await(notes.list(new NoteQuery("even", null, null, 10, false)));
        assertThat(first.notes()).hasSize(10);
        NoteSlice second = await(notes.list(new NoteQuery("even", null, first.next(), 10, false)));
        assertThat(second.notes()).hasSize(3);
        assertThat(second.next()).isNull();
        assertThat(second.notes()).doesNotContainAnyElementsOf(first.notes());
    }

    @Test
    void deleting_hides_a_note_and_undeleting_brings_it_back() {
        Note note = await(notes.create(note("Here and gone", "x")));
        long before = revision.current();
        assertThat(await(notes.delete(note.id()))).isTrue();
        assertThat(revision.current()).isGreaterThan(before);
        assertThat(await(notes.bySlug(note.slug())).orElseThrow().deleted()).isTrue();
        assertThat(await(notes.list(NoteQuery.newest(10))).notes()).isEmpty();
        assertThat(await(notes.undelete(note.id()))).isTrue();
        assertThat(await(notes.list(NoteQuery.newest(10))).notes())
                .containsExactly(await(notes.byId(note.id())).orElseThrow())
                .extracting(Note::html)
                .containsExactly(note.html());
        assertThat(await(notes.delete(999))).isFalse();
    }

    @Test
    void an_old_slug_finds_the_note_after_a_change() {
        Note note = await(notes.create(note("First words", "x, y")));
        Note changed = await(notes.update(note.id(), new NoteUpdate(null, null, "other-words", null)))
                .orElseThrow();
        assertThat(changed.slug()).isEqualTo("other-words");
        assertThat(changed.content().tags()).isEqualTo(note.content().tags());
        assertThat(await(notes.bySlug("first-words")).orElseThrow().slug()).isEqualTo("other-words");
        Note none = await(notes.update(note.id(), new NoteUpdate(null, List.of(), null, null)))
                .orElseThrow();
        assertThat(none.content().tags()).isEmpty();
    }

    @Test
    void a_tag_renamed_to_another_becomes_one_with_it() {
        Note unused = await(notes.create(note("One", "Java, JVM")));
        Note unusedToo = await(notes.create(note("Two", "jvm")));
        assertThat(await(notes.renameTag(
                        "java", TagNameRules.tag("JVM languages").orElseThrow())))
                .isTrue();
        assertThat(await(
                        notes.renameTag("jvm-languages", TagNameRules.tag("JVM").orElseThrow())))
                .isTrue();
        assertThat(await(notes.tags())).hasSize(1).first().matches(count -> count.notes() == 2);
    }

    @Test
    @SqliteOnly("it asks for a pragma")
    void commits_wait_for_the_disk() {
        // With NORMAL, a power failure loses acknowledged writes; kill -9 does not show this.
        int synchronous = await(client.call(sql -> sql.write(
                jdbc -> jdbc.first("PRAGMA synchronous", row -> row.getInt(1)).orElseThrow())));
        assertThat(synchronous).isEqualTo(2);
        String journal = await(client.call(sql -> sql.read(jdbc ->
                jdbc.first("PRAGMA journal_mode", row -> row.getString(1)).orElseThrow())));
        assertThat(journal).isEqualTo("wal");
    }

    @Test
    @SqliteOnly("PostgreSQL locks rows, and not the database")
    void a_write_waits_for_a_lock_of_another_program_and_is_counted() throws Exception {
        SqliteBusyHandler busy = new SqliteBusyHandler();
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("starpunk.db"));
                Connection own = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("starpunk.db"))) {
            busy.attach(own);
            other.createStatement().execute("BEGIN IMMEDIATE");
            Thread holder = new Thread(() -> releaseWhenWaited(busy, other));
            holder.start();
            own.createStatement().execute("BEGIN IMMEDIATE");
            own.createStatement().execute("ROLLBACK");
            holder.join();
        }
        assertThat(busy.waits()).isEqualTo(1);
        assertThat(busy.millis()).isPositive();
    }

    private static void releaseWhenWaited(SqliteBusyHandler busy, Connection holder) {
        org.awaitility.Awaitility.await().until(() -> busy.millis() > 0);
        try {
            holder.createStatement().execute("ROLLBACK");
        } catch (java.sql.SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_write_that_breaks_in_any_way_leaves_no_transaction_open() {
        Future<Integer> broken = client.call(sql -> sql.write(jdbc -> {
            jdbc.change("INSERT INTO tags (slug, name) VALUES ('half', 'half')");
            throw new StackOverflowError("of a kind that nobody catches");
        }));
        await(Future.join(List.of(broken)).otherwiseEmpty());
        assertThat(broken.failed()).isTrue();
        assertThat(store.publish("The next one is written", "").slug()).isEqualTo("the-next-one-is-written");
        assertThat(await(notes.tag("half"))).isEmpty();
    }

    @Test
    void while_another_program_holds_the_lock_reads_go_on_and_no_write_waits_longer_than_it_may() throws Exception {
        Note before = store.publish("Readable", "");
        try (Connection other = TestDatabase.in(dir).connect()) {
            String begin = RunningStore.database(dir).dialect().sql("BEGIN IMMEDIATE");
            other.createStatement().execute(begin.replace("?", "'1000'")); // PostgreSQL's lock timeout
            Future<Note> first = notes.create(note("Refused", ""));
            assertThat(await(notes.bySlug(before.slug()))).isPresent();
            await(Future.join(List.of(first)).otherwiseEmpty());
            assertThat(first.cause()).isInstanceOf(org.starpunk.note.UnavailableException.class);
            other.createStatement().execute("ROLLBACK");
        }
        assertThat(store.publish("Healed", "").slug()).isEqualTo("healed");
        assertThat(await(notes.bySlug("refused"))).isEmpty();
    }
}
