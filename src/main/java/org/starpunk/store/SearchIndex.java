package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;
import org.jsoup.Jsoup;
import org.sqlite.SQLiteErrorCode;
import org.starpunk.note.DisplayedProperty;
import org.starpunk.note.Note;

/**
 * Updates the full-text index within the transaction that writes the note, so that both are consistent. The index
 * contains listed notes only; its row ids are the ids of the notes.
 */
final class SearchIndex {

    static final int REBUILD_STEP = 500;

    private SearchIndex() {}

    /** Returns whether the index has as many rows as there are listed notes. */
    static boolean inStep(JdbcSession sql) throws SQLException {
        String same = "SELECT (SELECT count(*) FROM notes_search) = (SELECT count(*) FROM notes WHERE listed)";
        return sql.first(same, row -> row.getBoolean(1)).orElse(true);
    }

    static void add(JdbcSession sql, Note note) throws SQLException {
        sql.dialect().index(sql, note, words(note, Jsoup.parse(note.html()).text()));
    }

    /** Returns the text to be indexed, besides title and tags: the text of the note and its displayed properties. */
    private static String words(Note note, String text) {
        String about = DisplayedProperty.text(note.content());
        return about.isEmpty() ? text : text.isEmpty() ? about : text + '\n' + about;
    }

    static void remove(JdbcSession sql, long id) throws SQLException {
        sql.change("DELETE FROM notes_search WHERE rowid = ?", id);
    }

    /**
     * Adds a new note at the end of the transaction, like the following methods. FTS5 collects the words of many notes
     * in memory, but writes them whenever a statement for several rows is executed between two of its own.
     */
    static void addLast(JdbcSession sql, Note note, String text) {
        if (note.listed()) {
            sql.defer(jdbc -> jdbc.dialect().index(jdbc, note, words(note, text)));
        }
    }

    /** Updates the index for a changed note at the end of the transaction. */
    static void replaceLast(JdbcSession sql, Note note) {
        removeLast(sql, note.id());
        if (note.listed()) {
            sql.defer(jdbc -> add(jdbc, note));
        }
    }

    static void removeLast(JdbcSession sql, long id) {
        sql.defer(jdbc -> remove(jdbc, id));
    }

    /** Indexes the notes of a renamed tag again, one page at a time. */
    static void tagRenamed(JdbcSession sql, long tag) throws SQLException {
        sql.runDeferred();
        String select = "SELECT " + NoteQueries.PLACE + " FROM notes n WHERE n.listed AND n.id > ?"
                + " AND n.id IN (SELECT note_id FROM note_tags WHERE tag_id = ?) ORDER BY n.id LIMIT " + REBUILD_STEP;
        List<NoteQueries.ListPosition> places = sql.list(select, NoteQueries.ListPosition::read, 0L, tag);
        while (!places.isEmpty()) {
            List<NoteQueries.ListPosition> page = NoteQueries.fitting(places, REBUILD_STEP, false);
            for (Note note : NoteQueries.whole(sql, page)) {
                remove(sql, note.id());
                add(sql, note);
            }
            places = sql.list(
                    select,
                    NoteQueries.ListPosition::read,
                    page.get(page.size() - 1).id(),
                    tag);
        }
    }

    /** Replaces the index by an empty one. */
    static void recreate(JdbcSession sql) throws SQLException {
        sql.runDeferred();
        sql.dialect().recreateIndex(sql);
    }

    /** Returns whether a failure of a rebuild proves damage of the index, unlike a busy database or a full disk. */
    static boolean isDamaged(Throwable failure) {
        SQLiteErrorCode code = SqlErrors.sqlite(failure);
        return code != null
                && ((code.code & 0xff) == SQLiteErrorCode.SQLITE_CORRUPT.code
                        || (code.code & 0xff) == SQLiteErrorCode.SQLITE_ERROR.code);
    }

    /** Returns the number of notes that the index should contain. */
    static long size(JdbcSession sql) throws SQLException {
        return sql.first("SELECT count(*) FROM notes WHERE listed", row -> row.getLong(1))
                .orElse(0L);
    }

    /**
     * One step of a rebuild: indexes the next listed notes after an id, and removes rows of other notes between them.
     * Other writes can run between two steps. No step removes a valid row permanently.
     *
     * @return id of the last indexed note; -1 if there are no more
     */
    static long rebuildAfter(JdbcSession sql, long id) throws SQLException {
        sql.runDeferred();
        List<NoteQueries.ListPosition> places = sql.list(
                "SELECT " + NoteQueries.PLACE + " FROM notes n WHERE n.id > ? AND n.listed ORDER BY n.id LIMIT ?",
                NoteQueries.ListPosition::read,
                id,
                REBUILD_STEP);
        List<Note> notes = NoteQueries.whole(sql, NoteQueries.fitting(places, REBUILD_STEP, false));
        boolean end = notes.isEmpty();
        long last = end ? Long.MAX_VALUE : notes.get(notes.size() - 1).id();
        int unused = sql.change("DELETE FROM notes_search WHERE rowid > ? AND rowid <= ?", id, last);
        for (Note note : notes) {
            add(sql, note);
        }
        return end ? -1 : last;
    }
}
