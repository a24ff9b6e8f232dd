package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.admin.SetupLink;
import org.starpunk.identity.Account.Session;

class LoginJourneyTest {

    private TestSite site;

    @BeforeEach
    void start() {
        site = TestSite.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private HttpResponse<String> login(String password, String... more) {
        String[] fields = new String[2 + more.length];
        fields[0] = "password";
        fields[1] = password;
        System.arraycopy(more, 0, fields, 2, more.length);
        return site.submit("/admin/login", "/admin/login", fields);
    }

    private static String location(HttpResponse<String> response) {
        return response.headers().firstValue("Location").orElse("");
    }

    private static List<String> cookies(HttpResponse<String> response) {
        return response.headers().allValues("Set-Cookie");
    }

    private String setupLink() {
        return TestSite.await(SetupLink.create(site.deployment().account(), "", Clock.systemUTC()));
    }

    @Test
    void a_site_without_an_owner_says_how_to_get_a_setup_link() {
        HttpResponse<String> admin = site.get("/admin", "Accept", "text/html");
        assertThat(admin.statusCode()).isEqualTo(303);
        HttpResponse<String> page = site.get(location(admin), "Accept", "text/html");
        assertThat(page.body()).contains("no owner yet").contains("starpunk.jar setup-link");
        assertThat(site.get("/admin/setup").statusCode()).isEqualTo(403);
        assertThat(site.get("/admin/setup?t=guess").body()).contains("This link is not valid");
    }

    @Test
    void the_setup_link_works_once_and_opens_the_composer() {
        String link = setupLink();
        String[] fields = {
            "site_name",
            "Ada's notes",
            "site_url",
            "https://ada.example/",
            "author_name",
            "Ada",
            "password",
            TestSite.PASSWORD
        };
        HttpResponse<String> done = site.submit(link, "/admin/setup", withSecret(link, fields));
        assertThat(done.statusCode()).isEqualTo(303);
        assertThat(location(done)).isEqualTo("/admin/notes/new?first");
        assertThat(site.get(location(done)).body()).contains("Write your first note");
        assertThat(site.deployment().account().profile().siteUrl()).isEqualTo("https://ada.example");
        assertThat(location(site.get(link))).as("used").isEqualTo("/admin");
        site.forgetCookies();
        assertThat(location(site.get(setupLink()))).as("a second owner").isEqualTo("/admin");
    }

    private static String[] withSecret(String link, String... fields) {
        String[] all = new String[fields.length + 2];
        all[0] = "t";
        all[1] = link.substring(link.indexOf("t=") + 2);
        System.arraycopy(fields, 0, all, 2, fields.length);
        return all;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "fourteen chars",
                "passwordpassword",
                "123456789012345",
                "qwertyuiopasdfghjkl",
                "aaaaaaaaaaaaaaaaaaaa",
                "Ada's notes 2026"
            })
    void a_weak_password_is_refused_and_what_was_typed_stays(String password) {
        String link = setupLink();
        HttpResponse<String> again = site.submit(
                link,
                "/admin/setup",
                withSecret(
                        link,
                        "site_name",
                        "Ada's notes",
                        "site_url",
                        "https://ada.example",
                        "author_name",
                        "Ada & \"Co\"",
                        "password",
                        password));
        assertThat(again.statusCode()).isEqualTo(422);
        assertThat(again.body()).contains("password-wrong").contains("value=\"Ada &amp; &quot;Co&quot;\"");
        assertThat(site.deployment().account().profile().isSet()).isFalse();
    }

    @Test
    void the_right_password_logs_in_and_a_wrong_one_does_not() {
        site.setUp();
        assertThat(site.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        assertThat(site.get("/admin").statusCode()).isEqualTo(401);
        HttpResponse<String> wrong = login("wrong horse battery staple", "next", "/admin/tags");
        assertThat(wrong.statusCode()).isEqualTo(401);
        assertThat(wrong.body()).contains("The password is wrong").contains("value=\"/admin/tags\"");
        assertThat(site.get("/admin").statusCode()).isEqualTo(401);
        HttpResponse<String> right = login(TestSite.PASSWORD, "next", "/admin/tags");
        assertThat(right.statusCode()).isEqualTo(303);
        assertThat(location(right)).isEqualTo("/admin/tags");
        assertThat(site.get("/admin").statusCode()).isEqualTo(200);
    }

    @Test
    void a_login_survives_a_restart_and_logging_out_ends_it_everywhere() {
        site.setUp();
        site.restart();
        assertThat(site.get("/admin").statusCode()).isEqualTo(200);
        String cookie = site.client()
                .cookieHandler()
                .map(handler -> ((java.net.CookieManager) handler)
                        .getCookieStore().getCookies().stream()
                                .filter(one -> one.getName().equals("starpunk"))
                                .findFirst()
                                .orElseThrow()
                                .getValue())
                .orElseThrow();
        HttpResponse<String> out = site.submit("/admin", "/admin/logout");
        assertThat(cookies(out)).anyMatch(set -> set.startsWith("starpunk=;") && set.contains("Max-Age=0"));
        for (int i = 0; i < 8; i++) { // over connections of both HTTP verticles
            site.forgetCookies();
            assertThat(site.get("/admin", "Cookie", "starpunk=" + cookie).statusCode())
                    .isEqualTo(401);
        }
    }

    @Test
    void a_login_gets_a_new_session_and_ends_the_one_before() {
        site.setUp();
        Session first = TestSite.await(site.deployment().account().sessions()).get(0);
        // The login page redirects a logged-in client, so the form is sent directly, as from a second tab.
        String token = tokenOf(site.get("/admin/settings").body());
        assertThat(site.post("/admin/login", "csrf", token, "password", TestSite.PASSWORD)
                        .statusCode())
                .as("the token of a session is not one for the login")
                .isEqualTo(403);
        assertThat(site.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        assertThat(login(TestSite.PASSWORD).statusCode()).isEqualTo(303);
        List<Session> now = TestSite.await(site.deployment().account().sessions());
        assertThat(now).hasSize(1);
        assertThat(now.get(0).secretHash()).isNotEqualTo(first.secretHash());
    }

    private static String tokenOf(String page) {
        int at = page.indexOf("name=\"csrf\" value=\"") + 19;
        return page.substring(at, page.indexOf('"', at));
    }

    @Test
    void cookies_are_for_this_host_only_and_no_script_reads_them() {
        site.setUp();
        assertThat(site.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        String plain = cookies(login(TestSite.PASSWORD)).stream()
                .filter(set -> set.startsWith("starpunk="))
                .findFirst()
                .orElseThrow();
        assertThat(plain)
                .contains("Path=/")
                .contains("HTTPOnly")
                .contains("SameSite=Lax")
                .contains("Max-Age=2592000")
                .doesNotContain("Secure")
                .doesNotContain("Domain");
    }

    @Test
    void over_tls_cookies_are_secure_and_bound_to_the_host_by_name() {
        try (TestSite tls = TestSite.start(Map.of("STARPUNK_BASE_URL", "https://ada.example"))) {
            String link = TestSite.await(SetupLink.create(tls.deployment().account(), "", Clock.systemUTC()));
            HttpResponse<String> form = tls.get(link, "Origin", "https://ada.example");
            String set = form.headers().firstValue("Set-Cookie").orElseThrow();
            assertThat(set)
                    .startsWith("__Host-starpunk-form=")
                    .contains("Path=/")
                    .contains("Secure")
                    .contains("HTTPOnly")
                    .contains("SameSite=Lax")
                    .doesNotContain("Domain");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://evil.example/",
                "//evil.example/",
                "/\\evil.example/",
                "/\t/evil.example/",
                "/\n/evil.example",
                "\\\\evil.example",
                "javascript:alert(1)",
                "evil.example",
                "/admin\r\nSet-Cookie: x=y",
                " //evil.example",
                ""
            })
    void the_login_leads_nowhere_else(String next) {
        site.setUp();
        assertThat(site.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        assertThat(location(login(TestSite.PASSWORD, "next", next))).isEqualTo("/admin");
    }

    @Test
    void a_browser_is_sent_to_the_login_and_a_program_gets_401() {
        site.setUp();
        site.forgetCookies();
        HttpResponse<String> page = site.get("/admin/notes?after=1-2", "Accept", "text/html");
        assertThat(page.statusCode()).isEqualTo(303);
        assertThat(location(page)).isEqualTo("/admin/login?next=%2Fadmin%2Fnotes%3Fafter%3D1-2");
        assertThat(site.get("/admin/notes", "Accept", "application/json").statusCode())
                .isEqualTo(401);
        assertThat(site.post("/admin/notes", "text", "x").statusCode()).isEqualTo(401);
    }

    @Test
    void guessing_is_slowed_down() {
        site.setUp();
        assertThat(site.submit("/admin", "/admin/logout").statusCode()).isEqualTo(303);
        for (int i = 0; i < 5; i++) {
            assertThat(login("guess number " + i).statusCode()).isEqualTo(401);
        }
        HttpResponse<String> refused = login(TestSite.PASSWORD);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.headers().firstValue("Retry-After").orElseThrow()))
                .isBetween(1, 240);
        assertThat(refused.body()).contains("Too many attempts");
    }

    @Test
    void the_authors_pages_are_never_kept() {
        site.setUp();
        for (String page : List.of("/admin", "/admin/notes", "/admin/notes/new", "/admin/tags", "/admin/settings")) {
            HttpResponse<String> response = site.get(page);
            assertThat(response.statusCode()).as(page).isEqualTo(200);
            assertThat(response.headers().firstValue("Cache-Control")).as(page).contains("no-store");
        }
        site.forgetCookies();
        assertThat(site.get("/admin/login").headers().firstValue("Cache-Control"))
                .contains("no-store");
    }

    @Test
    void another_sites_form_is_refused() {
        site.setUp();
        String token = tokenOf(site.get("/admin").body());
        String form = "csrf=" + token + "&text=planted";
        for (String[] headers : new String[][] {
            {"Origin", "https://evil.example"},
            {"Origin", "null"},
            {"Sec-Fetch-Site", "cross-site"},
            {"Sec-Fetch-Site", "same-site"}
        }) {
            HttpResponse<String> response = site.send(site.request("/admin/notes", headers)
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form))
                    .build());
            assertThat(response.statusCode()).as(headers[1]).isEqualTo(403);
        }
        assertThat(TestSite.await(site.deployment().notes().count())).isZero();
        HttpResponse<String> own =
                site.send(site.request("/admin/notes", "Origin", site.uri().toString())
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(BodyPublishers.ofString(form))
                        .build());
        assertThat(own.statusCode()).isEqualTo(303);
    }
}
