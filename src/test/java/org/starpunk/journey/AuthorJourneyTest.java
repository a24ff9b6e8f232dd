package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** From the setup link to a published note, over HTTP. */
class AuthorJourneyTest {

    private TestSite site;

    @BeforeEach
    void start() {
        site = TestSite.start().setUp();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void a_login_survives_a_restart() {
        assertThat(site.get("/admin", "Accept", "text/html").statusCode()).isEqualTo(200);
        site.restart();
        assertThat(site.get("/admin", "Accept", "text/html").statusCode()).isEqualTo(200);
    }

    @Test
    void logging_out_and_in_again_works_and_a_wrong_password_does_not() {
        assertThat(site.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        HttpResponse<String> out = site.get("/admin", "Accept", "text/html");
        assertThat(out.statusCode()).isEqualTo(303);
        assertThat(out.headers().firstValue("Location")).contains("/admin/login?next=%2Fadmin");
        assertThat(site.submit("/admin/login", "/admin/login", "password", "not the password at all")
                        .statusCode())
                .isEqualTo(401);
        assertThat(site.get("/admin").statusCode()).isEqualTo(401);
        assertThat(site.submit("/admin/login", "/admin/login", "password", TestSite.PASSWORD)
                        .statusCode())
                .isEqualTo(303);
        assertThat(site.get("/admin", "Accept", "text/html").statusCode()).isEqualTo(200);
    }

    @Test
    void a_form_without_a_token_changes_nothing() {
        assertThat(site.post("/admin/notes", "text", "Unasked").statusCode()).isEqualTo(403);
        assertThat(site.post("/admin/logout").statusCode()).isEqualTo(403);
        assertThat(site.get("/admin", "Accept", "text/html").statusCode()).isEqualTo(200);
    }
}
