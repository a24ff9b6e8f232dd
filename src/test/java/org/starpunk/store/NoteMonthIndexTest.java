package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.starpunk.store.RunningStore.await;

import java.nio.file.Path;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.identity.Profile;
import org.starpunk.note.ArchivedNote;
import org.starpunk.note.Note;
import org.starpunk.note.NoteRepository.MonthCount;

class NoteMonthIndexTest {

    @TempDir
    Path dir;

    @Test
    void all_notes_of_a_large_site_move_to_the_months_of_a_new_zone() {
        try (RunningStore store = RunningStore.start(dir)) {
            int notes = NoteMonthIndex.STEP + 50;
            List<ArchivedNote> many = new ArrayList<>();
            for (int i = 0; i < notes; i++) {
                many.add(note("n" + i, "2026-01-31T23:30:00Z"));
            }
            var unused = await(new ArchiveStore(store.vertx, store.client).add(many));
            AccountStore account =
                    await(AccountStore.open(store.client, Clock.systemUTC(), store.revision, null, "http://localhost"));
            assertThat(await(store.notes.months())).containsExactly(new MonthCount(YearMonth.of(2026, 1), notes));

            assertThat(await(account.setUp(in("Europe/Berlin"), "a-hash"))).isTrue();
            assertThat(await(store.notes.months())).containsExactly(new MonthCount(YearMonth.of(2026, 2), notes));

            await(account.changeProfile(in("America/New_York")));
            assertThat(await(store.notes.months())).containsExactly(new MonthCount(YearMonth.of(2026, 1), notes));

            var added = await(
                    new ArchiveStore(store.vertx, store.client).add(List.of(note("one", "2026-03-01T04:00:00Z"))));
            assertThat(added).hasSize(1);
            assertThat(await(store.notes.months()))
                    .containsExactly(
                            new MonthCount(YearMonth.of(2026, 2), 1), new MonthCount(YearMonth.of(2026, 1), notes));
        }
    }

    private static Profile in(String zone) {
        return new Profile("S", "https://ada.example", "Ada", "", "", "en", ZoneId.of(zone));
    }

    private static ArchivedNote note(String slug, String published) {
        Note.Content content = new Note.Content(
                null,
                slug,
                Note.Format.MARKDOWN,
                List.of(),
                List.of(),
                Note.Status.PUBLISHED,
                Note.Visibility.PUBLIC,
                null,
                null,
                null);
        return new ArchivedNote(
                content, null, slug, List.of(), OffsetDateTime.parse(published), null, null, null, true);
    }
}
