package org.starpunk.journey;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An alert of the started server, on its pages and at a webhook, while the table of the notes is missing. */
class AlertJourneyTest {

    private final List<JsonObject> received = new CopyOnWriteArrayList<>();
    private final List<TestSite> sites = new ArrayList<>();
    private HttpServer receiver;

    @BeforeEach
    void listen() throws IOException {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        receiver.createContext("/hook", this::receive);
        receiver.start();
    }

    /** Refuses the first post, like a receiver that has just restarted. */
    private void receive(HttpExchange exchange) throws IOException {
        received.add(new JsonObject(new String(exchange.getRequestBody().readAllBytes(), UTF_8)));
        exchange.sendResponseHeaders(received.size() == 1 ? 503 : 204, -1);
        exchange.close();
    }

    @AfterEach
    void stop() {
        receiver.stop(0);
        sites.forEach(TestSite::close);
    }

    private TestSite start(boolean privateNetwork) {
        Map<String, String> variables = new HashMap<>();
        // Disables other alerts that a busy machine could raise.
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

    private static void rename(TestSite site, String from, String to) {
        try (Connection connection = site.database().connect()) {
            connection.createStatement().execute("ALTER TABLE " + from + " RENAME TO " + to);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    /** Requests a number of notes that are not cached. */
    private static void ask(TestSite site, int status) {
        for (int i = 0; i < 5; i++) {
            assertThat(site.get("/notes/absent-" + i).statusCode()).isEqualTo(status);
        }
    }

    private static JsonObject webhook(TestSite site) {
        return site.json("/admin/metrics").getJsonObject("webhook");
    }

    @Test
    void an_outage_is_shown_with_its_evidence_and_posted_until_it_is_resolved() {
        TestSite site = start(true);
        rename(site, "notes", "notes_away");
        ask(site, 500);
        assertThat(site.get("/health").statusCode())
                .as("it asks the database for a row of the notes")
                .isEqualTo(503);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> webhook(site).getLong("sent") == 1);
        assertThat(received).as("refused once, and sent again").hasSize(2);
        assertThat(received.get(1).getString("rule")).isEqualTo("error_rate");
        assertThat(received.get(1).getString("state")).isEqualTo("firing");
        assertThat(received.get(1).getString("text")).contains("requests in 15 minutes failed (limit 5.0 %)");
        assertThat(received.get(1).getString("site")).isEqualTo(site.uri().toString());

        JsonObject all = site.json("/admin/metrics");
        assertThat(all.getJsonObject("summary").getString("level")).isEqualTo("problem");
        JsonObject evidence = all.getJsonArray("alerts").getJsonObject(0).getJsonObject("evidence");
        assertThat(evidence.getJsonArray("metrics")).isNotEmpty();
        assertThat(evidence.getJsonArray("traces")).isNotEmpty();
        assertThat(evidence.getJsonArray("plans")).isEqualTo(new JsonArray());

        String failed = evidence.getJsonArray("traces").getString(0);
        assertThat(site.json("/admin/traces/" + failed).getString("request_id")).isEqualTo(failed);
        assertThat(site.submit("/admin/performance", "/admin/metrics/clear").statusCode())
                .isIn(204, 303);
        assertThat(site.json("/admin/metrics").getJsonArray("traces")).isEmpty();
        assertThat(site.get("/admin/traces/" + failed).statusCode())
                .as("the evidence is cleared with the rest")
                .isEqualTo(404);
        assertThat(site.json("/admin/metrics")
                        .getJsonArray("alerts")
                        .getJsonObject(0)
                        .getString("state"))
                .isEqualTo("firing");

        rename(site, "notes_away", "notes");
        ask(site, 404);
        assertThat(site.get("/health").statusCode()).isEqualTo(200);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> webhook(site).getLong("sent") == 2);
        assertThat(received.get(2).getString("state")).isEqualTo("resolved");
        assertThat(received.get(2).getString("text")).startsWith("Resolved after ");
        assertThat(site.json("/admin/metrics").getJsonObject("summary").getString("text"))
                .doesNotContain("failed");
    }

    @Test
    void an_alert_is_never_posted_to_a_private_address_unasked() {
        TestSite site = start(false);
        rename(site, "notes", "notes_away");
        ask(site, 500);
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> webhook(site).getString("last_error") != null);
        assertThat(webhook(site).getString("last_error")).contains("not public");
        assertThat(received).isEmpty();
    }
}
