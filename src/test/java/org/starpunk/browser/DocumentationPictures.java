package org.starpunk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Creates the README's screenshots of the demo site under load in {@code docs/images/}. Not part of the build: {@code
 * ./mvnw test -Dtest=DocumentationPictures -Dpictures.seconds=240}.
 */
@BrowserTest
@EnabledIfSystemProperty(named = "pictures.seconds", matches = "[1-9][0-9]*")
class DocumentationPictures {

    private static final Path IMAGES = Path.of("docs", "images");
    private static final long MOST_BYTES = 150_000;

    @Test
    void the_pictures_show_the_site_after_some_minutes_of_load(BrowserProcess browser) throws IOException {
        try (DemoServer server = DemoServer.start();
                Page page = browser.open(server.uri())) {
            server.read(100);
            server.logIn(page);
            page.waitForTimeout(1000.0 * Integer.getInteger("pictures.seconds"));
            page.navigate("/admin/performance");
            page.locator("#state[data-state=live]").waitFor();
            page.setViewportSize(1280, 960);
            shoot(page, ColorScheme.LIGHT, "performance");
            page.setViewportSize(1280, 760);
            trace(page);
            shoot(page, ColorScheme.DARK, "trace");
            page.navigate("/admin/performance");
            page.locator("#state[data-state=live]").waitFor();
            page.setViewportSize(390, 844);
            shoot(page, ColorScheme.DARK, "phone");
            page.setViewportSize(1280, 800);
            write(page);
            shoot(page, ColorScheme.LIGHT, "composer");
        }
    }

    /** The slowest request of the search, with its statements. */
    private static void trace(Page page) {
        page.navigate("/admin/performance?endpoint=GET+%2Fsearch");
        page.locator("#state[data-state=live]").waitFor();
        page.getByRole(
                        AriaRole.REGION,
                        new Page.GetByRoleOptions().setName("Traces").setExact(true))
                .getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("GET /search"))
                .first()
                .getByRole(AriaRole.LINK)
                .click();
        page.getByText("Where the time went").waitFor();
    }

    private static void write(Page page) {
        page.navigate("/admin/notes/new");
        page.getByLabel("Title (optional)").fill("First frost");
        page.getByLabel("Text", new Page.GetByLabelOptions().setExact(true)).fill("""
                        The **dahlias** are down. What is still green:

                        * kale, which only gets better
                        * leeks
                        * the rosemary by the wall

                        > Lift the tubers once the leaves are black.

                        Last year it came [three weeks later](/).""");
        page.getByLabel("Tags", new Page.GetByLabelOptions().setExact(true)).fill("garden, weather");
        page.locator(".preview blockquote").waitFor();
    }

    private static void shoot(Page page, ColorScheme scheme, String name) throws IOException {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        page.waitForTimeout(1500); // until the charts are drawn in the other colours
        Path picture = IMAGES.resolve(name + ".png");
        page.screenshot(new Page.ScreenshotOptions().setPath(picture));
        assertThat(Files.size(picture)).as(name).isLessThan(MOST_BYTES);
    }
}
