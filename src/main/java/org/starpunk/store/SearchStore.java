package org.starpunk.store;

import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.starpunk.note.Note;
import org.starpunk.note.Search;

/**
 * Searches the index. Ranking every hit of a common word costs hundreds of milliseconds over a hundred thousand notes, so only the
 * newest {@value #CANDIDATES} hits are ranked: of a word that common, the older ones are not what anyone looks for.
 */
public final class SearchStore implements Search {

    private static final int CANDIDATES = 1000;
    private static final int SNIPPET_BEFORE = 60;
    private static final int SNIPPET_AFTER = 180;

    /** The title counts ten times as much as the text, a tag five times. */
    private static final String RANKED = "SELECT rowid FROM notes_search WHERE notes_search MATCH ? AND rowid >= ?"
            + " ORDER BY bm25(notes_search, 10.0, 1.0, 5.0), rowid DESC LIMIT ? OFFSET ?";

    private static final String OLDEST_CANDIDATE =
            "SELECT rowid FROM notes_search WHERE notes_search MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?";
    private static final String SNIPPETS =
            "SELECT rowid, snippet(notes_search, 1, char(2), char(3), '…', 32) FROM notes_search"
                    + " WHERE notes_search MATCH ? AND rowid IN (SELECT value FROM json_each(?))";
    private static final String LIKE = "SELECT rowid, text FROM notes_search"
            + " WHERE title LIKE ? ESCAPE '\\' OR text LIKE ? ESCAPE '\\' OR tags LIKE ? ESCAPE '\\'"
            + " ORDER BY rowid DESC LIMIT ? OFFSET ?";
    private static final String NOTES =
            "SELECT " + NoteRow.COLUMNS + " FROM notes n WHERE n.id IN (SELECT value FROM json_each(?)) AND n.listed";

    private final StoreClient store;

    public SearchStore(StoreClient store) {
        this.store = store;
    }

    @Override
    public Future<Page> search(String query, int offset, int limit) {
        String expression = SearchQuery.expression(query);
        return store.ask(sql -> sql.read(plain -> expression.isEmpty()
                ? like(plain, query, offset, limit)
                : fullText(plain, query, expression, offset, limit)));
    }

    private static Page fullText(Plain sql, String query, String expression, int offset, int limit)
            throws SQLException {
        List<Long> ids;
        Map<Long, String> snippets = new HashMap<>();
        try {
            long oldest = sql.first(OLDEST_CANDIDATE, row -> row.getLong(1), expression, CANDIDATES - 1)
                    .orElse(0L);
            ids = sql.list(RANKED, row -> row.getLong(1), expression, oldest, limit + 1, offset);
            sql.list(SNIPPETS, row -> snippets.put(row.getLong(1), row.getString(2)), expression, json(ids));
        } catch (SQLException e) {
            // No FTS5, or an expression that it does not take after all.
            return like(sql, query, offset, limit);
        }
        return page(sql, ids, snippets, limit);
    }

    private static Page like(Plain sql, String query, int offset, int limit) throws SQLException {
        String pattern = SearchQuery.pattern(query);
        Map<Long, String> snippets = new HashMap<>();
        List<Long> ids = sql.list(
                LIKE,
                row -> {
                    snippets.put(row.getLong(1), around(row.getString(2), query.strip()));
                    return row.getLong(1);
                },
                pattern,
                pattern,
                pattern,
                limit + 1,
                offset);
        return page(sql, ids, snippets, limit);
    }

    private static Page page(Plain sql, List<Long> ids, Map<Long, String> snippets, int limit) throws SQLException {
        boolean more = ids.size() > limit;
        List<Long> shown = more ? ids.subList(0, limit) : ids;
        Map<Long, Note> notes = new HashMap<>();
        NoteReader.withTags(sql, sql.list(NOTES, NoteRow::read, json(shown)))
                .forEach(note -> notes.put(note.id(), note));
        List<Hit> hits = new ArrayList<>();
        for (Long id : shown) {
            Note note = notes.get(id);
            if (note != null) {
                hits.add(new Hit(note, snippets.getOrDefault(id, "")));
            }
        }
        return new Page(hits, more);
    }

    /** The text around the first place where the words stand, marked as FTS5's snippets are. */
    private static String around(String text, String words) {
        int at = text.toLowerCase(Locale.ROOT).indexOf(words.toLowerCase(Locale.ROOT));
        if (at < 0 || at + words.length() > text.length()) {
            return text.substring(0, boundary(text, SNIPPET_AFTER));
        }
        int from = boundary(text, Math.max(0, at - SNIPPET_BEFORE));
        int end = at + words.length();
        int to = boundary(text, end + SNIPPET_AFTER);
        return (from > 0 ? "…" : "")
                + text.substring(from, at)
                + MARK_START
                + text.substring(at, end)
                + MARK_END
                + text.substring(end, to)
                + (to < text.length() ? "…" : "");
    }

    /** Not in the middle of a surrogate pair. */
    private static int boundary(String text, int index) {
        if (index >= text.length()) {
            return text.length();
        }
        return index > 0 && Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }

    private static String json(List<Long> ids) {
        return new JsonArray(new ArrayList<>(ids)).encode();
    }

    /**
     * Rebuilds the index in steps; the site goes on meanwhile.
     *
     * @return how many steps it took
     */
    public Future<Integer> rebuild() {
        return store.ask(sql -> sql.write(plain -> {
                    SearchIndex.clear(plain);
                    return 0L;
                }))
                .compose(id -> rebuildAfter(id, 0));
    }

    private Future<Integer> rebuildAfter(long id, int steps) {
        return store.ask(sql -> sql.write(plain -> SearchIndex.rebuildAfter(plain, id)))
                .compose(last -> last < 0 ? Future.succeededFuture(steps) : rebuildAfter(last, steps + 1));
    }
}
