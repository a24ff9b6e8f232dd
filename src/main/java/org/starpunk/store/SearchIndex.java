package org.starpunk.store;

import java.sql.SQLException;
import org.starpunk.note.Note;
import org.starpunk.note.TagNames;

/** The full-text index: written in the transaction that writes the note, so that it is always in step. Only listed notes are in it. */
final class SearchIndex {

    private SearchIndex() {}

    static void add(Plain sql, Note note, String text) throws SQLException {
        sql.change(
                "INSERT INTO notes_search (rowid, title, text, tags) VALUES (?, ?, ?, ?)",
                note.id(),
                note.content().title(),
                text,
                TagNames.line(note.content().tags()));
    }

    static void remove(Plain sql, long id) throws SQLException {
        sql.change("DELETE FROM notes_search WHERE rowid = ?", id);
    }

    static void tagRenamed(Plain sql, long tag) throws SQLException {
        sql.change(
                "UPDATE notes_search SET tags = (SELECT group_concat(t.name, ', ') FROM note_tags nt"
                        + " JOIN tags t ON t.id = nt.tag_id WHERE nt.note_id = notes_search.rowid)"
                        + " WHERE rowid IN (SELECT note_id FROM note_tags WHERE tag_id = ?)",
                tag);
    }
}
