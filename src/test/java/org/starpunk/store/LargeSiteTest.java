package org.starpunk.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Profile;
import org.starpunk.journey.TestSite;
import org.starpunk.note.NoteQuery;
import org.starpunk.note.NoteQuery.Cursor;

/** A site with 100,000 notes: costs that must not grow with the number of notes. */
class LargeSiteTest {

    private static final int NOTES = 100_000;
    private static final int READERS = 3;
    private static final long MEGABYTE = 1024 * 1024;

    private static TestSite site;
    private static StoreClient store;

    @BeforeAll
    static void start() throws Exception {
        site = TestSite.start();
        Profile profile = new Profile("Large", site.uri().toString(), "Ada Author", "", "", "en");
        assertThat(TestSite.await(site.deployment().account().setUp(profile, "no password opens this")))
                .isTrue();
        int port = site.deployment().port();
        site.stop();
        LargeSite.fill(site.dataDir(), NOTES);
        site.startAgain(port);
        store = new StoreClient(site.deployment().vertx());
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static List<String> plan(String statement, @Nullable Object... parameters) {
        return TestSite.await(store.call(sql -> sql.read(
                jdbc -> jdbc.list("EXPLAIN QUERY PLAN " + statement, row -> row.getString("detail"), parameters))));
    }

    private static List<String> plan(String columns, NoteQuery query) {
        List<@Nullable Object> parameters = new ArrayList<>();
        String text = NoteQueries.text(columns, query, parameters);
        return plan(text, parameters.toArray());
    }

    @Test
    void a_page_of_a_list_is_a_range_of_an_index_wherever_it_begins() {
        Cursor middle = new Cursor(1_580_000_000_000L, 50_000);
        String brief = NoteQueries.PLACE;
        for (Cursor after : new Cursor[] {null, middle}) {
            assertThat(plan(brief, new NoteQuery(null, null, after, 20, false)))
                    .hasSize(1)
                    .allMatch(step -> step.contains("USING INDEX notes_newest"));
            assertThat(plan(brief, new NoteQuery(null, YearMonth.of(2020, 3), after, 20, false)))
                    .hasSize(1)
                    .allMatch(step -> step.startsWith("SEARCH n USING INDEX notes_month (month=?"));
            assertThat(plan(brief, new NoteQuery("tag3", null, after, 20, false)))
                    .anyMatch(step -> step.startsWith("SEARCH nt USING COVERING INDEX note_tags_newest (tag_id=?"))
                    .anyMatch(step -> step.startsWith("SEARCH n USING INTEGER PRIMARY KEY"))
                    .noneMatch(LargeSiteTest::readsOrSortsAll);
            assertThat(plan(NoteRowMapper.COLUMNS, new NoteQuery(null, null, after, 200, false)))
                    .anyMatch(step -> step.contains("USING INDEX notes_newest"))
                    .anyMatch(step -> step.startsWith("SEARCH nt USING "))
                    .noneMatch(LargeSiteTest::readsOrSortsAll);
        }
        assertThat(plan(brief, new NoteQuery(null, null, middle, 20, false)))
                .allMatch(step -> step.startsWith("SEARCH n "));
    }

    private static boolean readsOrSortsAll(String step) {
        return (step.matches("SCAN (n|nt|t)( .*)?") && !step.contains("USING INDEX")) || step.contains("TEMP B-TREE");
    }

    @Test
    void a_note_and_its_tags_are_found_by_their_keys() {
        String from = " FROM slugs s JOIN notes n ON n.id = s.note_id WHERE s.slug = ?";
        assertThat(plan("SELECT " + NoteRowMapper.COLUMNS + from, "note-7"))
                .filteredOn(step -> !step.startsWith("CORRELATED SCALAR SUBQUERY"))
                .hasSize(4)
                .allMatch(step -> step.startsWith("SEARCH "));
    }

    @Test
    void drafts_are_counted_and_listed_by_an_index_of_their_own() {
        assertThat(plan(AuthorNoteQueries.COUNT_DRAFTS)).allMatch(step -> step.contains("INDEX notes_drafts"));
        assertThat(plan(AuthorNoteQueries.DRAFTS, 10))
                .noneMatch(LargeSiteTest::readsOrSortsAll)
                .anyMatch(step -> step.contains("USING INDEX notes_drafts"));
    }

    @Test
    void the_next_scheduled_note_is_found_by_an_index_of_its_own() {
        assertThat(plan(NoteSchedule.NEXT))
                .noneMatch(LargeSiteTest::readsOrSortsAll)
                .anyMatch(step -> step.contains("INDEX notes_scheduled"));
        assertThat(plan(NoteSchedule.DUE, 0, 10))
                .noneMatch(LargeSiteTest::readsOrSortsAll)
                .anyMatch(step -> step.contains("INDEX notes_scheduled"));
        assertThat(plan(NoteSchedule.COUNT)).allMatch(step -> step.contains("INDEX notes_scheduled"));
    }

    /** The number of candidates does not depend on the word. */
    @Test
    void a_search_ranks_the_newest_thousand_hits_of_a_common_word_and_finds_any_rare_one() {
        SearchStore search = new SearchStore(store);
        assertThat(TestSite.await(search.search("garden", 0, 20)).hits())
                .hasSize(20)
                .allMatch(hit -> hit.note().id() > NOTES - 1_000);
        assertThat(TestSite.await(search.search("garden", 1_000, 20)).hits()).isEmpty();
        assertThat(TestSite.await(search.search("\"word17\"", 0, 20)).hits())
                .anyMatch(hit -> hit.note().id() == 17);
        assertThat(SearchQuery.parts("gar ä")).noneMatch(SearchQuery.Term::prefix);
    }

    /** FTS5 first builds a list of all hits of a prefix, for each statement of a search: 37 ms instead of 6 ms. */
    @Test
    void a_beginning_of_one_word_is_looked_for_as_that_word() {
        SqliteSearch.Expression expression = TestSite.await(store.call(
                sql -> sql.read(jdbc -> SqliteSearch.expression(jdbc, SearchQuery.parts("word99999 gard")))));
        assertThat(expression.matching()).isEqualTo("\"word99999\" AND (\"garden\")");
        assertThat(expression.ranking()).isEqualTo(expression.matching());
    }

    /** With a condition on the id, FTS5 repeated the search for each hit: 63 ms instead of 3 ms. */
    @Test
    void the_snippets_of_a_page_are_made_in_one_pass_over_the_index() {
        assertThat(plan(SqliteSearch.SNIPPETS, "garden", "\"garden\"", 1, "[1,2,3]"))
                .anyMatch(step -> step.startsWith("SCAN notes_search VIRTUAL TABLE INDEX"))
                .noneMatch(step -> step.startsWith("SCAN notes_search") && step.contains(":="));
    }

    @Test
    void pages_of_a_large_site_are_pages_like_any_other() {
        for (String page :
                List.of("/", "/notes/note-77", "/tags/tag3", "/archive/2020/03", "/search?q=word77", "/feed")) {
            assertThat(site.get(page).statusCode()).as(page).isEqualTo(200);
        }
    }

    @Test
    void a_feed_of_all_notes_takes_little_memory_and_holds_no_event_loop_however_slow_its_readers() throws Exception {
        ListAppender<ILoggingEvent> blocked = new ListAppender<>();
        blocked.start();
        Logger checker = (Logger) LoggerFactory.getLogger("io.vertx.core.impl.BlockedThreadChecker");
        checker.addAppender(blocked);
        String path = "/feed.atom?all=true";
        try (SlowResponseReader first = new SlowResponseReader(path)) {
            first.read(3 * MEGABYTE); // warms up caches
        }
        long before = heap();
        List<SlowResponseReader> slow = new ArrayList<>();
        try {
            for (int i = 0; i < READERS; i++) {
                SlowResponseReader reader = new SlowResponseReader(path);
                reader.read((i + 1) * MEGABYTE);
                slow.add(reader);
            }
            for (int i = 0; i < 6; i++) { // uses a new connection, and therefore another event loop
                site.forgetCookies();
                assertThat(site.get("/notes/note-5").statusCode()).isEqualTo(200);
            }
            long grown = heap() - before;
            assertThat(grown).as("bytes for %d stalled readers", READERS).isLessThan(5 * MEGABYTE);
            slow.get(0).read(Long.MAX_VALUE);
            assertThat(slow.get(0).entries).isEqualTo(NOTES);
            assertThat(heap() - before).isLessThan(5 * MEGABYTE);
        } finally {
            for (SlowResponseReader reader : slow) {
                reader.close();
            }
            checker.detachAppender(blocked);
        }
        // A loop that waits for a processor is reported as blocked too, for some seconds.
        assertThat(blocked.list)
                .extracting(ILoggingEvent::getFormattedMessage)
                .noneMatch(message -> message.matches("(?s).*blocked for \\d{5,} ms.*"));
    }

    /**
     * Returns the heap in use after a collection: the minimum of several, because other threads run at the same time.
     */
    private static long heap() {
        long[] least = {Long.MAX_VALUE};
        int[] rounds = {0};
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(50))
                .until(() -> {
                    System.gc();
                    Runtime runtime = Runtime.getRuntime();
                    least[0] = Math.min(least[0], runtime.totalMemory() - runtime.freeMemory());
                    return ++rounds[0] == 4;
                });
        return least[0];
    }

    /** Reads a response at a limited rate with a small receive buffer. */
    private static final class SlowResponseReader implements AutoCloseable {

        private static final Pattern ENTRY = Pattern.compile("<entry>");

        private final Socket socket = new Socket();
        private final byte[] chunk = new byte[64 * 1024];
        private String rest = "";
        int entries;

        SlowResponseReader(String path) throws IOException {
            socket.setReceiveBufferSize(16 * 1024);
            socket.setSoTimeout(120_000);
            socket.connect(
                    new InetSocketAddress(
                            InetAddress.getLoopbackAddress(), site.deployment().port()),
                    20_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }

        void read(long bytes) throws IOException {
            InputStream in = socket.getInputStream();
            long left = bytes;
            int length = in.read(chunk);
            while (length > 0) {
                count(new String(chunk, 0, length, StandardCharsets.ISO_8859_1));
                left -= length;
                if (left <= 0) {
                    return;
                }
                length = in.read(chunk);
            }
        }

        /** Counts tags, including those across two reads. HTTP/1.0 has no chunks that could split one. */
        private void count(String text) {
            String all = rest + text;
            Matcher matcher = ENTRY.matcher(all);
            int end = 0;
            while (matcher.find()) {
                entries++;
                end = matcher.end();
            }
            rest = all.substring(Math.max(end, all.length() - "<entry>".length() + 1));
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
