package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;

/** Several HTTP verticles on one port: their load and its display. */
class InstancesTest {

    private static final int LOOPS = 3;
    private static final int EACH = 3;

    @Test
    void connections_are_spread_over_the_loops_and_the_numbers_are_one_processs() throws Exception {
        try (TestSite site =
                TestSite.start(Map.of("STARPUNK_INSTANCES", "" + LOOPS)).setUp()) {
            int port = site.uri().getPort();
            List<KeepAliveConnection> viewers = new ArrayList<>();
            for (int i = 0; i < LOOPS * EACH; i++) {
                KeepAliveConnection viewer = new KeepAliveConnection(port);
                viewers.add(viewer);
                viewer.write("GET /admin/metrics/stream HTTP/1.1\r\nHost: localhost\r\nCookie: " + site.cookies()
                        + "\r\n\r\n");
                try (KeepAliveConnection reader = new KeepAliveConnection(port)) {
                    for (int page = 0; page < 5; page++) {
                        assertThat(reader.get("/search?q=x").status()).isEqualTo(200);
                    }
                }
            }
            await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
                JsonObject shown = site.json("/admin/metrics");
                List<Long> active = shown.getJsonArray("loops").stream()
                        .map(JsonObject.class::cast)
                        .filter(loop -> "http".equals(loop.getString("verticle")))
                        .map(loop -> loop.getLong("active_requests"))
                        .toList();
                assertThat(active).hasSize(LOOPS).allMatch(streams -> streams > 0);
                assertThat(active.stream().mapToLong(streams -> streams).sum()).isGreaterThanOrEqualTo(LOOPS * EACH);
                assertThat(count(shown, "GET /search")).isEqualTo(LOOPS * EACH * 5L);
            });
            viewers.forEach(InstancesTest::close);
        }
    }

    private static void close(KeepAliveConnection viewer) {
        try {
            viewer.close();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static long count(JsonObject snapshot, String endpoint) {
        return snapshot.getJsonArray("endpoints").stream()
                .map(JsonObject.class::cast)
                .filter(row -> row.getString("endpoint").equals(endpoint))
                .mapToLong(row -> row.getLong("count"))
                .sum();
    }
}
