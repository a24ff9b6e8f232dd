package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.starpunk.store.RunningStore.await;

import io.vertx.core.Future;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.ManualClock;
import org.starpunk.TestDatabase;
import org.starpunk.note.NewNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteUpdate;
import org.starpunk.telemetry.Recorder;

class NoteScheduleTest {

    private static final int NOTES = 120;

    @TempDir
    Path dir;

    private final ManualClock clock = new ManualClock();

    private NoteStore notes(RunningStore store) {
        return new NoteStore(store.vertx, store.client, Recorder.none(), clock);
    }

    private Note schedule(NoteStore notes, String text) {
        OffsetDateTime published = OffsetDateTime.now(clock).plusMinutes(1);
        Note note = await(notes.create(new NewNote(RunningStore.note(text, "").content(), null, published)));
        assertThat(note.content().status()).isEqualTo(Note.Status.SCHEDULED);
        return note;
    }

    @Test
    void two_nodes_that_publish_at_the_same_time_publish_each_note_once() {
        try (RunningStore one = RunningStore.start(dir);
                RunningStore two = TestDatabase.onPostgres() ? RunningStore.start(dir) : one) {
            NoteStore first = notes(one);
            NoteStore second = notes(two);
            for (int i = 0; i < NOTES; i++) {
                Note unused = schedule(first, "Note " + i);
            }
            clock.advance(Duration.ofMinutes(1));
            List<Long> published = new ArrayList<>();
            int last;
            do {
                Future<List<Note>> here = first.publishDue(10);
                Future<List<Note>> there = second.publishDue(10);
                last = await(here).size() + await(there).size();
                await(here).forEach(note -> published.add(note.id()));
                await(there).forEach(note -> published.add(note.id()));
            } while (last > 0);
            assertThat(published).doesNotHaveDuplicates().hasSize(NOTES);
            assertThat(await(second.nextDue())).isEmpty();
            assertThat(await(second.count())).isEqualTo(NOTES);
        }
    }

    @Test
    void a_note_that_was_postponed_deleted_or_made_a_draft_is_not_published() {
        try (RunningStore store = RunningStore.start(dir)) {
            NoteStore notes = notes(store);
            Note postponed = schedule(notes, "Postponed");
            Note deleted = schedule(notes, "Deleted");
            Note draft = schedule(notes, "Draft");
            OffsetDateTime later = OffsetDateTime.now(clock).plusHours(1);
            assertThat(await(notes.update(postponed.id(), new NoteUpdate(null, null, null, later))))
                    .isPresent();
            assertThat(await(notes.delete(deleted.id()))).isTrue();
            Note.Content content = draft.content().with(Note.Status.DRAFT);
            assertThat(await(notes.update(draft.id(), new NoteUpdate(content, null, null, null))))
                    .isPresent();
            clock.advance(Duration.ofMinutes(30));
            assertThat(await(notes.publishDue(10))).isEmpty();
            assertThat(await(notes.nextDue())).contains(later.toInstant().toEpochMilli());

            assertThat(await(notes.undelete(deleted.id()))).isTrue();
            assertThat(await(notes.publishDue(10))).extracting(Note::id).containsExactly(deleted.id());
        }
    }

    @Test
    void a_note_that_was_changed_before_its_time_is_not_edited_for_readers() {
        try (RunningStore store = RunningStore.start(dir)) {
            NoteStore notes = notes(store);
            Note note = schedule(notes, "Words");
            assertThat(await(notes.update(note.id(), new NoteUpdate(note.content(), null, "other", null))))
                    .hasValueSatisfying(changed -> assertThat(changed.updated()).isNotNull());
            clock.advance(Duration.ofMinutes(10));
            assertThat(await(notes.publishDue(10))).hasSize(1).allSatisfy(published -> {
                assertThat(published.updated()).isNull();
                assertThat(published.previewToken()).isNull();
                assertThat(published.published()).isEqualTo(note.published());
            });
        }
    }

    @Test
    void a_clock_that_is_set_back_does_not_hide_a_published_note() {
        try (RunningStore store = RunningStore.start(dir)) {
            NoteStore notes = new NoteStore(store.vertx, store.client, Recorder.none(), Clock.systemUTC());
            Note note = await(notes.create(RunningStore.note("Words", "")));
            NoteStore earlier = notes(store);
            clock.set(note.published().toInstant().minusSeconds(3_600));
            assertThat(await(earlier.update(note.id(), new NoteUpdate(note.content(), null, null, null))))
                    .hasValueSatisfying(
                            changed -> assertThat(changed.content().status()).isEqualTo(Note.Status.PUBLISHED));
        }
    }
}
