package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.starpunk.admin.SetupLink;
import org.starpunk.journey.TestSite;

@BrowserTest
class AuthorPagesTest {

    /** A PNG of one pixel. */
    private static final String DOT =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg==";

    private TestSite site;

    @BeforeEach
    void start() {
        site = TestSite.start();
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private static Locator button(BrowserTab tab, String name) {
        return tab.page()
                .getByRole(
                        AriaRole.BUTTON,
                        new Page.GetByRoleOptions().setName(name).setExact(true));
    }

    private static Locator field(BrowserTab tab, String label) {
        return tab.page().getByLabel(label, new Page.GetByLabelOptions().setExact(true));
    }

    @Test
    void a_person_sets_the_site_up_writes_a_note_and_finds_it(BrowserProcess browser) {
        String link = TestSite.await(SetupLink.create(site.deployment().account(), "", Clock.systemUTC()));
        try (BrowserTab tab = browser.open(site)) {
            tab.go(link);
            field(tab, "What is the site called?").fill("Ada's notes");
            field(tab, "What is your name?").fill("Ada");
            field(tab, "Where do readers find it?").fill(site.uri().toString());
            field(tab, "Choose a password").fill(TestSite.PASSWORD);
            button(tab, "Show").click();
            assertThat(field(tab, "Choose a password")).hasAttribute("type", "text");
            button(tab, "Set up the site").click();
            assertThat(tab.page().getByText("Your site is set up.")).isVisible();
            field(tab, "Text").fill("Hello **world**, from the composer.");
            assertThat(tab.region("Preview").locator("strong")).hasText("world");
            assertThat(tab.page().getByText("/notes/hello-world-from-the-composer"))
                    .isVisible();
            field(tab, "Tags").fill("greetings, first");
            field(tab, "Text").press("Control+Enter");
            assertThat(tab.page()).hasURL(Pattern.compile(".*/notes/hello-world-from-the-composer$"));
            assertThat(tab.page().getByText("from the composer")).isVisible();
            tab.go("/admin/notes/new");
            assertThat(field(tab, "Text")).hasValue("");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void a_draft_in_the_browser_survives_until_the_server_has_it(BrowserProcess browser) {
        site.setUp();
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin");
            field(tab, "Write a note").fill("Begun at home");
            assertThat(tab.page().getByText("kept in this browser")).isVisible();
            tab.go("/admin/notes/new");
            assertThat(field(tab, "Text")).hasValue("Begun at home");
            assertThat(tab.page().getByText("your draft is back")).isVisible();
            field(tab, "Title (optional)").fill("x".repeat(5000));
            button(tab, "Publish").click();
            assertThat(tab.page().getByRole(AriaRole.ALERT)).containsText("The title has");
            assertThat(field(tab, "Text")).hasValue("Begun at home");
            field(tab, "Title (optional)").fill("Short");
            button(tab, "Publish").click();
            assertThat(tab.page()).hasURL(Pattern.compile(".*/notes/short$"));
            tab.go("/admin/notes/new");
            assertThat(field(tab, "Text")).hasValue("");
            field(tab, "Text").fill("To be thrown away");
            assertThat(tab.page().getByText("kept in this browser")).isVisible();
            tab.page().reload();
            button(tab, "Throw it away").click();
            assertThat(field(tab, "Text")).hasValue("");
            tab.page().reload();
            assertThat(field(tab, "Text")).hasValue("");
        }
    }

    @Test
    void tags_are_completed_behind_those_that_stand(BrowserProcess browser) {
        site.setUp();
        site.publish("One", "Java, SQLite");
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/notes/new");
            field(tab, "Tags").fill("java, s");
            List<String> offered = tab.page().locator("#known-tags option").all().stream()
                    .map(option -> option.getAttribute("value"))
                    .toList();
            assertThat(offered).containsExactly("java, SQLite");
        }
    }

    @Test
    void a_picture_is_set_into_the_text_where_the_caret_is(BrowserProcess browser) throws IOException {
        site.setUp();
        Path file = site.dataDir().resolve("sunset.png");
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/notes/new");
            field(tab, "Text").fill("Look: ");
            tab.page().locator("#photo").setInputFiles(file);
            assertThat(field(tab, "Text")).hasValue(Pattern.compile("Look: !\\[]\\(/media/.+\\.png\\)"));
            assertThat(tab.region("Preview").getByText("One picture has no description"))
                    .isVisible();
            tab.page().keyboard().type("A black square");
            assertThat(tab.region("Preview").getByAltText("A black square")).isVisible();
            assertThat(tab.region("Preview").getByText("no description")).isHidden();
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** Drops or pastes a picture of one pixel, as a browser does it. */
    private static void give(BrowserTab tab, String event) {
        tab.page().evaluate("""
                (event) => {
                  const bytes = Uint8Array.from(atob("%s"), (letter) => letter.charCodeAt(0));
                  const data = new DataTransfer();
                  data.items.add(new File([bytes], "dot.png", { type: "image/png" }));
                  document.getElementById("text").dispatchEvent(event === "drop"
                      ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
                      : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
                }""".formatted(DOT), event);
    }

    @Test
    void a_picture_is_dropped_or_pasted_into_the_text(BrowserProcess browser) {
        site.setUp();
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/notes/new");
            field(tab, "Text").fill("Two dots: ");
            give(tab, "drop");
            assertThat(field(tab, "Text")).hasValue(Pattern.compile("Two dots: !\\[]\\(/media/.+\\.png\\)"));
            field(tab, "Text").press("Control+End");
            give(tab, "paste");
            assertThat(field(tab, "Text"))
                    .hasValue(Pattern.compile("!\\[]\\(/media/[^)]+\\)[\\s\\S]*!\\[]\\(/media/[^)]+\\)"));
            assertThat(tab.region("Preview").locator("img")).hasCount(2);
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void who_is_logged_out_while_writing_is_told_and_loses_nothing(BrowserProcess browser) {
        site.setUp();
        try (BrowserTab tab = browser.open(site);
                BrowserTab other = browser.open(site)) {
            tab.go("/admin/notes/new");
            other.go("/admin");
            button(other, "Log out").click();
            other.page().waitForURL("**/admin/login**");
            field(tab, "Text").fill("Written while logged out");
            assertThat(tab.page().getByText("you are logged out")).isVisible();
            tab.go("/admin/notes/new");
            field(tab, "Password").fill(TestSite.PASSWORD);
            button(tab, "Log in").click();
            assertThat(tab.page()).hasURL(Pattern.compile(".*/admin/notes/new$"));
            assertThat(field(tab, "Text")).hasValue("Written while logged out");
            button(tab, "Publish").click();
            assertThat(tab.page()).hasURL(Pattern.compile(".*/notes/written-while-logged-out$"));
        }
    }

    @Test
    void a_new_token_is_shown_once_and_copied(BrowserProcess browser) {
        site.setUp();
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/tokens");
            field(tab, "For which app or script?").fill("a script");
            button(tab, "Make the token").click();
            String secret = tab.page().locator("#secret").textContent();
            button(tab, "Copy").click();
            assertThat(button(tab, "Copied")).isVisible();
            field(tab, "For which app or script?").press("Control+v");
            assertThat(field(tab, "For which app or script?")).hasValue(secret);
            tab.go("/admin/tokens");
            assertThat(tab.page().locator("#secret")).hasCount(0);
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void without_a_script_a_note_is_previewed_and_published(BrowserProcess browser) {
        site.setUp();
        try (BrowserTab tab = browser.open(site, 390, ColorScheme.LIGHT, false)) {
            tab.go("/admin/notes/new");
            field(tab, "Text").fill("Plain *and* simple");
            button(tab, "Preview").click();
            assertThat(tab.region("Preview").locator("em")).hasText("and");
            button(tab, "Publish").click();
            assertThat(tab.page()).hasURL(Pattern.compile(".*/notes/plain-and-simple$"));
        }
    }

    @Test
    void the_pages_are_sound_in_light_and_dark_narrow_and_wide(BrowserProcess browser) throws SQLException {
        String link = TestSite.await(SetupLink.create(site.deployment().account(), "", Clock.systemUTC()));
        Map<String, String> before =
                Map.of("setup", link, "setup-link-used", "/admin/setup?t=used", "login-unowned", "/admin/login");
        before.forEach((name, path) -> look(browser, name, path));
        site.setUp();
        for (int i = 0; i < 12; i++) {
            site.publish(
                    "Note **" + i + "** on a longish subject, to see how a line of the list breaks when it is narrow. "
                            + "More words. ".repeat(i),
                    i % 3 == 0 ? "Java, Vert.x, SQLite, IndieWeb" : "notes");
        }
        site.submit("/admin/notes/new", "/admin/notes", "text", "A draft that waits", "status", "draft");
        site.submit("/admin/jobs", "/admin/jobs/reindex");
        passkey("Ada's phone");
        passkey("The key on the ring with the long name that somebody gave it");
        long id = site.publish(
                        "# A heading\n\nSome text with a [link](https://example.org), `code` and a list:\n\n* one\n* two\n\n> Quoted.",
                        "Java")
                .id();
        appsWrite();
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("home", "/admin");
        pages.put("composer-new", "/admin/notes/new");
        pages.put("composer-edit", "/admin/notes/" + id);
        pages.put("notes", "/admin/notes");
        pages.put("notes-none", "/admin/notes?q=zebra");
        pages.put("tags", "/admin/tags");
        pages.put("jobs", "/admin/jobs");
        pages.put("tokens", "/admin/tokens");
        pages.put("apps", "/admin/micropub");
        pages.put("settings", "/admin/settings");
        pages.put("passkeys", "/admin/passkeys");
        pages.forEach((name, path) -> look(browser, name, path));
        site.forgetCookies();
        look(browser, "login", "/admin/login");
    }

    /** Two apps with tokens; one of them writes, and makes a mistake. */
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
        try (Connection database = site.database().connect();
                PreparedStatement insert = database.prepareStatement(
                        "INSERT INTO passkeys (id, name, public_key, counter, model, created) VALUES (?, ?, '', 0, '', ?)")) {
            insert.setString(1, name);
            insert.setString(2, name);
            insert.setLong(3, System.currentTimeMillis() - 3_600_000);
            assertThat(insert.executeUpdate()).isEqualTo(1);
        }
    }

    /** One page in both colours and widths. */
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
                    boolean whole = scheme == ColorScheme.LIGHT && width == 1280;
                    assertThat(whole ? tab.axe() : tab.axeOfLooks()).as(picture).isEmpty();
                    assertThat(tab.tooWide()).as(picture).isEmpty();
                }
            }
            assertThat(tab.complaints().stream().filter(line -> !line.contains("status of 40")))
                    .as(name)
                    .isEmpty();
        }
    }
}
