package org.starpunk.note;

import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Which notes of a list are wanted: newest first, a page at a time.
 *
 * @param tag only those with the tag of this slug; null for any
 * @param month only those published in this month (in their own offset); null for any
 * @param after the last note of the page before; null for the first page
 * @param limit how many at the most, 1 to 200
 * @param everything true for the author: drafts, unlisted, private and deleted notes too
 * @param beginnings true for a list that shows the beginning of a long text only: such a note is read with an empty text and the
 *     first 6,000 characters of its HTML
 */
public record NoteQuery(
        @Nullable String tag,
        @Nullable YearMonth month,
        @Nullable Cursor after,
        int limit,
        boolean everything,
        boolean beginnings) {

    /** A query for whole notes. */
    public NoteQuery(
            @Nullable String tag, @Nullable YearMonth month, @Nullable Cursor after, int limit, boolean everything) {
        this(tag, month, after, limit, everything, false);
    }

    /** Returns the same query for the beginnings of long notes. */
    public NoteQuery withBeginningsOnly() {
        return new NoteQuery(tag, month, after, limit, everything, true);
    }

    /** Where a page ended. Written in URLs as {@code millis-id}. */
    public record Cursor(long publishedMillis, long id) {

        @Override
        public String toString() {
            return publishedMillis + "-" + id;
        }

        /** The place after a note. */
        public static Cursor after(Note note) {
            return new Cursor(note.published().toInstant().toEpochMilli(), note.id());
        }

        /** Reads what {@link #toString()} wrote; null when it is not of that form. */
        public static @Nullable Cursor parse(@Nullable String text) {
            if (text == null) {
                return null;
            }
            int dash = text.lastIndexOf('-');
            if (dash < 1) {
                return null;
            }
            try {
                return new Cursor(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
            } catch (NumberFormatException e) {
                return null;
            }
        }
    }

    public static NoteQuery newest(int limit) {
        return new NoteQuery(null, null, null, limit, false);
    }
}
