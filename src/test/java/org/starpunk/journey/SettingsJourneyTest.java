package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.util.List;
import org.jsoup.Jsoup;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.identity.Account.Session;

class SettingsJourneyTest {

    private static final String NEW_PASSWORD = "violet tractor sings underwater";

    private TestSite site;

    @BeforeEach
    void start() {
        site = TestSite.start().setUp();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private HttpResponse<String> submit(String action, String... fields) {
        return site.submit("/admin/settings", "/admin/settings/" + action, fields);
    }

    private int loginWith(String password) {
        site.forgetCookies();
        return site.submit("/admin/login", "/admin/login", "password", password).statusCode();
    }

    @Test
    void the_password_is_changed_by_who_knows_the_old_one() {
        assertThat(submit("password", "current", "not the password at all", "password", NEW_PASSWORD)
                        .statusCode())
                .isEqualTo(403);
        assertThat(submit("password", "current", TestSite.PASSWORD, "password", "too short")
                        .statusCode())
                .isEqualTo(422);
        assertThat(loginWith(NEW_PASSWORD)).isEqualTo(401);
        assertThat(loginWith(TestSite.PASSWORD)).isEqualTo(303);
        HttpResponse<String> changed = submit("password", "current", TestSite.PASSWORD, "password", NEW_PASSWORD);
        assertThat(changed.headers().firstValue("Location")).contains("/admin/settings?done=password");
        assertThat(site.get("/admin/settings?done=password").body()).contains("The password is changed");
        assertThat(TestSite.await(site.deployment().account().sessions())).hasSize(1);
        assertThat(loginWith(TestSite.PASSWORD)).isEqualTo(401);
        assertThat(loginWith(NEW_PASSWORD)).isEqualTo(303);
    }

    @Test
    void another_browsers_session_is_ended_at_once() {
        HttpClient first = site.client();
        assertThat(loginWith(TestSite.PASSWORD)).isEqualTo(303);
        assertThat(TestSite.await(site.deployment().account().sessions())).hasSize(2);
        String other = Jsoup.parse(site.get("/admin/settings").body())
                .select("input[name=session]:not([value=others])")
                .val();
        assertThat(statusWith(first)).isEqualTo(200);
        assertThat(submit("sessions", "session", other).statusCode()).isEqualTo(303);
        for (int i = 0; i < 4; i++) {
            assertThat(statusWith(first)).isEqualTo(401);
        }
        assertThat(site.get("/admin").statusCode()).isEqualTo(200);
    }

    @Test
    void the_settings_lead_to_the_tokens_and_to_what_apps_sent() {
        for (String page : new String[] {"/admin/tokens", "/admin/micropub"}) {
            assertThat(Jsoup.parse(site.get("/admin/settings").body()).select("main a[href=" + page + "]"))
                    .as(page)
                    .hasSize(1);
            assertThat(site.get(page).statusCode()).as(page).isEqualTo(200);
        }
    }

    private int statusWith(HttpClient client) {
        try {
            return client.send(site.request("/admin").GET().build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void ending_all_others_leaves_this_one() {
        assertThat(loginWith(TestSite.PASSWORD)).isEqualTo(303);
        assertThat(loginWith(TestSite.PASSWORD)).isEqualTo(303);
        assertThat(submit("sessions", "session", "others").statusCode()).isEqualTo(303);
        assertThat(TestSite.await(site.deployment().account().sessions()))
                .extracting(Session::secretHash)
                .hasSize(1);
        assertThat(site.get("/admin").statusCode()).isEqualTo(200);
    }

    @Test
    void the_profile_is_changed_and_shown_to_readers_at_once() {
        String url = site.uri().toString();
        HttpResponse<String> wrong = submit(
                "profile",
                "site_name",
                "",
                "site_url",
                "ftp://x",
                "author_name",
                "Ada",
                "photo",
                "javascript:x",
                "language",
                "english please");
        assertThat(wrong.statusCode()).isEqualTo(422);
        assertThat(wrong.body())
                .contains("site_name-wrong")
                .contains("site_url-wrong")
                .contains("photo-wrong")
                .contains("language-wrong");
        for (String address : List.of("/a://b", "://x", "example.org/http://x", "https://[", "a b://c")) {
            HttpResponse<String> odd =
                    submit("profile", "site_name", "Renamed", "site_url", address, "author_name", "Ada");
            assertThat(odd.statusCode()).as(address).isEqualTo(422);
            assertThat(odd.body()).contains("site_url-wrong");
        }
        HttpResponse<String> saved = submit(
                "profile",
                "site_name",
                "Renamed",
                "site_url",
                url,
                "author_name",
                "Ada L.",
                "bio",
                "I compute.",
                "language",
                "de");
        assertThat(saved.statusCode()).isEqualTo(303);
        assertThat(site.get("/").body()).contains("Renamed").contains("lang=\"de\"");
    }
}
