package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.starpunk.monitor.web.EventListsModel.RecentOperation;

/** Failures of the dashboard: each failed operation has its own row. */
class EventListsModelTest {

    private static final String REQUEST = "0123456789abcdef";

    private static JsonObject statement(int number, String node, String requestId) {
        JsonObject metadata = new JsonObject().put("error", "SQLITE_BUSY");
        return event(
                "database",
                "INSERT notes",
                number,
                node,
                requestId.isEmpty() ? metadata : metadata.put("request_id", requestId));
    }

    private static JsonObject request(int number, String requestId) {
        return event(
                "http",
                "POST /micropub",
                number,
                "a",
                new JsonObject().put("failed", true).put("status", 500).put("request_id", requestId));
    }

    private static JsonObject event(String type, String name, int number, String node, JsonObject metadata) {
        return new JsonObject()
                .put("operation_type", type)
                .put("operation_name", name)
                .put("timestamp", "2026-11-21T08:00:00.000Z")
                .put("duration_ms", 1.0)
                .put("id", number)
                .put("node", node)
                .put("metadata", metadata);
    }

    private static JsonObject trace(String requestId) {
        return new JsonObject()
                .put("request_id", requestId)
                .put("endpoint", "POST /micropub")
                .put("at", "2026-11-21T08:00:00.000Z")
                .put("status", 500)
                .put("duration_ms", 1.0)
                .put("why", "error");
    }

    private static List<RecentOperation> failures(JsonArray traces, JsonArray recent) {
        JsonObject all = new JsonObject().put("traces", traces).put("recent", recent);
        return new EventListsModel(all, DashboardQuery.of(MultiMap.caseInsensitiveMultiMap()), Instant.EPOCH)
                .failures();
    }

    @Test
    void failed_statements_without_a_request_have_a_row_each() {
        JsonArray recent = new JsonArray()
                .add(statement(3, "a", ""))
                .add(statement(2, "a", ""))
                .add(statement(2, "b", ""));
        assertThat(failures(new JsonArray(), recent)).hasSize(3);
    }

    @Test
    void failed_statements_of_one_request_have_a_row_each_next_to_their_request() {
        JsonArray recent = new JsonArray()
                .add(request(4, REQUEST))
                .add(statement(3, "a", REQUEST))
                .add(statement(2, "a", REQUEST));
        assertThat(failures(new JsonArray(), recent))
                .extracting(RecentOperation::kind)
                .containsExactlyInAnyOrder("http", "database", "database");
    }

    @Test
    void a_failed_request_with_a_trace_and_an_event_has_one_row() {
        JsonArray recent = new JsonArray().add(request(4, REQUEST));
        assertThat(failures(new JsonArray().add(trace(REQUEST)), recent)).hasSize(1);
    }

    @Test
    void failed_requests_whose_ids_end_alike_have_a_row_each() {
        String alike = "ffffffff" + REQUEST.substring(8);
        assertThat(failures(new JsonArray().add(trace(alike)), new JsonArray().add(request(4, REQUEST))))
                .hasSize(2);
    }

    @Test
    void failures_of_one_time_are_listed_in_their_order_newest_first() {
        JsonArray recent = new JsonArray();
        for (int number = 25; number > 0; number--) {
            recent.add(statement(number, "a", ""));
        }
        assertThat(failures(new JsonArray(), recent))
                .hasSize(20)
                .first()
                .extracting(RecentOperation::key)
                .isEqualTo("2026-11-21T08:00:00.000Z/25/a");
    }
}
