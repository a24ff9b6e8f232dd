package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.monitor.NodeListMerger.NewestEvent;

/** Lists and objects of several nodes, merged. */
class NodeListMergerTest {

    private final Vertx vertx = Vertx.vertx();
    private final TestClock clock = new TestClock();
    private final PeerRegistry peers = new PeerRegistry(vertx, clock, "a", clock.millis(), () -> new byte[0]);

    @AfterEach
    void close() {
        vertx.close().await();
    }

    private NodeState node(JsonObject lists) {
        return new NodeState(new MonitorState(clock, 10, 0, false), lists);
    }

    private JsonObject merge(JsonObject one, JsonObject other) {
        Map<String, NodeState> states = new TreeMap<>(Map.of("a", node(one), "b", node(other)));
        JsonObject numbers = new JsonObject()
                .put("process_id", 77)
                .put("pool", new JsonObject())
                .put("summary", new JsonObject().put("window_errors", 0L));
        return new NodeListMerger(states, peers, 10).merge(numbers);
    }

    private static JsonObject self(double threshold, long update, double share, long frame) {
        return new JsonObject()
                .put("slow_threshold_ms", threshold)
                .put("update_interval_s", update)
                .put("sampling_lowered", update)
                .put("work_share", share)
                .put("frame_us", frame)
                .put("frame_bytes", frame + 1)
                .put("cpu_percent", 0.25)
                .put("retained_bytes", 500L)
                .put("events", 7L)
                .put("dropped", 1L)
                .put("viewers", 1)
                .put("buffer_filled", 10)
                .put("buffer_size", 100);
    }

    private static JsonObject selfOf(JsonObject self) {
        return new JsonObject().put("self", self);
    }

    @Test
    void settings_and_shares_of_the_monitors_are_not_added() {
        JsonObject self = merge(selfOf(self(1_000, 1, 0.25, 90)), selfOf(self(1_000, 4, 0.5, 120)))
                .getJsonObject("self");
        assertThat(self.getDouble("slow_threshold_ms")).isEqualTo(1_000.0);
        assertThat(self.getValue("update_interval_s")).isEqualTo(4L);
        assertThat(self.getValue("sampling_lowered")).isEqualTo(4L);
        assertThat(self.getDouble("work_share")).isEqualTo(0.5);
        assertThat(self.getValue("frame_us")).isEqualTo(120L);
        assertThat(self.getValue("frame_bytes")).isEqualTo(121L);
    }

    @Test
    void counts_sizes_and_cpu_of_the_monitors_are_added() {
        JsonObject self = merge(selfOf(self(1_000, 1, 0.25, 90)), selfOf(self(1_000, 4, 0.5, 120)))
                .getJsonObject("self");
        assertThat(self.getDouble("cpu_percent")).isEqualTo(0.5);
        assertThat(self.getValue("retained_bytes")).isEqualTo(1_000L);
        assertThat(self.getValue("events")).isEqualTo(14L);
        assertThat(self.getValue("dropped")).isEqualTo(2L);
        assertThat(self.getValue("viewers")).isEqualTo(2L);
        assertThat(self.getValue("buffer_filled")).isEqualTo(20L);
        assertThat(self.getValue("buffer_size")).isEqualTo(200L);
    }

    @Test
    void the_lowest_of_different_slow_thresholds_is_shown_in_any_order_of_the_nodes() {
        JsonObject low = selfOf(self(200, 1, 0, 0));
        JsonObject high = selfOf(self(1_000, 1, 0, 0));
        JsonObject unknown = selfOf(new JsonObject().putNull("slow_threshold_ms"));
        assertThat(merge(low, high).getJsonObject("self").getDouble("slow_threshold_ms"))
                .isEqualTo(200.0);
        assertThat(merge(high, low).getJsonObject("self").getDouble("slow_threshold_ms"))
                .isEqualTo(200.0);
        assertThat(merge(unknown, low).getJsonObject("self").getDouble("slow_threshold_ms"))
                .isEqualTo(200.0);
        assertThat(merge(low, unknown).getJsonObject("self").getDouble("slow_threshold_ms"))
                .isEqualTo(200.0);
    }

    private static JsonObject statsOf(long processId, String oldest, double rate) {
        return new JsonObject()
                .put(
                        "stats",
                        new JsonObject()
                                .put("process_id", processId)
                                .put("total_count", 30)
                                .put("max_size", 1_000)
                                .put("recorded", 40L)
                                .put("oldest_at", oldest)
                                .put(
                                        "sampling_rates",
                                        new JsonObject().put("http", rate).put("database", 1.0)));
    }

    @Test
    void a_merged_view_has_no_process_id_and_the_view_of_one_node_has_its_own() {
        JsonObject both = merge(statsOf(4_000, "t1", 1), statsOf(5_000, "t0", 1));
        assertThat(both.getJsonObject("stats").containsKey("process_id")).isTrue();
        assertThat(both.getJsonObject("stats").getValue("process_id")).isNull();
        assertThat(both.containsKey("process_id")).isTrue();
        assertThat(both.getValue("process_id")).isNull();
        JsonObject numbers = new JsonObject()
                .put("process_id", 77)
                .put("pool", new JsonObject())
                .put("summary", new JsonObject().put("window_errors", 0L));
        JsonObject one = new NodeListMerger(Map.of("b", node(statsOf(5_000, "t0", 1))), peers, 10).merge(numbers);
        assertThat(one.getJsonObject("stats").getLong("process_id")).isEqualTo(5_000);
        assertThat(one.getLong("process_id")).isEqualTo(5_000);
    }

    @Test
    void the_merged_buffer_has_the_sum_of_its_sizes_and_the_oldest_time_and_the_lowest_rates() {
        JsonObject stats = merge(
                        statsOf(4_000, "2026-11-21T08:00:00.000Z", 1), statsOf(5_000, "2026-11-20T08:00:00.000Z", 0.1))
                .getJsonObject("stats");
        assertThat(stats.getValue("total_count")).isEqualTo(60L);
        assertThat(stats.getValue("max_size")).isEqualTo(2_000L);
        assertThat(stats.getValue("recorded")).isEqualTo(80L);
        assertThat(stats.getString("oldest_at")).isEqualTo("2026-11-20T08:00:00.000Z");
        assertThat(stats.getJsonObject("sampling_rates"))
                .isEqualTo(new JsonObject().put("http", 0.1).put("database", 1.0));
    }

    @Test
    void figures_of_the_shared_database_are_not_added() {
        JsonObject one = new JsonObject()
                .put("gauges", new JsonObject().put("database_bytes", 5_000L).put("deadlocks", 2L));
        JsonObject other = new JsonObject()
                .put("gauges", new JsonObject().put("database_bytes", 5_100L).put("deadlocks", 2L));
        assertThat(merge(one, other).getJsonObject("gauges"))
                .isEqualTo(new JsonObject().put("database_bytes", 5_100L).put("deadlocks", 2L));
    }

    private String sentence(long errors) {
        JsonObject numbers = new JsonObject()
                .put("pool", new JsonObject())
                .put("summary", new JsonObject().put("window_errors", errors));
        return new NodeListMerger(Map.of("a", node(new JsonObject())), peers, 10)
                .merge(numbers)
                .getJsonObject("summary")
                .getString("text");
    }

    @Test
    void one_error_is_singular() {
        assertThat(sentence(0)).contains(", 0 errors in 15 min");
        assertThat(sentence(1)).contains(", 1 error in 15 min");
        assertThat(sentence(2)).contains(", 2 errors in 15 min");
    }

    private static JsonObject event(int id, int second) {
        return new JsonObject()
                .put("id", id)
                .put("timestamp", "2026-11-21T08:00:%02d.000Z".formatted(second))
                .put("operation_name", "event " + id);
    }

    private NodeState events(JsonObject... newestFirst) {
        JsonArray recent = new JsonArray();
        for (JsonObject event : newestFirst) {
            recent.add(event);
        }
        return node(new JsonObject().put("recent", recent));
    }

    private Map<String, NewestEvent> seen = Map.of();

    private JsonObject update(NodeState a, NodeState b) {
        JsonObject frame = new JsonObject().put("summary", new JsonObject().put("window_errors", 0L));
        Map<String, NodeState> states = new TreeMap<>(Map.of("a", a, "b", b));
        seen = new NodeListMerger(states, peers, NodeListMerger.FRAME).mergeLiveUpdates(frame, seen);
        return frame;
    }

    private static List<String> shown(JsonObject frame) {
        return frame.getJsonArray("recent").stream()
                .map(JsonObject.class::cast)
                .map(event -> event.getString("node") + event.getInteger("id"))
                .toList();
    }

    @Test
    void an_event_of_a_node_whose_state_arrives_later_is_shown() {
        assertThat(shown(update(events(event(8, 20)), events()))).containsExactly("a8");
        JsonObject late = update(events(event(8, 20)), events(event(3, 19), event(2, 18)));
        assertThat(shown(late)).containsExactly("b3", "b2");
        assertThat(late.getLong("recent_more")).isZero();
        assertThat(shown(update(events(event(8, 20)), events(event(3, 19), event(2, 18)))))
                .isEmpty();
    }

    @Test
    void events_of_one_millisecond_in_two_updates_are_each_shown_once() {
        assertThat(shown(update(events(event(1, 20)), events()))).containsExactly("a1");
        assertThat(shown(update(events(event(2, 20), event(1, 20)), events()))).containsExactly("a2");
    }

    @Test
    void events_that_do_not_fit_are_counted_once() {
        JsonObject first = update(events(event(1, 20)), events(event(1, 19)));
        assertThat(first.getLong("recent_more")).isZero();
        JsonObject many = update(
                events(event(5, 25), event(4, 24), event(3, 23), event(2, 22), event(1, 20)),
                events(event(3, 9), event(2, 8), event(1, 7)));
        assertThat(shown(many)).containsExactly("a5", "a4", "a3", "a2");
        assertThat(many.getLong("recent_more")).isEqualTo(2);
        JsonObject gap = update(events(event(95, 40)), events());
        assertThat(shown(gap)).containsExactly("a95");
        assertThat(gap.getLong("recent_more"))
                .as("events that the state no longer contains")
                .isEqualTo(89);
        assertThat(update(events(event(95, 40)), events()).getLong("recent_more"))
                .isZero();
    }

    @Test
    void numbers_of_events_may_overflow_and_start_again_with_a_new_process() {
        assertThat(shown(update(events(event(Integer.MAX_VALUE, 20)), events())))
                .containsExactly("a" + Integer.MAX_VALUE);
        assertThat(shown(update(events(event(Integer.MIN_VALUE, 21)), events())))
                .containsExactly("a" + Integer.MIN_VALUE);
        clock.passSeconds(60);
        assertThat(shown(update(events(event(0, 22)), events()))).containsExactly("a0");
    }
}
