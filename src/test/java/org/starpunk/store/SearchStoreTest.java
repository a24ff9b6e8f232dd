package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.SqliteOnly;
import org.starpunk.TestDatabase;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.MarkdownRenderer;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteSearch;
import org.starpunk.note.NoteUpdate;
import org.starpunk.note.Tag;
import org.starpunk.note.TagNameRules;

class SearchStoreTest {

    @TempDir
    Path dir;

    private RunningStore store;

    @BeforeEach
    void start() {
        store = RunningStore.start(dir);
    }

    @AfterEach
    void stop() {
        store.close();
    }

    private List<String> found(String query) {
        return RunningStore.await(store.search.search(query, 0, 20)).hits().stream()
                .map(hit -> hit.note().content().text())
                .toList();
    }

    @Test
    void words_beginnings_phrases_and_tags_are_found() {
        store.publish("The event loop never blocks", "Vert.x");
        store.publish("A loop of events in the park", "walks");
        assertThat(found("loop event")).hasSize(2);
        assertThat(found("\"event loop\"")).containsExactly("The event loop never blocks");
        assertThat(found("blo")).containsExactly("The event loop never blocks");
        assertThat(found("blo*")).containsExactly("The event loop never blocks");
        assertThat(found("walks")).containsExactly("A loop of events in the park");
        assertThat(found("cafe")).isEmpty();
    }

    @Test
    void a_beginning_finds_and_marks_all_its_words_however_many() {
        store.publish("One garden", "");
        store.publish("Two Gärten and a gardener", "");
        store.publish("Gart is a village, and gardening what people do there", "");
        assertThat(found("garden")).hasSize(3);
        assertThat(found("gardene")).containsExactly("Two Gärten and a gardener");
        assertThat(found("village gärd*")).hasSize(1);
        assertThat(found("GART*")).hasSize(2);
        assertThat(found("gardenhose")).isEmpty();
        for (int i = 0; i < 10; i++) {
            store.publish("There " + "may be gardenword%d%d ".repeat(10).formatted(tens(i)), "");
        }
        assertThat(found("gard there")).isEmpty();
        assertThat(found("there gard")).hasSize(11);
        assertThat(found("gardenword")).hasSize(10);
        assertThat(RunningStore.await(store.search.search("gardener", 0, 20))
                        .hits()
                        .get(0)
                        .snippet())
                .isEqualTo("Two Gärten and a " + NoteSearch.MARK_START + "gardener" + NoteSearch.MARK_END);
    }

    /** Returns the ten pairs of digits with this first digit. */
    private static Object[] tens(int first) {
        return IntStream.range(0, 10)
                .boxed()
                .flatMap(second -> Stream.of(first, second))
                .toArray();
    }

    @Test
    void what_is_written_in_one_transaction_is_found_as_it_is_at_its_end() {
        Note old = store.publish("Was about herons", "birds");
        List<Future<?>> group = new ArrayList<>();
        // While the first write runs, the others are queued.
        for (int i = 0; i < 20; i++) {
            String text = "Heron number " + i;
            group.add(store.client.call(sql -> sql.publish(jdbc -> create(jdbc, text, "birds"))));
        }
        Future<?> failed = store.client.call(sql -> sql.publish(jdbc -> {
            NoteWriter.renameTag(jdbc, "birds", TagNameRules.parse("waders").get(0));
            SearchIndex.addLast(jdbc, old, "nobody wrote this");
            Note unused = create(jdbc, "Nobody saw stilts", "stilts");
            return jdbc.change("INSERT INTO no_such_table VALUES (1)");
        }));
        group.add(store.client.call(sql -> sql.publish(jdbc ->
                NoteWriter.renameTag(jdbc, "birds", TagNameRules.parse("fowl").get(0)))));
        group.add(store.notes.delete(old.id()));
        group.add(store.client.call(sql -> sql.publish(jdbc -> create(jdbc, "A tag that came to nothing", "stilts"))));
        RunningStore.await(Future.all(group));
        await().until(failed::failed);
        assertThat(found("fowl")).hasSize(20);
        assertThat(found("heron*")).hasSize(20);
        assertThat(found("birds")).isEmpty();
        assertThat(found("waders")).isEmpty();
        assertThat(found("nobody")).isEmpty();
        assertThat(found("stilts")).containsExactly("A tag that came to nothing");
    }

    private static Note create(JdbcSession sql, String text, String tag) throws SQLException {
        NewNote note = RunningStore.note(text, tag);
        MarkdownRenderer.RenderedText read = MarkdownRenderer.read(text, Note.Format.MARKDOWN);
        return NoteWriter.create(sql, note, "heron", read, OffsetDateTime.now(ZoneOffset.UTC));
    }

    @Test
    void case_and_accents_do_not_matter_and_words_of_any_script_are_found() {
        store.publish("Ein CAFÉ in Zürich", "Ünïcode");
        store.publish("東京 と 大阪", "");
        assertThat(found("cafe")).hasSize(1);
        assertThat(found("Café zurich")).hasSize(1);
        assertThat(found("unicode")).hasSize(1);
        assertThat(found("大阪")).hasSize(1);
    }

    @Test
    void a_name_with_a_dot_is_a_phrase() {
        store.publish("Written with Vert.x today", "");
        store.publish("A vertical x", "");
        assertThat(found("vert.x")).containsExactly("Written with Vert.x today");
        assertThat(found("vert")).hasSize(2);
    }

    @Test
    void a_word_in_a_tag_counts_more_than_one_in_the_text() {
        store.publish(
                "Gardens are one of the many things that this longer text of some twenty words tells of", "plants");
        store.publish("This text is about something else and does not say so at all by any of its words", "gardens");
        store.publish("gardenias", "");
        assertThat(found("gardens \"text\"")).hasSize(2).first().asString().startsWith("This text");
    }

    @Test
    void a_renamed_tag_is_found_by_its_new_name_only() {
        store.publish("Listed", "oldname");
        Tag renamed = TagNameRules.tag("Newname").orElseThrow();
        assertThat(RunningStore.await(store.notes.renameTag("oldname", renamed)))
                .isTrue();
        assertThat(found("newname")).hasSize(1);
        assertThat(found("oldname")).isEmpty();
    }

    @Test
    void a_snippet_of_a_long_text_is_of_the_part_that_has_the_words() {
        store.publish("filler ".repeat(200) + "the needle lies in the haystack " + "filler ".repeat(200), "");
        String snippet = RunningStore.await(store.search.search("\"the haystack\" needle", 0, 20))
                .hits()
                .get(0)
                .snippet();
        assertThat(snippet)
                .startsWith("…")
                .endsWith("…")
                .contains(NoteSearch.MARK_START + "needle" + NoteSearch.MARK_END)
                .contains(NoteSearch.MARK_START + "the haystack" + NoteSearch.MARK_END)
                .hasSizeLessThan(300);
    }

    @Test
    void a_rebuild_that_is_cancelled_leaves_an_index_that_finds_everything_and_can_be_rebuilt() {
        store.publish("A hedgehog", "");
        store.publish("A badger", "");
        Future<Long> cancelled = store.search.rebuild((done, total) -> {
            if (done > 0) {
                throw new CancellationException("enough");
            }
        });
        assertThatThrownBy(() -> RunningStore.await(cancelled)).hasRootCauseInstanceOf(CancellationException.class);
        assertThat(found("hedgehog")).containsExactly("A hedgehog");
        assertThat(found("badger")).containsExactly("A badger");
        assertThat(RunningStore.await(store.search.rebuild(ProgressListener.none())))
                .isEqualTo(2);
        assertThat(found("badger")).containsExactly("A badger");
    }

    @Test
    void a_hit_shows_where_the_words_are() {
        store.publish("One two three", "");
        NoteSearch.Hit hit =
                RunningStore.await(store.search.search("two", 0, 20)).hits().get(0);
        assertThat(hit.snippet()).contains(NoteSearch.MARK_START + "two" + NoteSearch.MARK_END);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"",
                "*",
                "AND",
                "NEAR(",
                "a OR",
                "title:x",
                "-",
                "(((",
                "%",
                "\\",
                "'; DROP TABLE notes;--",
                "{}",
                "^",
                "\u0000"
            })
    void what_is_no_search_syntax_is_looked_for_as_it_stands(String query) {
        store.publish("100 % of a AND b", "");
        assertThat(found(query)).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void the_index_follows_every_change() {
        Note note = store.publish("Elephants", "zoo");
        assertThat(found("elephants")).hasSize(1);
        assertThat(RunningStore.await(store.notes.update(note.id(), new NoteUpdate(null, List.of(), null, null))))
                .isPresent();
        assertThat(found("zoo")).isEmpty();
        assertThat(RunningStore.await(store.notes.delete(note.id()))).isTrue();
        assertThat(found("elephants")).isEmpty();
        assertThat(RunningStore.await(store.notes.undelete(note.id()))).isTrue();
        assertThat(found("elephants")).hasSize(1);
    }

    @Test
    void an_index_that_lost_its_rows_is_rebuilt_at_the_next_start() throws SQLException {
        store.publish("Still findable", "");
        store.close();
        try (Connection connection = TestDatabase.in(dir).connect()) {
            connection
                    .createStatement()
                    .executeUpdate(TestDatabase.onPostgres() ? "DELETE FROM notes_search" : "DROP TABLE notes_search");
        }
        store = RunningStore.start(dir);
        await().untilAsserted(() -> assertThat(found("findable")).hasSize(1));
    }

    @Test
    @SqliteOnly("PostgreSQL always has its full-text search")
    void without_fts5_the_search_answers_by_like() throws SQLException {
        store.close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + dir.resolve("starpunk.db"))) {
            connection.createStatement().executeUpdate("DROP TABLE notes_search");
            connection
                    .createStatement()
                    .executeUpdate("CREATE TABLE notes_search (title TEXT, text TEXT, tags TEXT, extra TEXT)");
        }
        store = RunningStore.start(dir);
        store.publish("Plain old matching 100 %", "tagged");
        assertThat(found("old matching")).hasSize(1);
        assertThat(found("tagged")).hasSize(1);
        assertThat(found("100 %")).hasSize(1);
        assertThat(found("1_0")).isEmpty();
    }
}
