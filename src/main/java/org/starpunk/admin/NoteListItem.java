package org.starpunk.admin;

import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NoteLabel;
import org.starpunk.note.Tag;

/**
 * A note in a list.
 *
 * @param label title or first words
 * @param at time of publication, in ISO 8601
 * @param exact time of publication for people, to the minute
 * @param ago time of publication, relative to now
 */
record NoteListItem(
        long id,
        String path,
        String label,
        String at,
        String exact,
        String ago,
        List<Tag> tags,
        boolean draft,
        boolean scheduled,
        boolean deleted,
        @Nullable String visibility) {

    private static final int MAX_LENGTH = 90;
    private static final DateTimeFormatter EXACT = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);

    /** @param now present time in the site's time zone */
    static NoteListItem of(Note note, ZonedDateTime now) {
        OffsetDateTime published = note.published(now.getZone());
        return new NoteListItem(
                note.id(),
                note.path(),
                label(note),
                published.toString(),
                published.format(EXACT),
                RelativeTime.text(published.toInstant(), now.toInstant()),
                note.content().tags(),
                note.content().status() == Note.Status.DRAFT,
                note.content().status() == Note.Status.SCHEDULED,
                note.deleted(),
                note.content().visibility() == Note.Visibility.PUBLIC
                        ? null
                        : note.content().visibility().name().toLowerCase(Locale.ROOT));
    }

    static String label(Note note) {
        String label = NoteLabel.of(note, MAX_LENGTH);
        return label.isBlank() ? "(without words)" : cut(label);
    }

    private static String cut(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int space = text.lastIndexOf(' ', MAX_LENGTH);
        int end = space > MAX_LENGTH / 2 ? space : MAX_LENGTH;
        boolean splitsPair = Character.isHighSurrogate(text.charAt(end - 1));
        return text.substring(0, splitsPair ? end - 1 : end) + '…';
    }
}
