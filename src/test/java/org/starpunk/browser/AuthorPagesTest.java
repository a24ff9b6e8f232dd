package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.starpunk.journey.TestSite;

/** Work of an author on the pages of a started server, step by step. */
@BrowserTest
class AuthorPagesTest {

    /** A PNG of one pixel. */
    private static final String DOT =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGNgYGD4DwABBAEAX+XDSwAAAABJRU5ErkJggg==";

    private static StartedSite site;

    @BeforeAll
    static void start() {
        site = StartedSite.start(Map.of()).claimed();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @BeforeEach
    void logIn() {
        site.logIn();
    }

    @Test
    void a_draft_in_the_browser_survives_until_the_server_has_it(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin");
            tab.field("Write a note").fill("Begun at home");
            assertThat(tab.page().getByText("kept in this browser")).isVisible();
            tab.go("/admin/notes/new");
            assertThat(tab.field("Text")).hasValue("Begun at home");
            assertThat(tab.page().getByText("your draft is back")).isVisible();
            tab.field("Title (optional)").fill("x".repeat(5000));
            tab.button("Publish").click();
            assertThat(tab.page().getByRole(AriaRole.ALERT)).containsText("The title has");
            assertThat(tab.field("Text")).hasValue("Begun at home");
            tab.field("Title (optional)").fill("Short");
            tab.button("Publish").click();
            assertThat(tab.page()).hasURL(Pattern.compile(".*/notes/short$"));
            tab.go("/admin/notes/new");
            assertThat(tab.field("Text")).hasValue("");
            tab.field("Text").fill("To be thrown away");
            assertThat(tab.page().getByText("kept in this browser")).isVisible();
            tab.page().reload();
            tab.button("Throw it away").click();
            assertThat(tab.field("Text")).hasValue("");
            tab.page().reload();
            assertThat(tab.field("Text")).hasValue("");
        }
    }

    @Test
    void tags_are_completed_behind_those_that_stand(BrowserProcess browser) {
        site.publish("One", "Java, SQLite");
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/notes/new");
            tab.field("Tags").fill("java, s");
            List<String> offered = tab.page().locator("#known-tags option").all().stream()
                    .map(option -> option.getAttribute("value"))
                    .toList();
            assertThat(offered).containsExactly("java, SQLite");
        }
    }

    @Test
    void a_picture_is_set_into_the_text_where_the_caret_is(BrowserProcess browser, @TempDir Path folder)
            throws IOException {
        Path file = folder.resolve("sunset.png");
        ImageIO.write(new BufferedImage(40, 30, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/notes/new");
            tab.field("Text").fill("Look: ");
            tab.page().locator("#photo").setInputFiles(file);
            assertThat(tab.field("Text")).hasValue(Pattern.compile("Look: !\\[]\\(/media/.+\\.png\\)"));
            assertThat(tab.region("Preview").getByText("One picture has no description"))
                    .isVisible();
            tab.page().keyboard().type("A black square");
            assertThat(tab.region("Preview").getByAltText("A black square")).isVisible();
            assertThat(tab.region("Preview").getByText("no description")).isHidden();
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void several_pictures_are_inserted_below_each_other_at_once_and_one_after_the_other(
            BrowserProcess browser, @TempDir Path folder) throws IOException {
        Path[] files = new Path[3];
        for (int i = 0; i < files.length; i++) {
            files[i] = folder.resolve(i + ".png");
            ImageIO.write(new BufferedImage(40 + i, 30, BufferedImage.TYPE_INT_RGB), "png", files[i].toFile());
        }
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/notes/new");
            tab.field("Text").fill("Look: ");
            tab.page().locator("#photo").setInputFiles(new Path[] {files[0], files[1]});
            assertThat(tab.field("Text")).hasValue(pictures(40, 41));
            assertThat(tab.region("Preview").locator("img")).hasCount(2);
            tab.page()
                    .locator("#photo")
                    .setInputFiles(files[2]); // the caret is between the brackets of the first image
            assertThat(tab.field("Text")).hasValue(pictures(40, 42, 41));
            assertThat(tab.region("Preview").locator("img")).hasCount(3);
            assertThat(tab.complaints()).isEmpty();
        }
    }

    private static Pattern pictures(int... widths) {
        return Pattern.compile(IntStream.of(widths)
                .mapToObj(width -> "!\\[]\\(/media/[^)]+-" + width + "x30\\.png\\)")
                .collect(Collectors.joining("\n\n", "^Look: ", "$")));
    }

    /** Drops or pastes a one-pixel image like a browser. */
    private static void give(BrowserTab tab, String event) {
        tab.page().evaluate("""
            (event) => {
              const bytes = Uint8Array.from(atob("%s"), (letter) => letter.charCodeAt(0));
              const data = new DataTransfer();
              data.items.add(new File([bytes], "dot.png", { type: "image/png" }));
              document.getElementById("text").dispatchEvent(event === "drop"
                  ? new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true })
                  : new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
            }\
            """.formatted(DOT), event);
    }

    @Test
    void a_picture_is_dropped_or_pasted_into_the_text(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/notes/new");
            tab.field("Text").fill("Two dots: ");
            give(tab, "drop");
            assertThat(tab.field("Text")).hasValue(Pattern.compile("Two dots: !\\[]\\(/media/.+\\.png\\)"));
            tab.field("Text").press("Control+End");
            give(tab, "paste");
            assertThat(tab.field("Text"))
                    .hasValue(Pattern.compile("!\\[]\\(/media/[^)]+\\)[\\s\\S]*!\\[]\\(/media/[^)]+\\)"));
            assertThat(tab.region("Preview").locator("img")).hasCount(2);
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void who_is_logged_out_while_writing_is_told_and_loses_nothing(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site);
                BrowserTab other = browser.open(site)) {
            tab.go("/admin/notes/new");
            other.go("/admin");
            other.button("Log out").click();
            other.page().waitForURL("**/admin/login**");
            tab.field("Text").fill("Written while logged out");
            assertThat(tab.page().getByText("you are logged out")).isVisible();
            tab.go("/admin/notes/new");
            tab.field("Password").fill(TestSite.PASSWORD);
            tab.button("Log in").click();
            assertThat(tab.page()).hasURL(Pattern.compile(".*/admin/notes/new$"));
            assertThat(tab.field("Text")).hasValue("Written while logged out");
            tab.button("Publish").click();
            assertThat(tab.page()).hasURL(Pattern.compile(".*/notes/written-while-logged-out$"));
        }
    }

    @Test
    void a_new_token_is_shown_once_and_copied(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go("/admin/tokens");
            tab.field("For which app or script?").fill("a script");
            tab.button("Make the token").click();
            String secret = tab.page().locator("#secret").textContent();
            tab.button("Copy").click();
            assertThat(tab.button("Copied")).isVisible();
            tab.field("For which app or script?").press("Control+v");
            assertThat(tab.field("For which app or script?")).hasValue(secret);
            tab.go("/admin/tokens");
            assertThat(tab.page().locator("#secret")).hasCount(0);
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void without_a_script_a_note_is_previewed_and_published(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site, 390, ColorScheme.LIGHT, false)) {
            tab.go("/admin/notes/new");
            tab.field("Text").fill("Plain *and* simple");
            tab.button("Preview").click();
            assertThat(tab.region("Preview").locator("em")).hasText("and");
            tab.button("Publish").click();
            assertThat(tab.page()).hasURL(Pattern.compile(".*/notes/plain-and-simple$"));
        }
    }
}
