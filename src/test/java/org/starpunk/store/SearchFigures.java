package org.starpunk.store;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.starpunk.TestDatabase;
import org.starpunk.note.MarkdownRenderer;

/**
 * Prints the size of the search index and the duration of searches for 100,000 notes, in English and in Japanese, on the
 * database that {@link TestDatabase#VARIABLE} selects. Not a test.
 */
final class SearchFigures {

    private static final int NOTES = 100_000;
    private static final int WORDS = 3_000;
    private static final int ROUNDS = 30;

    private SearchFigures() {}

    public static void main(String[] arguments) throws Exception {
        for (boolean japanese : List.of(false, true)) {
            Path dir = Files.createDirectories(Path.of(arguments[0], japanese ? "japanese" : "english"));
            TestDatabase database = TestDatabase.in(dir);
            RunningStore.start(database).close();
            List<String> words = fill(database, japanese);
            try (RunningStore store = RunningStore.start(database)) {
                long begin = System.nanoTime();
                await().atMost(Duration.ofMinutes(10))
                        .until(() -> RunningStore.await(store.client.call(sql -> sql.read(SearchIndex::inStep))));
                System.out.printf(
                        "%s: indexed in %d s%n", dir.getFileName(), (System.nanoTime() - begin) / 1_000_000_000);
                sizes(database);
                for (String query : List.of(
                        words.get(0),
                        words.get(1500),
                        words.get(2) + " " + words.get(700),
                        words.get(5).substring(0, 1))) {
                    time(store, query);
                }
            }
        }
    }

    /** Generates texts of 25 words. The frequency of a word falls with its rank, as in natural languages. */
    private static List<String> fill(TestDatabase database, boolean japanese) throws SQLException {
        Random random = new Random(7);
        List<String> words = random.ints(WORDS, 2, 5)
                .mapToObj(length -> random.ints(
                                japanese ? length : length + 2,
                                japanese ? 0x4e00 : 'a',
                                japanese ? 0x4e00 + 800 : 'z' + 1)
                        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                        .toString())
                .toList();
        String insert = "INSERT INTO notes (id, slug, text, format, html, rendering, status, visibility, published,"
                + " published_zone, month) VALUES (?, ?, ?, 'MARKDOWN', ?, "
                + MarkdownRenderer.VERSION
                + ", 'PUBLISHED', 'PUBLIC', ?, 0, 202601)";
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(insert)) {
            connection.setAutoCommit(false);
            for (int i = 1; i <= NOTES; i++) {
                StringBuilder text = new StringBuilder();
                for (int j = 0; j < 25; j++) {
                    double rank = Math.pow(WORDS, random.nextDouble()) - 1;
                    text.append(words.get((int) rank)).append(japanese ? (j % 8 == 7 ? "。" : "") : " ");
                }
                statement.setInt(1, i);
                statement.setString(2, "n" + i);
                statement.setString(3, text.toString());
                statement.setString(4, "<p>" + text + "</p>");
                statement.setLong(5, i * 1_000L);
                statement.executeUpdate();
            }
            connection.commit();
        }
        return words;
    }

    private static void sizes(TestDatabase database) throws SQLException {
        String index = TestDatabase.onPostgres()
                ? "SELECT pg_total_relation_size('notes_search') / 1e6"
                : "SELECT (SELECT sum(octet_length(block)) FROM notes_search_data) / 1e6"
                        + " + (SELECT sum(coalesce(octet_length(c0), 0) + octet_length(c1) + octet_length(c2)"
                        + " + octet_length(c3)) FROM notes_search_content) / 1e6";
        try (Connection connection = database.connect()) {
            System.out.printf(
                    "%.1f MB text, %.1f MB index%n",
                    number(connection, "SELECT sum(octet_length(text)) / 1e6 FROM notes"), number(connection, index));
        }
    }

    private static double number(Connection connection, String query) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(query)) {
            row.next();
            return row.getDouble(1);
        }
    }

    private static void time(RunningStore store, String query) {
        long[] nanos = new long[ROUNDS];
        int hits = 0;
        for (int i = 0; i < ROUNDS; i++) {
            long begin = System.nanoTime();
            hits = RunningStore.await(store.search.search(query, 0, 20)).hits().size();
            nanos[i] = System.nanoTime() - begin;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "  %s: %d hits shown, median %.1f ms, worst %.1f ms%n",
                query, hits, nanos[ROUNDS / 2] / 1e6, nanos[ROUNDS - 1] / 1e6);
    }
}
