package org.starpunk.store;

import java.sql.SQLException;
import org.jsoup.Jsoup;
import org.starpunk.note.Note;

/**
 * The full-text index: written in the transaction that writes the note, so that it is always in step. Only listed notes are in it;
 * the row's number is the note's.
 */
final class SearchIndex {

    private static final int REBUILD_STEP = 500;

    private SearchIndex() {}

    /** Whether the index has a row for each listed note. */
    static boolean inStep(Plain sql) throws SQLException {
        String same = "SELECT (SELECT count(*) FROM notes_search) = (SELECT count(*) FROM notes WHERE listed)";
        return sql.first(same, row -> row.getBoolean(1)).orElse(true);
    }

    static void add(Plain sql, Note note) throws SQLException {
        sql.dialect().index(sql, note, Jsoup.parse(note.html()).text());
    }

    static void remove(Plain sql, long id) throws SQLException {
        sql.change("DELETE FROM notes_search WHERE rowid = ?", id);
    }

    /** Empties the index: the first step of a rebuild. */
    static void clear(Plain sql) throws SQLException {
        sql.change("DELETE FROM notes_search");
    }

    /**
     * Indexes the next listed notes after an id: a step of a rebuild, small enough to let other writes pass between two.
     *
     * @return the last id that was indexed, or -1 when there was none left
     */
    static long rebuildAfter(Plain sql, long id) throws SQLException {
        var rows = sql.list(
                "SELECT " + NoteRow.COLUMNS + " FROM notes n WHERE n.id > ? AND n.listed ORDER BY n.id LIMIT ?",
                NoteRow::read,
                id,
                REBUILD_STEP);
        long last = -1;
        for (Note note : NoteReader.withTags(sql, rows)) {
            remove(sql, note.id());
            add(sql, note);
            last = note.id();
        }
        return last;
    }
}
