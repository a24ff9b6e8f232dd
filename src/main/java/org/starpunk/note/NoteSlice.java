package org.starpunk.note;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.NoteQuery.Cursor;

/**
 * A page of notes: at most as many as were asked for, and fewer where they are long. All notes of a page together take about
 * {@value #MAX_BYTES} bytes; one that is larger has a page of its own.
 *
 * @param notes newest first
 * @param next where the next page begins; null when this is the last one
 */
public record NoteSlice(List<Note> notes, @Nullable Cursor next) {

    /** Text, HTML and photos of all notes of a page, bytes of UTF-8. */
    public static final long MAX_BYTES = 500_000;

    public NoteSlice {
        notes = List.copyOf(notes);
    }

    /**
     * The page that begins a list.
     *
     * @param read at least one note more than the page holds, where there are more
     */
    public static NoteSlice of(List<Note> read, int limit) {
        if (read.size() <= limit) {
            return new NoteSlice(read, null);
        }
        return new NoteSlice(read.subList(0, limit), NoteQuery.Cursor.after(read.get(limit - 1)));
    }
}
