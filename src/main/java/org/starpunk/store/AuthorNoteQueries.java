package org.starpunk.store;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.starpunk.note.Note;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteRepository;
import org.starpunk.note.NoteSlice;

/** Queries for the author's lists: notes in every state, with the beginnings of long notes. */
final class AuthorNoteQueries {

    private static final int MAX_WORDS = 8;
    private static final int LAST_OF_ASCII = 0x7f;

    private static final String HAS_WORD =
            " AND (n.title LIKE ? ESCAPE '\\' OR n.text LIKE ? ESCAPE '\\' OR n.slug LIKE ? ESCAPE '\\'"
                    + " OR EXISTS (SELECT 1 FROM note_tags nt JOIN tags t ON t.id = nt.tag_id"
                    + " WHERE nt.note_id = n.id AND t.name LIKE ? ESCAPE '\\'))";
    /** Columns of the author's lists: the beginnings of long notes, and no photos. */
    static final String COLUMNS = NoteQueries.BEGINNINGS.replace("n.photos", "NULL");

    private static final String NEWEST = " ORDER BY n.published DESC, n.id DESC LIMIT ?";
    private static final String OF_STATE = "SELECT " + COLUMNS + " FROM notes n WHERE n.deleted IS NULL AND ";

    /** The state is a literal, because SQLite uses a partial index only for a literal. */
    static final String DRAFTS = OF_STATE + "n.status = 'DRAFT'" + NEWEST;

    private static final String PUBLISHED = OF_STATE + "n.status = 'PUBLISHED'" + NEWEST;
    static final String COUNT_DRAFTS = "SELECT count(*) FROM notes WHERE deleted IS NULL AND status = 'DRAFT'";

    private AuthorNoteQueries() {}

    /** Returns the notes of any state that contain all words, newest first. */
    static NoteSlice find(JdbcSession sql, String words, NoteQuery.@Nullable Cursor after, int limit)
            throws SQLException {
        StringBuilder text = new StringBuilder("SELECT " + COLUMNS + " FROM notes n WHERE TRUE");
        List<@Nullable Object> parameters = new ArrayList<>();
        for (String word : words.strip().split("\\s+", MAX_WORDS)) {
            text.append(HAS_WORD);
            String pattern = anyCase(SearchQuery.pattern(word));
            parameters.addAll(List.of(pattern, pattern, pattern, pattern));
        }
        if (after != null) {
            text.append(" AND (n.published, n.id) < (?, ?)");
            parameters.add(after.publishedMillis());
            parameters.add(after.id());
        }
        parameters.add(limit + 1);
        return NoteSlice.of(sql.list(text.append(NEWEST).toString(), NoteRowMapper::read, parameters.toArray()), limit);
    }

    /**
     * Replaces letters outside ASCII that have a case by a wildcard, because LIKE ignores the case of ASCII letters
     * only.
     */
    private static String anyCase(String pattern) {
        StringBuilder any = new StringBuilder();
        pattern.codePoints()
                .map(c -> c > LAST_OF_ASCII && Character.toLowerCase(c) != Character.toUpperCase(c) ? '_' : c)
                .forEach(any::appendCodePoint);
        return any.toString();
    }

    static NoteRepository.Latest latest(JdbcSession sql, int limit) throws SQLException {
        long drafts = sql.first(COUNT_DRAFTS, row -> row.getLong(1)).orElse(0L);
        long scheduled = NoteSchedule.count(sql);
        return new NoteRepository.Latest(
                newest(sql, PUBLISHED, limit),
                drafts == 0 ? List.of() : newest(sql, DRAFTS, limit),
                drafts,
                scheduled == 0 ? List.of() : NoteSchedule.list(sql, null, limit).notes(),
                scheduled);
    }

    private static List<Note> newest(JdbcSession sql, String statement, int limit) throws SQLException {
        return sql.list(statement, NoteRowMapper::read, limit);
    }
}
