package org.starpunk.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.sqlite.SQLiteErrorCode;
import org.starpunk.note.Note;
import org.starpunk.note.TagNameRules;

/**
 * Full-text search with FTS5. Only the newest {@value #CANDIDATES} hits are ranked, because ranking all hits of a
 * common word takes hundreds of milliseconds with 100,000 notes.
 */
final class SqliteSearch {

    private static final Logger LOG = LoggerFactory.getLogger(SqliteSearch.class);
    private static final int CANDIDATES = 1000;
    /** Maximum length of a prefix, characters, for which FTS5 has an index (see {@link #CREATE}). */
    private static final int INDEXED_BEGINNING = 3;

    /**
     * Maximum size of a text for which FTS5 makes the snippet, bytes. Its time grows with the square of the number of
     * hits in a text: almost a second for a text of 170 kB with a common word.
     */
    private static final int SHORT = 8_000;

    /** Condition for a snippet of FTS5. It marks only words that its own tokenizer finds in the text. */
    private static final String SIMPLE = "octet_length(text) <= " + SHORT + " AND coalesce(extra, '') = ''";

    private static final int MAX_WORDS = 64;
    private static final int LONGEST_BEGINNING = 100;
    private static final String CREATE = "CREATE VIRTUAL TABLE IF NOT EXISTS notes_search USING fts5"
            + " (title, text, tags, extra, tokenize = 'unicode61 remove_diacritics 2', prefix = '2 3')";
    private static final String CREATE_PLAIN =
            "CREATE TABLE IF NOT EXISTS notes_search (title TEXT, text TEXT, tags TEXT, extra TEXT)";
    /** Words of the index as a table; it stores nothing. */
    private static final String CREATE_WORDS =
            "CREATE VIRTUAL TABLE IF NOT EXISTS notes_words USING fts5vocab (notes_search, instance)";

    /** The title has ten times the weight of the text, a tag five times. */
    private static final String RANKED = "SELECT rowid FROM notes_search WHERE notes_search MATCH ? AND rowid >= ?"
            + " ORDER BY bm25(notes_search, 10.0, 1.0, 5.0, 1.0), rowid DESC LIMIT ? OFFSET ?";

    private static final String OLDEST_CANDIDATE =
            "SELECT rowid FROM notes_search WHERE notes_search MATCH ? ORDER BY rowid DESC LIMIT 1 OFFSET ?";
    /**
     * The plus prevents FTS5 from repeating the whole search for each id, which took twenty times as long for a common
     * word.
     */
    static final String SNIPPETS = "SELECT rowid, CASE WHEN " + SIMPLE
            + " THEN snippet(notes_search, 1, char(2), char(3), '…', 32) END, CASE WHEN NOT (" + SIMPLE
            + ") THEN " + SearchSnippet.WINDOW + " END FROM notes_search"
            + " WHERE notes_search MATCH ? AND rowid >= ? AND +rowid IN (SELECT value FROM json_each(?))";

    /**
     * Returns the words of the index with a prefix, one more than the limit. Each word is found by its position after
     * the previous one.
     */
    private static final String WORDS = "WITH RECURSIVE words (word) AS"
            + " (SELECT (SELECT term FROM notes_words WHERE term >= ?1 LIMIT 1) UNION ALL"
            + " SELECT (SELECT term FROM notes_words WHERE term >= word || char(1) LIMIT 1) FROM words"
            + " WHERE substr(word, 1, length(?1)) = ?1 LIMIT " + (MAX_WORDS + 1) + ")"
            + " SELECT word FROM words WHERE substr(word, 1, length(?1)) = ?1";

    private SqliteSearch() {}

    /**
     * FTS5 expressions of a query.
     *
     * @param matching expression that finds the notes; FTS5 can iterate over its hits from any position, in both
     *     directions, and stop early
     * @param ranking expression that finds the same notes, and counts all words with one prefix as one word
     */
    record Expression(String matching, String ranking) {}

    /**
     * Creates the index if it is missing. A SQLite without FTS5 gets a table with the same columns, which is written in
     * the same way and searched with LIKE.
     */
    static void ensure(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("BEGIN IMMEDIATE");
            try {
                statement.executeUpdate(CREATE);
                statement.executeUpdate(CREATE_WORDS);
            } catch (SQLException e) {
                LOG.warn("SQLite has no FTS5 ({}): search falls back to LIKE, without ranking", e.getMessage());
                statement.executeUpdate(CREATE_PLAIN);
            }
            statement.executeUpdate("COMMIT");
        }
    }

    static void recreate(JdbcSession sql) throws SQLException {
        int dropped = sql.change("DROP TABLE IF EXISTS notes_search");
        int made = sql.change(CREATE);
        LOG.info("the search index was replaced by an empty one ({}, {})", dropped, made);
    }

    /** Appends the words that the tokenizer does not find in title and tags, with the same weight. */
    static void add(JdbcSession sql, Note note, String text) throws SQLException {
        String title = note.content().title();
        sql.change(
                "INSERT INTO notes_search (rowid, title, text, tags, extra) VALUES (?, ?, ?, ?, ?)",
                note.id(),
                title == null ? null : withExtra(title),
                text,
                withExtra(TagNameRules.line(note.content().tags())),
                SearchTokenizer.extra(text));
    }

    private static String withExtra(String text) {
        String extra = SearchTokenizer.extra(text);
        return extra.isEmpty() ? text : text + '\n' + extra;
    }

    static Optional<Map<Long, String>> search(JdbcSession sql, String typed, int offset, int limit)
            throws SQLException {
        List<SearchQuery.Term> parts = SearchQuery.parts(typed);
        if (parts.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(ranked(sql, parts, limit, offset));
        } catch (SQLException e) {
            if (SqlErrors.sqlite(e) == SQLiteErrorCode.SQLITE_INTERRUPT) {
                throw e;
            }
            // FTS5 is missing, or rejects the expression.
            return Optional.empty();
        }
    }

    static Expression expression(JdbcSession sql, List<SearchQuery.Term> parts) throws SQLException {
        List<String> matching = new ArrayList<>();
        List<String> ranking = new ArrayList<>();
        for (SearchQuery.Term part : parts) {
            if (part.isSpecial()) {
                String all = special(part);
                matching.add(all);
                ranking.add(all);
                continue;
            }
            List<String> words = words(sql, part);
            String any = words.stream().map(SearchQuery::quoted).collect(Collectors.joining(" OR ", "(", ")"));
            matching.add(words.isEmpty() ? part.expression() : any);
            ranking.add(words.size() == 1 ? any : part.expression());
        }
        return new Expression(String.join(" AND ", matching), String.join(" AND ", ranking));
    }

    private static String special(SearchQuery.Term part) {
        return SearchSnippet.phrases(part).stream()
                .map(phrase -> SearchQuery.quoted(String.join(" ", phrase.words())) + (phrase.prefix() ? " *" : ""))
                .collect(Collectors.joining(" AND "));
    }

    /**
     * Returns the words with the prefix of a term. FTS5 builds a list of all hits of a prefix before it returns the
     * first one, which took 5 to 10 ms for a common word, four times per search. Empty if there are too many words, or
     * the index contains the prefix itself.
     */
    private static List<String> words(JdbcSession sql, SearchQuery.Term part) throws SQLException {
        List<SearchTokenizer.Word> typed = SearchTokenizer.of(part.text());
        if (!part.prefix() || typed.size() != 1) {
            return List.of();
        }
        String beginning = typed.get(0).folded();
        int length = beginning.codePointCount(0, beginning.length());
        if (length <= INDEXED_BEGINNING || length > LONGEST_BEGINNING) {
            return List.of();
        }
        List<String> words = sql.list(WORDS, row -> row.getString(1), beginning);
        return words.size() > MAX_WORDS ? List.of() : words;
    }

    private static Map<Long, String> ranked(JdbcSession sql, List<SearchQuery.Term> parts, int limit, int offset)
            throws SQLException {
        Expression expression = expression(sql, parts);
        long oldest = sql.first(OLDEST_CANDIDATE, row -> row.getLong(1), expression.matching(), CANDIDATES - 1)
                .orElse(0L);
        List<Long> ids = sql.list(RANKED, row -> row.getLong(1), expression.ranking(), oldest, limit, offset);
        Map<Long, String> snippets = new LinkedHashMap<>();
        ids.forEach(id -> snippets.put(id, ""));
        if (!ids.isEmpty()) {
            List<SearchSnippet.Phrase> phrases = SearchSnippet.phrases(parts);
            sql.list(
                    SNIPPETS,
                    row -> snippets.replace(row.getLong(1), snippet(row, phrases)),
                    SearchSnippet.word(phrases),
                    expression.matching(),
                    Collections.min(ids),
                    NoteQueries.array(ids));
        }
        return snippets;
    }

    private static String snippet(ResultSet row, List<SearchSnippet.Phrase> phrases) throws SQLException {
        String made = row.getString(2);
        return made == null ? SearchSnippet.of(row.getString(3), phrases) : made;
    }
}
