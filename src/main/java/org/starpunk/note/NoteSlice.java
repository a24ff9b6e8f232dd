package org.starpunk.note;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.NoteQuery.Cursor;

/**
 * A page of notes. It contains fewer notes than the limit if they are long: together they take about {@value
 * #MAX_BYTES} bytes. A larger note has its own page.
 *
 * @param notes notes, newest first
 * @param next start of the next page; null for the last page
 */
public record NoteSlice(List<Note> notes, @Nullable Cursor next) {

    /** Maximum size of text, HTML and photos of all notes of a page, bytes of UTF-8. */
    public static final long MAX_BYTES = 500_000;

    public NoteSlice {
        notes = List.copyOf(notes);
    }

    /**
     * Creates a page from the start of a list.
     *
     * @param read notes; at least one more than the limit if there are more
     * @param limit maximum number of notes of the page
     */
    public static NoteSlice of(List<Note> read, int limit) {
        if (read.size() <= limit) {
            return new NoteSlice(read, null);
        }
        return new NoteSlice(read.subList(0, limit), NoteQuery.Cursor.after(read.get(limit - 1)));
    }
}
