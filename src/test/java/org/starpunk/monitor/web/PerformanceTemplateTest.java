package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.Test;
import org.starpunk.view.StaticAssets;
import org.starpunk.view.Templates;

/** Texts of the page's template in states that a healthy server does not reach. */
class PerformanceTemplateTest {

    private static final String TEMPLATE = "admin/performance";
    private static final Templates VIEWS = new Templates(new StaticAssets(Path.of("no-such-folder"))).load(TEMPLATE);

    private static Document page(JsonObject snapshot) {
        return page(PageModel.of(snapshot, DashboardQuery.of(MultiMap.caseInsensitiveMultiMap()), Instant.EPOCH));
    }

    private static Document page(Map<String, Object> model) {
        return Jsoup.parse(VIEWS.render(TEMPLATE, model).toString());
    }

    private static JsonObject requests(int count) {
        return new JsonObject().put("summary", new JsonObject().put("requests", count));
    }

    @Test
    void a_silent_sensor_is_named_with_what_to_do_and_its_numbers_are_unknown() {
        JsonObject snapshot = requests(8100)
                .put("sensors", new JsonObject().put("text", "8 100 requests seen but 0 database events"));
        String text = page(snapshot).text();
        assertThat(text).contains("Sensor silent. 8 100 requests seen but 0 database events.");
        assertThat(text).contains("Restart the server");
        assertThat(text).contains("The database sensor is silent: no statement has reached the monitor.");
    }

    @Test
    void a_server_that_nobody_has_asked_says_how_to_get_numbers() {
        assertThat(page(requests(0)).text()).contains("The site has received no request yet");
        assertThat(page(requests(1)).text()).doesNotContain("has received no request");
    }

    @Test
    void slow_queries_that_have_left_the_buffer_are_not_said_to_have_been_none() {
        JsonObject snapshot = requests(1).put("stats", new JsonObject().put("max_size", 1000));
        assertThat(page(snapshot).select("#slow").text()).contains("None was slow.");
        snapshot.getJsonObject("summary").put("slow_queries", 6);
        assertThat(page(snapshot).select("#slow").text())
                .contains("None of these is stored any more: the buffer holds the last 1 000 events.")
                .contains("Raise METRICS_BUFFER_SIZE");
    }

    @Test
    void what_is_not_known_is_a_dash_in_every_tile() {
        Document page = page(new JsonObject());
        assertThat(page.select(".tile .value").eachText()).containsExactly("—", "— / —", "— of —", "RSS —", "—");
    }

    @Test
    void a_monitor_that_does_not_answer_is_said_not_to_hurt_the_site() {
        assertThat(page(Map.of("unanswered", true)).text()).contains("The monitor does not answer. The site itself");
    }

    @Test
    void texts_from_outside_cannot_end_the_data_or_become_markup() {
        JsonObject snapshot = requests(1)
                .put(
                        "markers",
                        new JsonArray()
                                .add(new JsonObject()
                                        .put("at", "2026-11-21T08:00:00Z")
                                        .put("kind", "alert")
                                        .put("text", "</script><img src=x onerror=alert(1)>")));
        Document page = page(snapshot);
        assertThat(page.select("img, script:not([src], #data)")).isEmpty();
        assertThat(new JsonObject(page.select("#data").get(0).data())
                        .getJsonArray("markers")
                        .getJsonObject(0)
                        .getString("text"))
                .startsWith("</script>");
    }

    @Test
    void a_statement_that_is_run_many_times_in_a_request_leads_to_its_trace() {
        JsonObject repeated =
                new JsonObject().put("text", "14 × SELECT note_tags").put("request_id", "9f");
        JsonObject row = new JsonObject().put("id", 3).put("endpoint", "GET /").put("n_plus_one", repeated);
        Document page = page(requests(1).put("endpoints", new JsonArray().add(row)));
        assertThat(page.select("#endpoints a[href='?trace=9f']").text()).isEqualTo("N+1: 14 × SELECT note_tags");
    }

    @Test
    void a_cell_whose_requests_are_on_a_node_without_reply_names_the_node() {
        JsonObject heatmap = new JsonObject()
                .put("step_s", 15)
                .put("t", new JsonArray().add(1_795_251_000L))
                .put("bounds_ms", new JsonArray().add(1.0).add(2.0))
                .put(
                        "columns",
                        new JsonArray()
                                .add(new JsonArray().add(new JsonArray().add(0).add(3))));
        JsonObject found =
                new JsonObject().put("requests", new JsonArray()).put("missing", new JsonArray().add("there"));
        MultiMap query = MultiMap.caseInsensitiveMultiMap().add("cell", "1795251000.0");
        JsonObject snapshot = requests(1).put("heatmap", heatmap).put(EventListsModel.CELL_REQUESTS, found);
        String missing = page(PageModel.of(snapshot, DashboardQuery.of(query), Instant.EPOCH))
                .select("#traces")
                .text();
        assertThat(missing).contains("because there does not respond").doesNotContain("stored any more");
        found.put("missing", new JsonArray());
        String whole = page(PageModel.of(snapshot, DashboardQuery.of(query), Instant.EPOCH))
                .select("#traces")
                .text();
        assertThat(whole).contains("None of these is stored any more").doesNotContain("respond");
    }
}
