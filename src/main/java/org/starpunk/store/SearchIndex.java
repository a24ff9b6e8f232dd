package org.starpunk.store;

import java.sql.SQLException;
import java.util.List;
import org.jsoup.Jsoup;
import org.sqlite.SQLiteErrorCode;
import org.starpunk.note.About;
import org.starpunk.note.Note;

/**
 * The full-text index: written in the transaction that writes the note, so that it is always in step. Only listed notes are in it;
 * the row's number is the note's.
 */
final class SearchIndex {

    static final int REBUILD_STEP = 500;

    private SearchIndex() {}

    /** Whether the index has a row for each listed note. */
    static boolean inStep(Plain sql) throws SQLException {
        String same = "SELECT (SELECT count(*) FROM notes_search) = (SELECT count(*) FROM notes WHERE listed)";
        return sql.first(same, row -> row.getBoolean(1)).orElse(true);
    }

    static void add(Plain sql, Note note) throws SQLException {
        sql.dialect().index(sql, note, words(note, Jsoup.parse(note.html()).text()));
    }

    /** What is found of a note besides its title and tags: its text, and what it says it is about. */
    private static String words(Note note, String text) {
        String about = About.text(note.content());
        return about.isEmpty() ? text : text.isEmpty() ? about : text + '\n' + about;
    }

    static void remove(Plain sql, long id) throws SQLException {
        sql.change("DELETE FROM notes_search WHERE rowid = ?", id);
    }

    /**
     * Adds a new note, with its text as it is read. As all that follows, it is done when the rest of the transaction is: FTS5 gathers
     * the words of many notes in memory, and writes them all whenever a statement of several rows goes between two of its own.
     */
    static void addLast(Plain sql, Note note, String text) {
        if (note.listed()) {
            sql.last(plain -> plain.dialect().index(plain, note, words(note, text)));
        }
    }

    /** Brings the index into step with a note as it is now. */
    static void replaceLast(Plain sql, Note note) {
        removeLast(sql, note.id());
        if (note.listed()) {
            sql.last(plain -> add(plain, note));
        }
    }

    static void removeLast(Plain sql, long id) {
        sql.last(plain -> remove(plain, id));
    }

    /** A tag has a new name: its notes are indexed again, a page of notes at a time. */
    static void tagRenamed(Plain sql, long tag) throws SQLException {
        sql.settle();
        String select = "SELECT " + NoteReader.PLACE + " FROM notes n WHERE n.listed AND n.id > ?"
                + " AND n.id IN (SELECT note_id FROM note_tags WHERE tag_id = ?) ORDER BY n.id LIMIT " + REBUILD_STEP;
        List<NoteReader.Place> places = sql.list(select, NoteReader.Place::read, 0L, tag);
        while (!places.isEmpty()) {
            List<NoteReader.Place> page = NoteReader.fitting(places, REBUILD_STEP, false);
            for (Note note : NoteReader.whole(sql, page)) {
                remove(sql, note.id());
                add(sql, note);
            }
            places = sql.list(
                    select, NoteReader.Place::read, page.get(page.size() - 1).id(), tag);
        }
    }

    /** Throws the index away. */
    static void recreate(Plain sql) throws SQLException {
        sql.settle();
        sql.dialect().recreateIndex(sql);
    }

    /** Whether a failure of a rebuild says that the index itself is broken, and not that the database is busy or the disk full. */
    static boolean isDamaged(Throwable failure) {
        SQLiteErrorCode code = Problems.sqlite(failure);
        return code != null
                && ((code.code & 0xff) == SQLiteErrorCode.SQLITE_CORRUPT.code
                        || (code.code & 0xff) == SQLiteErrorCode.SQLITE_ERROR.code);
    }

    /** How many notes are to be in the index. */
    static long size(Plain sql) throws SQLException {
        return sql.first("SELECT count(*) FROM notes WHERE listed", row -> row.getLong(1))
                .orElse(0L);
    }

    /**
     * Indexes the next listed notes after an id, and takes out what stands among them without being one: a step of a rebuild, small
     * enough to let other writes pass between two. After each step the index is as good as before it, or better.
     *
     * @return the last id that was indexed, or -1 when there was none left
     */
    static long rebuildAfter(Plain sql, long id) throws SQLException {
        sql.settle();
        List<NoteReader.Place> places = sql.list(
                "SELECT " + NoteReader.PLACE + " FROM notes n WHERE n.id > ? AND n.listed ORDER BY n.id LIMIT ?",
                NoteReader.Place::read,
                id,
                REBUILD_STEP);
        List<Note> notes = NoteReader.whole(sql, NoteReader.fitting(places, REBUILD_STEP, false));
        boolean end = notes.isEmpty();
        long last = end ? Long.MAX_VALUE : notes.get(notes.size() - 1).id();
        int unused = sql.change("DELETE FROM notes_search WHERE rowid > ? AND rowid <= ?", id, last);
        for (Note note : notes) {
            add(sql, note);
        }
        return end ? -1 : last;
    }
}
