package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.SqliteOnly;

/** Responses of the store to EXPLAIN, for statements of real requests. Every statement counts as slow in this test. */
@SqliteOnly("the words of a plan are SQLite's")
class QueryPlanJourneyTest {

    private final TestSite site =
            TestSite.start(Map.of("METRICS_SLOW_QUERY_THRESHOLD", "0.000001")).setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    private JsonObject shape(Predicate<String> sql) {
        return site.json("/admin/metrics").getJsonArray("queries").stream()
                .map(JsonObject.class::cast)
                .filter(row -> sql.test(row.getString("shape")))
                .findFirst()
                .orElse(new JsonObject());
    }

    private static boolean isNewestOfAll(String sql) {
        return sql.contains("FROM notes n WHERE TRUE ORDER BY n.published DESC, n.id DESC");
    }

    private void execute(String sql) throws SQLException {
        String file = "jdbc:sqlite:" + site.dataDir().resolve("starpunk.db");
        try (Connection other = DriverManager.getConnection(file);
                Statement statement = other.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** Opens the author's list, which is never cached. */
    private void visitTheList() {
        assertThat(site.get("/admin/notes").statusCode()).isEqualTo(200);
    }

    /** The connection for the first plan was once used permanently. */
    @Test
    void a_plan_is_shown_and_one_that_became_worse_is_flagged() throws Exception {
        site.publish("A note for the list", "");
        execute("INSERT INTO notes (slug, text, format, html, status, visibility, published, published_zone, month)"
                + " WITH RECURSIVE i(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM i WHERE n < 4000)"
                + " SELECT 'n-' || n, 'text', 'MARKDOWN', '<p>text</p>', 'PUBLISHED', 'PUBLIC', n, 0, 197001 FROM i");
        visitTheList();
        await().atMost(Duration.ofMinutes(2))
                .until(() -> shape(QueryPlanJourneyTest::isNewestOfAll).getString("plan") != null);
        JsonObject good = shape(QueryPlanJourneyTest::isNewestOfAll);
        assertThat(good.getString("plan")).contains("USING").contains("INDEX");
        assertThat(good.getJsonArray("flags")).isEmpty();

        execute("DROP INDEX notes_all");
        await().atMost(Duration.ofSeconds(100))
                .pollInterval(Duration.ofMillis(500))
                .untilAsserted(() -> {
                    visitTheList();
                    assertThat(shape(QueryPlanJourneyTest::isNewestOfAll).getJsonArray("flags"))
                            .isEqualTo(JsonArray.of("full_scan", "temp_sort", "plan_changed"));
                });
        assertThat(shape(QueryPlanJourneyTest::isNewestOfAll).getString("plan"))
                .contains("SCAN")
                .contains("USE TEMP B-TREE FOR ORDER BY");
        assertThat(site.json("/admin/metrics").getJsonArray("markers").encode())
                .contains("the plan of SELECT notes changed");
        assertThat(site.get("/admin/performance?shapes=1", "Accept", "text/html")
                        .body())
                .contains("USE TEMP B-TREE");
    }

    @Test
    void what_happened_to_the_server_stands_in_the_time_series() {
        String[] profile = {
            "site_name", "Renamed", "site_url", site.uri().toString(), "author_name", "Ada Author", "language", "en"
        };
        assertThat(site.submit("/admin/settings", "/admin/settings/profile", profile)
                        .statusCode())
                .isEqualTo(303);
        await().untilAsserted(() -> assertThat(site.json("/admin/metrics").getJsonArray("markers").stream()
                        .map(marker -> ((JsonObject) marker).getString("kind")))
                .contains("start", "version", "migration", "configuration"));
    }
}
