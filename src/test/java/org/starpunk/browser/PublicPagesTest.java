package org.starpunk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.Showcase;
import org.starpunk.journey.TestSite;

/**
 * The public pages with all that a note can hold, looked at as readers do: no rule of axe is broken, nothing scrolls sideways, no
 * page asks another host for anything. The pictures are under {@code target/screenshots}, for people to look at.
 */
@BrowserTest
class PublicPagesTest {

    private static final int PHONE = 390;

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void every_page_is_sound_in_light_and_dark_narrow_and_wide(BrowserProcess browser) {
        look(browser, "empty", "/");
        look(browser, "empty-tags", "/tags");
        look(browser, "empty-archive", "/archive");
        Showcase notes = Showcase.on(site);
        Map<String, String> pages = new LinkedHashMap<>(Map.of(
                "home", "/",
                "home-older", notes.older(),
                "tag", "/tags/walking",
                "tags", "/tags",
                "archive", "/archive",
                "month", "/archive/2026/11"));
        pages.putAll(Map.of(
                "search", "/search",
                "search-hits", "/search?q=tide",
                "search-none", "/search?q=zebra",
                "note-article", notes.article(),
                "note-photos", notes.photos(),
                "note-arabic", notes.rightToLeft(),
                "note-long-words", notes.longWords(),
                "note-reply", notes.reply(),
                "error-404", "/notes/never-written",
                "error-410", notes.deleted()));
        pages.forEach((name, path) -> look(browser, name, path));
    }

    private void look(BrowserProcess browser, String name, String path) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : new int[] {PHONE, 768, 1280}) {
                String picture = "site-" + name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
                try (BrowserTab tab = browser.open(site, width, scheme, true)) {
                    tab.go(path);
                    tab.screenshot(picture);
                    if (width != 768) {
                        assertThat(tab.axe()).as(picture).isEmpty();
                    }
                    assertThat(tab.page().evaluate("document.documentElement.scrollWidth > innerWidth"))
                            .as("%s scrolls sideways", picture)
                            .isEqualTo(false);
                    assertThat(tab.complaints().stream().filter(line -> !line.contains("status of 4")))
                            .as(picture)
                            .isEmpty();
                }
            }
        }
    }
}
