package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;
import org.jsoup.Jsoup;
import org.sqlite.SQLiteErrorCode;
import org.starpunk.note.DisplayedProperty;
import org.starpunk.note.Note;

/**
 * The full-text index: written in the transaction that writes the note, so that it is always in step. Only listed notes are in it;
 * the row's number is the note's.
 */
final class SearchIndex {

    static final int REBUILD_STEP = 500;

    private SearchIndex() {}

    /** Whether the index has a row for each listed note. */
    static boolean inStep(JdbcSession sql) throws SQLException {
        String same = "SELECT (SELECT count(*) FROM notes_search) = (SELECT count(*) FROM notes WHERE listed)";
        return sql.first(same, row -> row.getBoolean(1)).orElse(true);
    }

    static void add(JdbcSession sql, Note note) throws SQLException {
        sql.dialect().index(sql, note, words(note, Jsoup.parse(note.html()).text()));
    }

    /** What is found of a note besides its title and tags: its text, and what it says it is about. */
    private static String words(Note note, String text) {
        String about = DisplayedProperty.text(note.content());
        return about.isEmpty() ? text : text.isEmpty() ? about : text + '\n' + about;
    }

    static void remove(JdbcSession sql, long id) throws SQLException {
        sql.change("DELETE FROM notes_search WHERE rowid = ?", id);
    }

    /**
     * Adds a new note, with its text as it is read. As all that follows, it is done when the rest of the transaction is: FTS5 gathers
     * the words of many notes in memory, and writes them all whenever a statement of several rows goes between two of its own.
     */
    static void addLast(JdbcSession sql, Note note, String text) {
        if (note.listed()) {
            sql.defer(jdbc -> jdbc.dialect().index(jdbc, note, words(note, text)));
        }
    }

    /** Brings the index into step with a note as it is now. */
    static void replaceLast(JdbcSession sql, Note note) {
        removeLast(sql, note.id());
        if (note.listed()) {
            sql.defer(jdbc -> add(jdbc, note));
        }
    }

    static void removeLast(JdbcSession sql, long id) {
        sql.defer(jdbc -> remove(jdbc, id));
    }

    /** A tag has a new name: its notes are indexed again, a page of notes at a time. */
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

    /** Throws the index away. */
    static void recreate(JdbcSession sql) throws SQLException {
        sql.runDeferred();
        sql.dialect().recreateIndex(sql);
    }

    /** Whether a failure of a rebuild says that the index itself is broken, and not that the database is busy or the disk full. */
    static boolean isDamaged(Throwable failure) {
        SQLiteErrorCode code = SqlErrors.sqlite(failure);
        return code != null
                && ((code.code & 0xff) == SQLiteErrorCode.SQLITE_CORRUPT.code
                        || (code.code & 0xff) == SQLiteErrorCode.SQLITE_ERROR.code);
    }

    /** How many notes are to be in the index. */
    static long size(JdbcSession sql) throws SQLException {
        return sql.first("SELECT count(*) FROM notes WHERE listed", row -> row.getLong(1))
                .orElse(0L);
    }

    /**
     * Indexes the next listed notes after an id, and takes out what stands among them without being one: a step of a rebuild, small
     * enough to let other writes pass between two. After each step the index is as good as before it, or better.
     *
     * @return the last id that was indexed, or -1 when there was none left
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
