package org.starpunk.store;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.starpunk.note.Note;
import org.starpunk.note.TagNameRules;
import org.starpunk.store.SearchSnippet.Phrase;
import org.starpunk.store.SearchTokenizer.Word;

/**
 * Full-text search with tsvector. {@link SearchTokenizer} splits and folds the words of notes and queries; the server
 * stores, matches and ranks them. As with SQLite, only the newest hits of a common word are ranked.
 */
final class PostgresSearch {

    private static final int CANDIDATES = 1000;

    /** Weights of the labels D, C, B and A. The title has ten times the weight of the text, a tag five times. */
    private static final String WEIGHTS = "CAST('{0.1, 0.1, 0.5, 1.0}' AS real[])";

    private static final String TITLE = "A";
    private static final String TAGS = "B";
    private static final String TEXT = "";

    /** Distance between the parts of a note, so that no phrase matches across them. */
    private static final int GAP = 10;

    /** Largest position in a tsvector (PostgreSQL, 12.9 Limitations). */
    private static final int LAST_POSITION = 16_383;

    private static final int MOST_POSITIONS = 255;

    /** A tsvector is limited to 1 MB. Words of a longer note after this size are not indexed. */
    private static final int MAX_BYTES = 900_000;

    /** Normalization 1: divides the rank by the logarithm of the note's length. */
    private static final String RANKED = "WITH newest AS (SELECT rowid, text, document FROM notes_search"
            + " WHERE document @@ CAST(? AS tsquery) ORDER BY rowid DESC LIMIT " + CANDIDATES + ")"
            + " SELECT rowid, " + SearchSnippet.WINDOW + " FROM newest"
            + " ORDER BY ts_rank(" + WEIGHTS + ", document, CAST(? AS tsquery), 1) DESC, rowid DESC LIMIT ? OFFSET ?";

    private PostgresSearch() {}

    static void add(JdbcSession sql, Note note, String text) throws SQLException {
        String title = note.content().title();
        String tags = TagNameRules.line(note.content().tags());
        Document document = new Document();
        document.add(title == null ? "" : title, TITLE);
        document.add(tags, TAGS);
        document.add(text, TEXT);
        sql.change(
                "INSERT INTO notes_search (rowid, title, text, tags, document) VALUES (?, ?, ?, ?, CAST(? AS"
                        + " tsvector))",
                note.id(),
                title,
                text,
                tags,
                document.toString());
    }

    /** Words of a note with their positions, in the notation of a tsvector. */
    private static final class Document {

        private final Map<String, StringBuilder> places = new LinkedHashMap<>();
        private final Map<String, Integer> counts = new LinkedHashMap<>();
        private int position;
        private int bytes;

        void add(String text, String weight) {
            for (Word word : SearchTokenizer.of(text)) {
                position++;
                if (bytes > MAX_BYTES) {
                    return;
                }
                place(word.folded(), weight);
                if (word.exact() != null) {
                    place(word.exact(), weight);
                }
            }
            position += GAP;
        }

        private void place(String word, String weight) {
            StringBuilder found = places.get(word);
            if (found == null) {
                found = new StringBuilder();
                places.put(word, found);
                bytes += word.getBytes(StandardCharsets.UTF_8).length + 4;
            }
            int count = counts.merge(word, 1, Integer::sum);
            if (count <= MOST_POSITIONS && position <= LAST_POSITION) {
                found.append(count == 1 ? ':' : ',').append(position).append(weight);
                bytes += 2;
            }
        }

        @Override
        public String toString() {
            return places.entrySet().stream()
                    .map(word -> '\'' + word.getKey() + '\'' + word.getValue())
                    .collect(Collectors.joining(" "));
        }
    }

    static Optional<Map<Long, String>> search(JdbcSession sql, String typed, int offset, int limit)
            throws SQLException {
        List<Phrase> phrases = SearchSnippet.phrases(SearchQuery.parts(typed));
        if (phrases.isEmpty()) {
            return Optional.empty();
        }
        String query = phrases.stream().map(PostgresSearch::query).collect(Collectors.joining(" & "));
        Map<Long, String> snippets = new LinkedHashMap<>();
        sql.list(
                RANKED,
                row -> snippets.put(row.getLong(1), SearchSnippet.of(row.getString(2), phrases)),
                query,
                SearchSnippet.word(phrases),
                query,
                limit,
                offset);
        return Optional.of(snippets);
    }

    /** Returns the query of a phrase. Words contain no characters that need an escape. */
    private static String query(Phrase phrase) {
        String words = phrase.words().stream().map(word -> '\'' + word + '\'').collect(Collectors.joining(" <-> "));
        return '(' + words + (phrase.prefix() ? ":*" : "") + ')';
    }
}
