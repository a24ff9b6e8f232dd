package org.starpunk.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An alert of the started server, on its pages and at a webhook: memory grows, because the test takes some. */
class AlertJourneyTest {

    private static final int TAKEN = 100 << 20;

    private final List<JsonObject> received = new CopyOnWriteArrayList<>();
    private final List<TestSite> sites = new ArrayList<>();
    private final List<ByteBuffer> memory = new ArrayList<>();
    private HttpServer receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", this::receive);
        receiver.start();
    }

    /** The first post is refused, as by a receiver that has just been restarted. */
    private void receive(HttpExchange exchange) throws IOException {
        received.add(new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
        exchange.sendResponseHeaders(received.size() == 1 ? 503 : 204, -1);
        exchange.close();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
        sites.forEach(TestSite::close);
        memory.clear();
    }

    private TestSite start(boolean privateNetwork) {
        Map<String, String> variables = new HashMap<>();
        variables.put("METRICS_MEMORY_INTERVAL", "1");
        variables.put("METRICS_ALERT_MEMORY_GROWTH", "200");
        // What else there is to be alarmed about on a busy machine.
        variables.put("METRICS_ALERT_P99", "600");
        variables.put("METRICS_ALERT_LOOP_LAG", "600");
        variables.put("METRICS_ALERT_SLOW_QUERIES", "1000000");
        variables.put(
                "METRICS_ALERT_WEBHOOK",
                "http://127.0.0.1:" + receiver.getAddress().getPort() + "/hook");
        variables.put("METRICS_ALERT_WEBHOOK_PRIVATE", Boolean.toString(privateNetwork));
        TestSite site = TestSite.start(variables).setUp();
        sites.add(site);
        return site;
    }

    private static boolean hasBaseline(TestSite site) {
        return site.json("/admin/metrics").getJsonObject("memory").getValue("baseline_bytes") != null;
    }

    private void takeMemory() {
        ByteBuffer taken = ByteBuffer.allocateDirect(TAKEN);
        for (int i = 0; i < TAKEN; i += 4096) {
            taken.put(i, (byte) 1);
        }
        memory.add(taken);
    }

    private static JsonObject webhook(TestSite site) {
        return site.json("/admin/metrics").getJsonObject("webhook");
    }

    @Test
    void an_alert_is_shown_with_its_evidence_and_posted_but_never_to_a_private_address_unasked() {
        TestSite asked = start(true);
        TestSite unasked = start(false);
        await().atMost(Duration.ofMinutes(2)).until(() -> hasBaseline(asked) && hasBaseline(unasked));
        await().pollInterval(Duration.ofSeconds(1)).until(() -> {
            if (memory.size() < 6) { // as much as it takes: the collector may give memory back meanwhile
                takeMemory();
            }
            return webhook(asked).getLong("sent") == 1;
        });
        assertThat(received).as("refused once, and sent again").hasSize(2);
        assertThat(received.get(1).getString("rule")).isEqualTo("memory_growth");
        assertThat(received.get(1).getString("state")).isEqualTo("firing");
        assertThat(received.get(1).getString("text")).contains("(limit 200 MB)");
        assertThat(received.get(1).getString("site")).isEqualTo(asked.uri().toString());

        JsonObject all = asked.json("/admin/metrics");
        assertThat(all.getJsonObject("summary").getString("level")).isEqualTo("warning");
        JsonObject evidence = all.getJsonArray("alerts").getJsonObject(0).getJsonObject("evidence");
        assertThat(evidence.getJsonArray("metrics")).isNotEmpty();
        assertThat(evidence.getJsonArray("traces")).isNotEmpty();

        String kept = evidence.getJsonArray("traces").getString(0);
        assertThat(asked.submit("/admin/performance", "/admin/metrics/clear").statusCode())
                .isIn(204, 303);
        assertThat(asked.json("/admin/metrics").getJsonArray("traces")).isEmpty();
        assertThat(asked.json("/admin/traces/" + kept).getString("request_id"))
                .as("kept with the alert")
                .isEqualTo(kept);

        await().atMost(Duration.ofMinutes(2)).until(() -> webhook(unasked).getString("last_error") != null);
        assertThat(webhook(unasked).getString("last_error")).contains("not of the open internet");
        assertThat(received).hasSize(2);
    }
}
