package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A logout clears single requests in the monitor. Counts stay, and the page explains it. */
class MonitorLogoutTest {

    private static final String NOTE = "GET /notes/:slug";
    private static final String NEW_PASSWORD = "a quite different password";
    private static final List<String> SINGLE = List.of("recent", "slow", "slow_statements", "traces");

    @SuppressWarnings("NullAway.Init") // started before each test
    private TestSite site;

    @BeforeEach
    void raiseAnAlert() throws SQLException {
        site = TestSite.start().setUp();
        try (Connection other = site.database().connect();
                Statement statement = other.createStatement()) {
            statement.executeUpdate("ALTER TABLE slugs RENAME TO lost");
            for (int i = 0; i < 6; i++) {
                assertThat(site.get("/notes/secret").statusCode()).isEqualTo(500);
            }
            statement.executeUpdate("ALTER TABLE lost RENAME TO slugs");
        }
        await().untilAsserted(() -> {
            assertThat(evidence().encode()).contains(NOTE);
            assertThat(metrics().getJsonArray("traces").encode()).contains(NOTE);
        });
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private JsonObject metrics() {
        return site.json("/admin/metrics?recent=1000");
    }

    /** Returns the evidence of the alert on failed requests. */
    private JsonObject evidence() {
        JsonArray alerts = metrics().getJsonArray("alerts");
        return alerts.stream()
                .map(JsonObject.class::cast)
                .filter(alert -> alert.getString("rule").equals("error_rate"))
                .findFirst()
                .map(alert -> alert.getJsonObject("evidence"))
                .orElse(new JsonObject());
    }

    private void assertOnlyCountsStay() {
        JsonObject all = metrics();
        for (String list : SINGLE) {
            assertThat(all.getJsonArray(list).encode()).as(list).doesNotContain("/notes/:slug");
        }
        assertThat(evidence().getJsonArray("traces")).isEmpty();
        assertThat(evidence().getJsonArray("metrics")).isEmpty();
        assertThat(all.getJsonArray("alerts").encode()).contains("error_rate");
        assertThat(all.getJsonObject("statuses").getLong("500")).isEqualTo(6);
        assertThat(all.getJsonArray("endpoints").encode()).contains(NOTE);
        assertThat(site.get("/admin/performance", "Accept", "text/html").body())
                .contains("remove single events, traces and the evidence of alerts");
    }

    @Test
    void a_logout_clears_single_events_traces_and_evidence_and_leaves_the_counts() {
        assertThat(site.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        assertThat(site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD)
                        .statusCode())
                .isEqualTo(303);
        assertOnlyCountsStay();
    }

    @Test
    void a_new_password_clears_them() {
        assertThat(site.submit(
                                "/admin/settings",
                                "/admin/settings/password",
                                "current",
                                TestSite.PASSWORD,
                                "password",
                                NEW_PASSWORD)
                        .statusCode())
                .isEqualTo(303);
        await().untilAsserted(this::assertOnlyCountsStay);
    }

    @Test
    void the_end_of_all_other_sessions_clears_them() {
        site.forgetCookies();
        site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD);
        assertThat(site.submit("/admin/settings", "/admin/settings/sessions", "session", "others")
                        .statusCode())
                .isEqualTo(303);
        await().untilAsserted(this::assertOnlyCountsStay);
    }
}
