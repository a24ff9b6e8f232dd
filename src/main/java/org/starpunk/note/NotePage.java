package org.starpunk.note;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A page of notes.
 *
 * @param notes newest first
 * @param next where the next page begins; null when this is the last one
 */
public record NotePage(List<Note> notes, NoteQuery.@Nullable Cursor next) {

    public NotePage {
        notes = List.copyOf(notes);
    }
}
