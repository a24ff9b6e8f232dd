package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.OffsetDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.starpunk.note.NewNote;

class DemoNotesTest {

    private static final OffsetDateTime NOW = OffsetDateTime.parse("2026-11-21T12:00:00+01:00");

    private final List<NewNote> notes = new DemoNotes(1).before(NOW, 320, 420);

    @Test
    void notes_differ_and_have_tags_and_no_gaps() {
        assertThat(notes).extracting(note -> note.content().text()).doesNotHaveDuplicates();
        assertThat(notes).allSatisfy(note -> {
            assertThat(note.content().tags()).isNotEmpty();
            assertThat(note.content().text()).doesNotContain("{season", "{number", "{place", "{when", "{weather");
            assertThat(note.content().text()).matches("(?s)[A-Z0-9].*");
        });
        assertThat(notes).anyMatch(note -> note.content().title() != null);
        assertThat(notes).anyMatch(note -> note.content().title() == null);
    }

    @Test
    void notes_are_spread_over_the_months_and_none_is_of_tomorrow() {
        assertThat(notes)
                .extracting(note -> String.valueOf(note.published()).substring(0, 7))
                .doesNotContainNull()
                .contains("2025-10", "2026-03", "2026-11");
        assertThat(notes)
                .allMatch(note -> note.published() != null && note.published().isBefore(NOW));
    }

    @Test
    void the_same_seed_writes_the_same_notes() {
        assertThat(new DemoNotes(1).before(NOW, 320, 420)).isEqualTo(notes);
    }
}
