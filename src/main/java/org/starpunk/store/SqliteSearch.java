package org.starpunk.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.Note;
import org.starpunk.note.TagNames;

/**
 * Full-text search with FTS5. Ranking every hit of a common word costs hundreds of milliseconds over a hundred thousand notes, so
 * only the newest {@value #CANDIDATES} hits are ranked: of a word that common, the older ones are not what anyone looks for.
 */
final class SqliteSearch {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteSearch.class);
    private static final int CANDIDATES = 1000;
    private static final String CREATE = "CREATE VIRTUAL TABLE IF NOT EXISTS notes_search USING fts5"
            + " (title, text, tags, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')";
    private static final String CREATE_PLAIN =
            "CREATE TABLE IF NOT EXISTS notes_search (title TEXT, text TEXT, tags TEXT)";

    /** The title counts ten times as much as the text, a tag five times. */
    private static final String RANKED = "SELECT rowid FROM notes_search WHERE notes_search MATCH ? AND rowid >= ?"
            + " ORDER BY bm25(notes_search, 10.0, 1.0, 5.0), rowid DESC LIMIT ? OFFSET ?";

    private static final String OLDEST_CANDIDATE =
            "SELECT rowid FROM notes_search WHERE notes_search MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?";
    /** The plus keeps FTS5 from beginning the whole search anew for each id: of a common word that took twenty times as long. */
    static final String SNIPPETS = "SELECT rowid, snippet(notes_search, 1, char(2), char(3), '…', 32) FROM notes_search"
            + " WHERE notes_search MATCH ? AND rowid >= ? AND +rowid IN (SELECT value FROM json_each(?))";

    private SqliteSearch() {}

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

    static void recreate(Plain sql) throws SQLException {
        int dropped = sql.change("DROP TABLE IF EXISTS notes_search");
        int made = sql.change(CREATE);
        LOG.info("the search index was thrown away and made anew ({}, {})", dropped, made);
    }

    static void add(Plain sql, Note note, String text) throws SQLException {
        sql.change(
                "INSERT INTO notes_search (rowid, title, text, tags) VALUES (?, ?, ?, ?)",
                note.id(),
                note.content().title(),
                text,
                TagNames.line(note.content().tags()));
    }

    static void tagRenamed(Plain sql, long tag) throws SQLException {
        sql.change(
                "UPDATE notes_search SET tags = (SELECT group_concat(t.name, ', ') FROM note_tags nt"
                        + " JOIN tags t ON t.id = nt.tag_id WHERE nt.note_id = notes_search.rowid)"
                        + " WHERE rowid IN (SELECT note_id FROM note_tags WHERE tag_id = ?)",
                tag);
    }

    static Optional<Map<Long, String>> search(Plain sql, String typed, int offset, int limit) {
        String expression = SearchQuery.expression(typed);
        if (expression.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ranked(sql, expression, limit, offset));
        } catch (SQLException e) {
            // No FTS5, or an expression that it does not take after all.
            return Optional.empty();
        }
    }

    private static Map<Long, String> ranked(Plain sql, String expression, int limit, int offset) throws SQLException {
        long oldest = sql.first(OLDEST_CANDIDATE, row -> row.getLong(1), expression, CANDIDATES - 1)
                .orElse(0L);
        List<Long> ids = sql.list(RANKED, row -> row.getLong(1), expression, oldest, limit, offset);
        Map<Long, String> snippets = new LinkedHashMap<>();
        ids.forEach(id -> snippets.put(id, ""));
        if (!ids.isEmpty()) {
            sql.list(
                    SNIPPETS,
                    row -> snippets.replace(row.getLong(1), row.getString(2)),
                    expression,
                    Collections.min(ids),
                    NoteReader.array(ids));
        }
        return snippets;
    }
}
