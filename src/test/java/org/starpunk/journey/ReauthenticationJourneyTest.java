package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A new passkey or token requires a recent login, because a browser may have been left open. */
class ReauthenticationJourneyTest {

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void stop() {
        site.close();
    }

    private void anHourPasses() throws SQLException {
        int port = site.uri().getPort();
        site.stop();
        try (Connection database = site.database().connect()) {
            assertThat(database.createStatement().executeUpdate("UPDATE sessions SET created = created - 3600000"))
                    .isEqualTo(1);
        }
        site.startAgain(port);
    }

    private static String location(HttpResponse<String> response) {
        assertThat(response.statusCode()).as(response.body()).isEqualTo(303);
        return response.headers().firstValue("Location").orElseThrow();
    }

    @Test
    void who_logged_in_long_ago_logs_in_again_before_keys_are_made() throws SQLException {
        assertThat(site.get("/admin/passkeys").statusCode()).isEqualTo(200);
        anHourPasses();
        assertThat(site.get("/admin/notes").statusCode()).isEqualTo(200);
        assertThat(location(site.get("/admin/passkeys"))).isEqualTo("/admin/login?again&next=/admin/passkeys");
        String again = "/admin/login?again&next=/admin/tokens";
        assertThat(location(site.submit("/admin/tokens", "/admin/tokens", "name", "a script", "scope", "create")))
                .isEqualTo(again);
        assertThat(location(site.submit("/admin/notes/new", "/admin/passkeys/remove", "id", "any")))
                .isEqualTo("/admin/login?again&next=/admin/passkeys");
        assertThat(site.get("/admin/tokens").body()).contains("No app has a token");
        assertThat(site.get(again).body()).contains("Log in again").contains("value=\"/admin/tokens\"");
        assertThat(site.submit(again, "/admin/login", "password", "not the password")
                        .statusCode())
                .isEqualTo(401);
        assertThat(location(site.submit(again, "/admin/login", "password", TestSite.PASSWORD, "next", "/admin/tokens")))
                .isEqualTo("/admin/tokens");
        assertThat(site.submit("/admin/tokens", "/admin/tokens", "name", "a script", "scope", "create")
                        .body())
                .contains("The token is made");
        assertThat(site.get("/admin/passkeys").statusCode()).isEqualTo(200);
    }
}
