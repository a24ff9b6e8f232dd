package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.jsoup.Jsoup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.Note;
import org.starpunk.note.TagNames;

/**
 * The full-text index: written in the transaction that writes the note, so that it is always in step. Only listed notes are in it;
 * the row's number is the note's.
 */
final class SearchIndex {

    private static final Logger LOG = LoggerFactory.getLogger(SearchIndex.class);
    private static final String CREATE = "CREATE VIRTUAL TABLE IF NOT EXISTS notes_search USING fts5"
            + " (title, text, tags, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')";
    private static final String CREATE_PLAIN =
            "CREATE TABLE IF NOT EXISTS notes_search (title TEXT, text TEXT, tags TEXT)";
    private static final int REBUILD_STEP = 500;

    private SearchIndex() {}

    /**
     * Makes the index if it is not there. A SQLite that was built without FTS5 gets a plain table of the same columns, which is
     * written in the same way, and searched with LIKE.
     */
    static void ensure(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("BEGIN IMMEDIATE");
            try {
                statement.executeUpdate(CREATE);
            } catch (SQLException e) {
                LOG.warn("SQLite has no FTS5 ({}): search falls back to LIKE, without ranking", e.getMessage());
                statement.executeUpdate(CREATE_PLAIN);
            }
            statement.executeUpdate("COMMIT");
        }
    }

    /** Whether the index has a row for each listed note. */
    static boolean inStep(Plain sql) throws SQLException {
        String same = "SELECT (SELECT count(*) FROM notes_search) = (SELECT count(*) FROM notes WHERE listed)";
        return sql.first(same, row -> row.getBoolean(1)).orElse(true);
    }

    static void add(Plain sql, Note note) throws SQLException {
        sql.change(
                "INSERT INTO notes_search (rowid, title, text, tags) VALUES (?, ?, ?, ?)",
                note.id(),
                note.content().title(),
                Jsoup.parse(note.html()).text(),
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
