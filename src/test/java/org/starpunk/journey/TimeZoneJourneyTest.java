package org.starpunk.journey;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Map;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.admin.SetupLink;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;

/** The time zone of the site, from setup to what readers and apps see. */
class TimeZoneJourneyTest {

    private TestSite site;

    @BeforeEach
    void start() {
        site = TestSite.start(Map.of("STARPUNK_TIME_ZONE", "Europe/Berlin"));
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private HttpResponse<String> change(String zone) {
        return site.submit(
                "/admin/settings",
                "/admin/settings/profile",
                "site_name",
                "Test site",
                "site_url",
                site.uri().toString(),
                "author_name",
                "Ada Author",
                "language",
                "en",
                "time_zone",
                zone);
    }

    /** Publishes a note by Micropub. Returns its path. */
    private String post(String published) {
        String secret = SecretTokens.create();
        TestSite.await(site.deployment()
                .tokens()
                .issue(new NewToken(
                        SecretTokens.hash(secret), "an app", Scopes.parse("create"), Instant.now(), null, null)));
        HttpResponse<String> created = site.send(site.request(
                        "/micropub",
                        "Authorization",
                        "Bearer " + secret,
                        "Content-Type",
                        "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("h=entry&content=A+note&published=" + published.replace("+", "%2B")))
                .build());
        assertThat(created.statusCode()).as(created.body()).isEqualTo(201);
        return created.headers()
                .firstValue("Location")
                .orElseThrow()
                .substring(site.uri().toString().length());
    }

    private String shown(String path) {
        return Jsoup.parse(site.get(path).body()).select("time.dt-published").attr("datetime");
    }

    @Test
    void setup_suggests_the_configured_zone_and_takes_another_by_its_name() {
        String link = TestSite.await(SetupLink.create(site.deployment().account(), "", java.time.Clock.systemUTC()));
        Document form = Jsoup.parse(site.get(link).body());
        assertThat(form.select("#time_zone").val()).isEqualTo("Europe/Berlin");
        assertThat(form.select("#time-zones option").eachText()).contains("Europe/Berlin", "Pacific/Apia");
        String[] fields = {
            "t",
            link.substring(link.indexOf("t=") + 2),
            "site_name",
            "S",
            "site_url",
            site.uri().toString(),
            "author_name",
            "Ada",
            "password",
            TestSite.PASSWORD,
            "time_zone",
            "GMT+2"
        };
        HttpResponse<String> refused = site.submit(link, link, fields);
        assertThat(refused.statusCode()).isEqualTo(422);
        Document again = Jsoup.parse(refused.body());
        assertThat(again.select("#time_zone-wrong").text()).contains("Europe/Berlin", "America/New_York");
        assertThat(again.select("#time_zone").val()).isEqualTo("GMT+2");
        fields[fields.length - 1] = "asia/kolkata";
        assertThat(site.submit(link, link, fields).statusCode()).isEqualTo(303);
        assertThat(site.deployment().account().profile().zone()).isEqualTo(ZoneId.of("Asia/Kolkata"));
        site.restart();
        assertThat(site.deployment().account().profile().zone()).isEqualTo(ZoneId.of("Asia/Kolkata"));
    }

    @Test
    void pages_feeds_and_archive_follow_the_zone_at_once() {
        site.setUp();
        String path = post("2026-01-31T23:30:00Z");
        String old = post("2011-12-30T12:00:00Z");
        assertThat(shown(path)).isEqualTo("2026-02-01T00:30:00+01:00");
        assertThat(shown("/")).isEqualTo("2026-02-01T00:30:00+01:00");
        assertThat(shown("/archive/2026/02")).isEqualTo("2026-02-01T00:30:00+01:00");
        assertThat(site.get("/archive/2026/01").statusCode()).isEqualTo(404);
        assertThat(site.get("/archive").body()).contains("/archive/2026/02");
        assertThat(site.get("/feed.atom").body()).contains("<published>2026-02-01T00:30:00+01:00</published>");
        assertThat(site.get("/feed.rss").body()).contains("Sun, 01 Feb 2026 00:30:00 +0100");
        assertThat(site.get("/feed.json").body()).contains("2026-02-01T00:30:00+01:00");
        assertThat(site.get("/search?q=note").body()).contains("2026-02-01T00:30:00+01:00");
        assertThat(Jsoup.parse(site.get("/admin/notes").body()).select("time").eachAttr("title"))
                .contains("1 Feb 2026, 00:30");
        String etag = site.get("/").headers().firstValue("etag").orElseThrow();

        assertThat(change("Pacific/Apia").statusCode()).isEqualTo(303);

        HttpResponse<String> home = site.get("/", "If-None-Match", etag);
        assertThat(home.statusCode()).isEqualTo(200);
        assertThat(shown("/")).isEqualTo("2026-02-01T12:30:00+13:00");
        assertThat(shown(old)).isEqualTo("2011-12-31T02:00:00+14:00");
        assertThat(site.get("/feed.atom").body()).contains("<published>2026-02-01T12:30:00+13:00</published>");

        assertThat(change("America/New_York").statusCode()).isEqualTo(303);

        assertThat(shown(path)).isEqualTo("2026-01-31T18:30:00-05:00");
        assertThat(shown("/archive/2026/01")).isEqualTo("2026-01-31T18:30:00-05:00");
        assertThat(site.get("/archive/2026/02").statusCode()).isEqualTo(404);
        assertThat(site.get("/archive").body()).contains("/archive/2026/01").doesNotContain("/archive/2026/02");
        assertThat(Jsoup.parse(site.get("/admin/notes").body()).select("time").eachAttr("title"))
                .contains("31 Jan 2026, 18:30");
        site.restart();
        assertThat(shown(path)).isEqualTo("2026-01-31T18:30:00-05:00");
        assertThat(site.get("/archive/2026/01").statusCode()).isEqualTo(200);
    }

    @Test
    void a_time_without_an_offset_is_of_the_sites_zone() {
        site.setUp();
        assertThat(shown(post("2026-07-01T12:00"))).isEqualTo("2026-07-01T12:00:00+02:00");
        assertThat(shown(post("2026-03-29T02:30"))).isEqualTo("2026-03-29T03:30:00+02:00");
        assertThat(shown(post("2026-10-25T02:30"))).isEqualTo("2026-10-25T02:30:00+02:00");
        assertThat(shown(post("2026-10-25T02:30+01:00"))).isEqualTo("2026-10-25T02:30:00+01:00");
    }

    @Test
    void a_name_that_is_no_zone_is_refused_and_changes_nothing() {
        site.setUp();
        for (String wrong : new String[] {"", "Mars/Olympus", "+02:00", "CEST"}) {
            HttpResponse<String> refused = change(wrong);
            assertThat(refused.statusCode()).as(wrong).isEqualTo(422);
            Document page = Jsoup.parse(refused.body());
            assertThat(page.select("#time_zone-wrong").text()).contains("Europe/Berlin", "Asia/Kolkata");
            assertThat(page.select("#time_zone").val()).isEqualTo(wrong);
        }
        assertThat(site.deployment().account().profile().zone()).isEqualTo(ZoneId.of("Europe/Berlin"));
    }

    @Test
    void a_site_of_an_earlier_version_keeps_the_zone_of_its_first_start() throws Exception {
        site.setUp();
        String path = post("2026-01-31T23:30:00Z");
        site.stop();
        // As an earlier version left it: without a zone, and by the month of the offset that the app gave.
        try (Connection connection = site.database().connect();
                Statement statement = connection.createStatement()) {
            statement.executeUpdate("UPDATE account SET time_zone = NULL");
            statement.executeUpdate("UPDATE notes SET month = 202601");
        }
        site.startAgain(0);
        assertThat(shown("/archive/2026/02")).isEqualTo("2026-02-01T00:30:00+01:00");
        assertThat(site.get("/archive/2026/01").statusCode()).isEqualTo(404);
        assertThat(shown(path)).isEqualTo("2026-02-01T00:30:00+01:00");
        try (Connection connection = site.database().connect();
                ResultSet row = connection.createStatement().executeQuery("SELECT time_zone FROM account")) {
            assertThat(row.next()).isTrue();
            assertThat(row.getString(1)).isEqualTo("Europe/Berlin");
        }
    }
}
