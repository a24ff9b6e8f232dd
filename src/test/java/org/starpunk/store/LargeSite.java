package org.starpunk.store;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.starpunk.note.MarkdownRenderer;

/** Fills a database with a large number of notes. */
final class LargeSite {

    private static final String ROWS =
            " FROM (WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < %d)"
                    + " SELECT n, 1400000000000 + n * 3600000 AS at FROM i)";

    private LargeSite() {}

    /**
     * Inserts notes into the database of a stopped program. Each has two of ten tags, the word "garden", and the word
     * "word" with its number.
     */
    static void fill(Path dataDir, int notes) throws SQLException {
        String rows = String.format(ROWS, notes);
        try (Connection connection = OldDatabases.connect(dataDir);
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("PRAGMA synchronous = OFF");
            statement.executeUpdate("BEGIN");
            statement.executeUpdate(
                    "INSERT INTO notes (id, slug, text, format, html, rendering, status, visibility, published,"
                            + " published_zone, month, uid) SELECT n, 'note-' || n, 'garden word' || n, 'MARKDOWN',"
                            + " '<p>garden word' || n || '</p>', " + MarkdownRenderer.VERSION
                            + ", 'PUBLISHED', 'PUBLIC', at, 0,"
                            + " CAST(strftime('%Y%m', at / 1000, 'unixepoch') AS INTEGER), 'tag:' || n" + rows);
            statement.executeUpdate("INSERT INTO slugs (slug, note_id) SELECT 'note-' || n, n" + rows);
            statement.executeUpdate(
                    "INSERT INTO tags (id, slug, name) SELECT n, 'tag' || n, 'Tag' || n" + String.format(ROWS, 10));
            statement.executeUpdate(
                    "INSERT INTO note_tags (note_id, tag_id, published) SELECT n, n % 10 + 1, at" + rows);
            statement.executeUpdate(
                    "INSERT INTO note_tags (note_id, tag_id, published) SELECT n, (n + 3) % 10 + 1, at" + rows);
            statement.executeUpdate("INSERT INTO notes_search (rowid, text) SELECT n, 'garden word' || n" + rows);
            statement.executeUpdate("COMMIT");
        }
    }
}
