package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every figure on the performance page names its time window. */
class FigureWindowsTest {

    private static final Pattern DETAIL = Pattern.compile("data-live=\"\\w+-detail\">([^<]*)<");

    @SuppressWarnings("NullAway.Init") // started before the tests
    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start().setUp();
        for (int i = 0; i < 5; i++) {
            assertThat(site.get("/").statusCode()).isEqualTo(200);
        }
        await().until(() -> site.json("/admin/metrics").getJsonObject("summary").getLong("requests") >= 5);
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static String page(String window) {
        return site.get("/admin/performance?window=" + window, "Accept", "text/html")
                .body();
    }

    @Test
    void every_tile_begins_with_its_window() {
        List<String> details = DETAIL.matcher(page("15m"))
                .results()
                .map(found -> found.group(1))
                .toList();
        assertThat(details).hasSize(5).allMatch(detail -> detail.matches("(last 10 s|2 min|in 15 min|now) · .*"));
    }

    @Test
    void a_young_process_says_since_when_there_is_data() {
        String page = page("24h");
        for (String title : List.of("of requests, ", "requests by time and latency, ", "database's time, ")) {
            assertThat(page).containsPattern(title.replace("'", ".*") + "24 h, data since the start \\d+ s ago");
        }
        assertThat(page).contains(">24 h, data since the start ");
    }

    @Test
    void counts_since_the_start_say_so_and_are_in_no_table_of_a_window() {
        String page = page("15m");
        assertThat(page)
                .contains("hits since the start", "misses since the start", "since the start: ")
                .containsPattern("Business events</h2><span class=\"muted\">since the start")
                .contains("Mean wait for a connection, since the start: ")
                .doesNotContain(">wait</a>");
        assertThat(page).containsPattern("\\d+ errors in 15 min");
    }

    @Test
    void the_json_says_where_its_window_begins() {
        JsonObject all = site.json("/admin/metrics?window=24h");
        assertThat(all.getString("window_from")).isBetween(all.getString("started_at"), all.getString("at"));
    }
}
