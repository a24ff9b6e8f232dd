package org.starpunk.note;

import java.time.YearMonth;
import org.jspecify.annotations.Nullable;

/**
 * Query for a page of notes, newest first.
 *
 * @param tag slug of a tag that the notes must have; null for any
 * @param month month of publication in the site's time zone; null for any
 * @param after position of the last note of the previous page; null for the first page
 * @param limit maximum number of notes, 1 to 200
 * @param everything true for the author: also drafts, unlisted, private and deleted notes
 * @param beginnings true for a list of beginnings: long notes are read with an empty text and the first 6,000
 *     characters of their HTML
 */
public record NoteQuery(
        @Nullable String tag,
        @Nullable YearMonth month,
        @Nullable Cursor after,
        int limit,
        boolean everything,
        boolean beginnings) {

    /** Creates a query for complete notes. */
    public NoteQuery(
            @Nullable String tag, @Nullable YearMonth month, @Nullable Cursor after, int limit, boolean everything) {
        this(tag, month, after, limit, everything, false);
    }

    /** Returns the same query for the beginnings of long notes. */
    public NoteQuery withBeginningsOnly() {
        return new NoteQuery(tag, month, after, limit, everything, true);
    }

    /**
     * Position in a list. Written in URLs as {@code millis-id}.
     *
     * @param publishedMillis time of publication of the last note, epoch milliseconds
     * @param id id of the last note
     */
    public record Cursor(long publishedMillis, long id) {

        @Override
        public String toString() {
            return publishedMillis + "-" + id;
        }

        /** Returns the position of a note, after which the next page starts. */
        public static Cursor after(Note note) {
            return new Cursor(note.published().toInstant().toEpochMilli(), note.id());
        }

        /** Parses the result of {@link #toString()}; null if the text is invalid. */
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
