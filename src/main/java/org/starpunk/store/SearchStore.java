package org.starpunk.store;

import io.vertx.core.Future;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import org.starpunk.job.ProgressListener;
import org.starpunk.note.Note;
import org.starpunk.note.NoteSearch;

/**
 * Searches notes in the full-text index. Falls back to LIKE if there is no index or the query contains no indexed word.
 */
public final class SearchStore implements NoteSearch {

    private static final int SNIPPET_BEFORE = 60;
    private static final int SNIPPET_AFTER = 180;

    private static final String LIKE = "SELECT rowid, " + SearchSnippet.WINDOW + " FROM notes_search"
            + " WHERE title LIKE ? ESCAPE '\\' OR text LIKE ? ESCAPE '\\' OR tags LIKE ? ESCAPE '\\'"
            + " ORDER BY rowid DESC LIMIT ? OFFSET ?";

    private final StoreClient store;

    public SearchStore(StoreClient store) {
        this.store = store;
    }

    @Override
    public Future<HitSlice> search(String query, int offset, int limit) {
        return store.read(jdbc -> page(jdbc, found(jdbc, query, offset, limit), limit));
    }

    /** Returns snippets by note id, best first. Contains one more than the limit if there are more. */
    private static Map<Long, String> found(JdbcSession sql, String query, int offset, int limit) throws SQLException {
        Optional<Map<Long, String>> indexed = sql.dialect().search(sql, query, offset, limit + 1);
        return indexed.isPresent() ? indexed.get() : like(sql, query, offset, limit + 1);
    }

    private static Map<Long, String> like(JdbcSession sql, String query, int offset, int limit) throws SQLException {
        String pattern = SearchQuery.pattern(query);
        Map<Long, String> snippets = new LinkedHashMap<>();
        sql.list(
                LIKE,
                row -> snippets.put(row.getLong(1), excerptAround(row.getString(2), query.strip())),
                query.strip(),
                pattern,
                pattern,
                pattern,
                limit,
                offset);
        return snippets;
    }

    private static HitSlice page(JdbcSession sql, Map<Long, String> snippets, int limit) throws SQLException {
        List<Long> shown = snippets.keySet().stream().limit(limit).toList();
        Map<Long, Note> notes = new HashMap<>();
        sql.list(NoteQueries.LISTED, NoteRowMapper::read, NoteQueries.array(shown))
                .forEach(note -> notes.put(note.id(), note));
        List<Hit> hits = new ArrayList<>();
        for (Long id : shown) {
            Note note = notes.get(id);
            if (note != null) {
                hits.add(new Hit(note, snippets.getOrDefault(id, "")));
            }
        }
        return new HitSlice(hits, snippets.size() > limit);
    }

    /** Returns the text around the first match, marked like the snippets of the index. */
    private static String excerptAround(String text, String words) {
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

    /** Moves an index out of a surrogate pair. */
    private static int boundary(String text, int index) {
        if (index >= text.length()) {
            return text.length();
        }
        return index > 0 && Character.isLowSurrogate(text.charAt(index)) ? index - 1 : index;
    }

    /**
     * Rebuilds the index in steps. The site runs and can be searched during the rebuild. A damaged index is replaced by
     * an empty one first.
     *
     * @param progress receives the number of indexed notes
     * @return number of notes in the index
     */
    public Future<Long> rebuild(ProgressListener progress) {
        return store.read(SearchIndex::size)
                .compose(total -> rebuildAfter(0, 0, total, progress)
                        .recover(failure -> SearchIndex.isDamaged(failure)
                                ? rebuildFromScratch(total, progress)
                                : Future.failedFuture(failure)));
    }

    private Future<Long> rebuildFromScratch(long total, ProgressListener progress) {
        return store.call(sql -> sql.write(jdbc -> {
                    SearchIndex.recreate(jdbc);
                    return 0L;
                }))
                .compose(begin -> rebuildAfter(begin, 0, total, progress));
    }

    private Future<Long> rebuildAfter(long id, long done, long total, ProgressListener progress) {
        try {
            progress.report(Math.min(done, total), total);
        } catch (CancellationException e) {
            return Future.failedFuture(e);
        }
        return store.call(sql -> sql.write(jdbc -> SearchIndex.rebuildAfter(jdbc, id)))
                .compose(last -> last < 0
                        ? Future.succeededFuture(total)
                        : rebuildAfter(last, done + SearchIndex.REBUILD_STEP, total, progress));
    }
}
