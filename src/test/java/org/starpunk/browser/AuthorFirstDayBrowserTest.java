package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.net.http.HttpRequest.BodyPublishers;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;

/** An author's first day on a started server: from the setup link through all pages, with a check of each. */
@BrowserTest
class AuthorFirstDayBrowserTest {

    private final StartedSite site = StartedSite.start(Map.of());

    @AfterEach
    void stop() {
        site.close();
    }

    @Test
    void from_the_setup_link_to_every_page_all_is_sound(BrowserProcess browser) throws SQLException {
        String link = site.setupLink();
        Map<String, String> before =
                Map.of("setup", link, "setup-link-used", "/admin/setup?t=used", "login-unowned", "/admin/login");
        before.forEach((name, path) -> look(browser, name, path));
        setUpAndWrite(browser, link);
        site.logIn();
        pages().forEach((name, path) -> look(browser, name, path));
        site.forgetCookies();
        look(browser, "login", "/admin/login");
    }

    private void setUpAndWrite(BrowserProcess browser, String link) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go(link);
            tab.field("What is the site called?").fill("Ada's notes");
            tab.field("What is your name?").fill("Ada");
            tab.field("Where do readers find it?").fill(site.uri().toString());
            tab.field("Choose a password").fill(TestSite.PASSWORD);
            tab.button("Show").click();
            assertThat(tab.field("Choose a password")).hasAttribute("type", "text");
            tab.button("Set up the site").click();
            assertThat(tab.page().getByText("Your site is set up.")).isVisible();
            tab.field("Text").fill("Hello **world**, from the composer.");
            assertThat(tab.region("Preview").locator("strong")).hasText("world");
            assertThat(tab.page().getByText("/notes/hello-world-from-the-composer"))
                    .isVisible();
            tab.field("Tags").fill("greetings, first");
            tab.field("Text").press("Control+Enter");
            assertThat(tab.page()).hasURL(Pattern.compile(".*/notes/hello-world-from-the-composer$"));
            assertThat(tab.page().getByText("from the composer")).isVisible();
            tab.go("/admin/notes/new");
            assertThat(tab.field("Text")).hasValue("");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** Fills the site, so that each page has content. */
    private Map<String, String> pages() throws SQLException {
        for (int i = 0; i < 12; i++) {
            site.publish(
                    "Note **" + i + "** on a longish subject, to see how a line of the list breaks when it is narrow. "
                            + "More words. ".repeat(i),
                    i % 3 == 0 ? "Java, Vert.x, SQLite, IndieWeb, programming" : "notes");
        }
        site.submit("/admin/notes/new", "/admin/notes", "text", "A draft that waits", "status", "draft");
        site.submit("/admin/jobs", "/admin/jobs/reindex");
        passkey("Ada's phone");
        passkey("The key on the ring with the long name that somebody gave it");
        site.publish(
                "# A heading\n\nSome text with a [link](https://example.org), `code` and a list:\n\n* one\n* two\n\n> Quoted.",
                "Java");
        Matcher id = Pattern.compile("/admin/notes/\\d+")
                .matcher(site.get("/admin/notes?q=quoted").body());
        assertThat(id.find()).isTrue();
        appsWrite();
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("home", "/admin");
        pages.put("composer-new", "/admin/notes/new");
        pages.put("composer-edit", id.group());
        pages.put("notes", "/admin/notes");
        pages.put("notes-none", "/admin/notes?q=zebra");
        pages.put("tags", "/admin/tags");
        pages.put("jobs", "/admin/jobs");
        pages.put("tokens", "/admin/tokens");
        pages.put("apps", "/admin/micropub");
        pages.put("settings", "/admin/settings");
        pages.put("passkeys", "/admin/passkeys");
        return pages;
    }

    /** Creates two apps with tokens. One of them posts, and makes an invalid request. */
    private void appsWrite() {
        site.submit("/admin/tokens", "/admin/tokens", "name", "https://quill.p3k.example/", "scope", "create");
        String made = site.submit(
                        "/admin/tokens", "/admin/tokens", "name", "a script", "scope", "create", "scope", "update")
                .body();
        Matcher token = Pattern.compile("id=\"secret\">([^<]+)<").matcher(made);
        assertThat(token.find()).isTrue();
        for (String form : List.of("h=entry&content=From+an+app", "action=explode")) {
            site.send(site.request(
                            "/micropub",
                            "Authorization",
                            "Bearer " + token.group(1),
                            "Content-Type",
                            "application/x-www-form-urlencoded")
                    .POST(BodyPublishers.ofString(form))
                    .build());
        }
    }

    private void passkey(String name) throws SQLException {
        try (Connection database = DriverManager.getConnection(
                        "jdbc:sqlite:" + site.dataDir().resolve("starpunk.db"));
                PreparedStatement insert = database.prepareStatement(
                        "INSERT INTO passkeys (id, name, public_key, counter, model, created) VALUES (?, ?, '', 0, '', ?)")) {
            insert.setString(1, name);
            insert.setString(2, name);
            insert.setLong(3, System.currentTimeMillis() - 3_600_000);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    /** Checks a page in both colour schemes and widths. */
    private void look(BrowserProcess browser, String name, String path) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go(path);
            if (name.equals("composer-edit")) {
                assertThat(tab.region("Preview").locator("blockquote")).isVisible();
            }
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                tab.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                for (int width : new int[] {390, 1280}) {
                    tab.page().setViewportSize(width, 900);
                    String picture =
                            "admin-" + name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
                    tab.screenshot(picture);
                    assertThat(tab.tooWide()).as(picture).isEmpty();
                    if (scheme == ColorScheme.LIGHT && width == 1280) {
                        assertThat(tab.axe()).as(picture).isEmpty();
                    } else if (scheme == ColorScheme.DARK && width == 390) { // colours and sizes differ there
                        assertThat(tab.axeOfLooks()).as(picture).isEmpty();
                    }
                }
            }
            assertThat(tab.complaints().stream().filter(line -> !line.contains("status of 40")))
                    .as(name)
                    .isEmpty();
        }
    }
}
