package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.EventBusAddresses;

/** Access to the monitor's numbers, and the start, course and end of their stream. */
class MonitorRoutesTest extends ServedMonitor {

    @Test
    void nobody_but_the_author_sees_anything() throws Exception {
        author.set(false);
        for (String path : List.of(
                "/admin/metrics",
                "/admin/metrics/stream",
                "/admin/metrics.csv",
                "/admin/metrics.json",
                "/admin/traces/00000000000000000000000000000000")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(401);
        }
        assertThat(post("/admin/metrics/clear", "").statusCode()).isEqualTo(401);
        assertThat(post("/admin/metrics/sampling", "rate=0").statusCode()).isEqualTo(401);
    }

    @Test
    void the_stream_begins_with_a_snapshot_and_goes_on_with_small_frames() {
        requests(3, 200);
        awaitRequests(3);
        List<StreamEvent> seen = watch();
        await().until(() -> seen.stream().filter(is("frame")).count() >= 2);
        assertThat(seen.get(0).event()).isEqualTo("snapshot");
        assertThat(seen.get(0).data().getJsonArray("recent")).hasSize(3);
        requests(1, 500);
        await().until(() -> seen.stream()
                .anyMatch(sent -> is("frame").test(sent)
                        && sent.data().getJsonObject("summary").getInteger("requests") == 4));
        StreamEvent frame = seen.get(seen.size() - 1);
        assertThat(frame.data().encode().length()).isLessThan(2048);
        assertThat(frame.data().getJsonObject("summary").getInteger("errors")).isEqualTo(1);
    }

    @Test
    void a_frame_carries_the_newest_request_and_its_row() {
        List<StreamEvent> seen = watch();
        await().until(() -> seen.stream().anyMatch(is("frame")));
        requests(1, 200);
        await().until(() -> seen.stream()
                .anyMatch(sent -> is("frame").test(sent)
                        && !sent.data().getJsonArray("recent").isEmpty()));
        JsonObject frame = seen.stream()
                .filter(sent -> is("frame").test(sent)
                        && !sent.data().getJsonArray("recent").isEmpty())
                .findFirst()
                .orElseThrow()
                .data();
        assertThat(frame.getJsonArray("recent").getJsonObject(0).getString("operation_name"))
                .isEqualTo("GET /notes/:slug");
        assertThat(frame.getJsonArray("endpoints").getJsonObject(0).getInteger("count"))
                .isEqualTo(1);
    }

    @Test
    void a_logout_ends_the_streams_of_those_who_may_no_longer_watch() {
        List<StreamEvent> seen = watch();
        await().until(() -> seen.stream().anyMatch(is("snapshot")));
        author.set(false);
        vertx.eventBus().publish(EventBusAddresses.CLEAR_METRICS, "logout");
        await().until(() -> seen.stream().anyMatch(is("bye")));
        assertThat(seen.get(seen.size() - 1).data().getString("reason")).isEqualTo("logout");
    }

    @Test
    void a_stop_tells_the_viewers() {
        List<StreamEvent> seen = watch();
        await().until(() -> seen.stream().anyMatch(is("snapshot")));
        vertx.runOnContext(unused -> routes.close());
        await().until(() -> seen.stream().anyMatch(is("bye")));
        assertThat(seen.get(seen.size() - 1).data().getString("reason")).isEqualTo("stopping");
    }

    @Test
    void viewers_get_a_new_snapshot_after_the_metrics_verticle_was_restarted() {
        List<StreamEvent> seen = watch();
        await().until(() -> seen.stream().filter(is("frame")).count() >= 2);
        wait(vertx.undeploy(verticle));
        wait(vertx.deployVerticle(metricsVerticle(settings(true, "secret"))));
        await().until(() -> seen.stream().filter(is("snapshot")).count() == 2);
    }

    @Test
    void a_monitor_that_is_off_says_so_at_every_address() throws Exception {
        wait(vertx.undeploy(verticle));
        wait(server.close());
        serve(settings(false, null));
        assertThat(new JsonObject(get("/admin/metrics").body()).getBoolean("enabled"))
                .isFalse();
        for (String path : List.of(
                "/admin/metrics.csv",
                "/admin/metrics.json",
                "/admin/metrics/stream",
                "/metrics",
                "/admin/traces/00000000000000000000000000000000")) {
            assertThat(get(path).statusCode()).as(path).isEqualTo(503);
            assertThat(reason.get()).as(path).isEqualTo("the monitor is off (METRICS_ENABLED in the environment)");
        }
        assertThat(post("/admin/metrics/clear", "").statusCode()).isEqualTo(503);
        assertThat(post("/admin/metrics/sampling", "rate=0").statusCode()).isEqualTo(503);
    }

    @Test
    void a_dead_monitor_is_a_503_and_nothing_worse() throws Exception {
        wait(vertx.undeploy(verticle));
        assertThat(get("/admin/metrics").statusCode()).isEqualTo(503);
    }
}
