package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SqlShape;

/**
 * Verdicts on plans of the real database, for tables of 1 to 100,000 rows. Each statement is recorded with a duration
 * of 5 ms.
 */
class PlanVerdictJourneyTest {

    private static final List<Integer> SIZES = List.of(1, 100, 4_000, 100_000);
    private static final String SCAN = "SELECT id FROM planted_%d WHERE word = ? || ''";
    private static final String THROUGH_INDEX = "SELECT p.kind FROM planted_%d AS p WHERE lower(p.kind) = ?";
    private static final String SORT = "SELECT id FROM planted_%d ORDER BY word";
    private static final String SEARCH = "SELECT id FROM planted_%d WHERE kind = ?";
    private static final String FIRST = "SELECT kind FROM planted_%d ORDER BY kind LIMIT ?";
    private static final String FEW = "SELECT count(*) FROM planted_%d WHERE word IS NULL";

    private static TestSite site;

    @BeforeAll
    static void start() throws SQLException {
        site = TestSite.start().setUp();
        try (Connection connection = site.database().connect();
                java.sql.Statement statement = connection.createStatement()) {
            for (int size : SIZES) {
                plant(statement, size);
            }
        }
        Vertx vertx = site.deployment().vertx();
        vertx.runOnContext(unused -> {
            Recorder recorder = Recorder.toBus(vertx, SamplingRates.all());
            for (String sql : List.of(SCAN, THROUGH_INDEX, SORT, SEARCH, FIRST, FEW)) {
                SIZES.forEach(size -> recorder.query(ran(String.format(sql, size), sql.equals(SORT) ? size : 1)));
            }
            recorder.close();
        });
    }

    private static void plant(java.sql.Statement statement, int size) throws SQLException {
        String table = "planted_" + size;
        statement.executeUpdate("CREATE TABLE " + table + " (id INTEGER PRIMARY KEY, kind TEXT, word TEXT)");
        statement.executeUpdate(
                "INSERT INTO " + table + " WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i"
                        + " WHERE n < " + size + ") SELECT n, 'kind' || n, 'word' || n FROM i");
        statement.executeUpdate("CREATE INDEX " + table + "_kind ON " + table + " (kind)");
        statement.executeUpdate("CREATE INDEX " + table + "_few ON " + table + " (id) WHERE word IS NULL");
    }

    private static QueryTiming ran(String sql, int rows) {
        long now = System.nanoTime();
        return new QueryTiming(
                SqlShape.of(sql), System.currentTimeMillis(), now, 0, 5_000_000, rows, 1, null, false, 0, true);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static JsonObject shape(String sql, int size) {
        String shape = SqlShape.of(String.format(sql, size)).sql();
        return await().atMost(Duration.ofMinutes(1))
                .until(
                        () -> site.json("/admin/metrics").getJsonArray("queries").stream()
                                .map(JsonObject.class::cast)
                                .filter(row -> row.getString("shape").equals(shape))
                                .findFirst()
                                .orElse(new JsonObject()),
                        row -> row.getString("plan") != null);
    }

    private static List<?> flags(String sql, int size) {
        return shape(sql, size).getJsonArray("flags").getList();
    }

    @ParameterizedTest
    @CsvSource({"1, false", "100, false", "4000, true", "100000, true"})
    void a_scan_that_returns_few_rows_is_flagged_by_the_size_of_its_table(int size, boolean flagged) {
        assertThat(flags(SCAN, size)).isEqualTo(flagged ? List.of("full_scan") : List.of());
        assertThat(flags(THROUGH_INDEX, size))
                .as(shape(THROUGH_INDEX, size).getString("plan"))
                .isEqualTo(flagged ? List.of("index_scan") : List.of());
        assertThat(shape(SCAN, size).getInteger("rows_examined")).isEqualTo(size);
        assertThat(shape(THROUGH_INDEX, size).getInteger("rows_examined")).isEqualTo(size);
        assertThat(flags(SORT, size)).isEqualTo(flagged ? List.of("temp_sort") : List.of());
    }

    @ParameterizedTest
    @CsvSource({"1", "100", "4000", "100000"})
    void what_reads_few_rows_is_never_flagged(int size) {
        assertThat(flags(SEARCH, size)).isEmpty();
        assertThat(shape(SEARCH, size).getValue("rows_examined")).isNull();
        assertThat(flags(FIRST, size)).as("stops at its limit").isEmpty();
        assertThat(flags(FEW, size)).as("an index of few rows").isEmpty();
    }

    @Test
    void the_page_shows_the_rows_of_a_scan_as_a_badge() {
        SIZES.forEach(size -> shape(SCAN, size));
        String page = site.get("/admin/performance?table=all&shapes=-count", "Accept", "text/html")
                .body();
        assertThat(page)
                .contains(
                        "full scan of 4\u202f000 rows",
                        "full scan of 100\u202f000 rows",
                        "scan of 4\u202f000 rows through an index")
                .doesNotContain("full scan of 1 rows", "full scan of 100 rows");
    }

    @Test
    void a_table_that_grows_after_its_plan_was_asked_for_is_flagged() throws SQLException {
        String sql = "SELECT id FROM planted_growing_%d WHERE word = ?";
        try (Connection connection = site.database().connect();
                java.sql.Statement statement = connection.createStatement()) {
            statement.executeUpdate("CREATE TABLE planted_growing_2 (id INTEGER PRIMARY KEY, word TEXT)");
            record(sql);
            assertThat(flags(sql, 2)).isEmpty();
            statement.executeUpdate("INSERT INTO planted_growing_2 SELECT id, word FROM planted_4000");
        }
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    record(sql);
                    return flags(sql, 2).equals(new JsonArray().add("full_scan").getList());
                });
    }

    private static void record(String sql) {
        Vertx vertx = site.deployment().vertx();
        vertx.runOnContext(unused -> {
            Recorder recorder = Recorder.toBus(vertx, SamplingRates.all());
            recorder.query(ran(String.format(sql, 2), 1));
            recorder.close();
        });
    }
}
