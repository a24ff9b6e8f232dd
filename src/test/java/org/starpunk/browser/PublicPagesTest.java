package org.starpunk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.Showcase;
import org.starpunk.journey.TestSite;

/**
 * Public pages with all kinds of content: no violation of axe's rules, no horizontal scrolling, no request to another
 * host. Screenshots are in {@code target/screenshots}.
 */
@BrowserTest
class PublicPagesTest {

    private final TestSite site = TestSite.start().setUp();

    @AfterEach
    void close() {
        site.close();
    }

    @Test
    void every_page_is_sound_in_light_and_dark_narrow_and_wide(BrowserProcess browser) {
        look(browser, Map.of("empty", "/", "empty-tags", "/tags", "empty-archive", "/archive"));
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
        look(browser, pages);
    }

    /** Loads each page once, then changes its width and colour scheme. */
    private void look(BrowserProcess browser, Map<String, String> pages) {
        List<String> problems = new ArrayList<>();
        try (BrowserTab tab = browser.open(site, 390, ColorScheme.LIGHT, true)) {
            pages.forEach((name, path) -> {
                tab.go(path);
                for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                    tab.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                    for (int width : scheme == ColorScheme.LIGHT ? new int[] {390, 768, 1280} : new int[] {390, 1280}) {
                        tab.page().setViewportSize(width, 900);
                        String picture = "site-" + name + "-" + width + "-"
                                + scheme.name().toLowerCase(Locale.ROOT);
                        problems(tab, picture, width, scheme)
                                .forEach(problem -> problems.add(picture + ": " + problem));
                    }
                }
                tab.page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(ColorScheme.LIGHT));
                tab.page().setViewportSize(390, 900);
            });
            tab.complaints().stream()
                    .filter(line -> !line.contains("status of 4"))
                    .forEach(problems::add);
        }
        assertThat(problems).isEmpty();
    }

    /** Checks all rules with a narrow light page, and the rules for colours and sizes with a wide dark one too. */
    private static List<String> problems(BrowserTab tab, String picture, int width, ColorScheme scheme) {
        List<String> problems = new ArrayList<>();
        if (width != 768) {
            tab.screenshot(picture);
        }
        if (width == 390 && scheme == ColorScheme.LIGHT) {
            problems.addAll(tab.axe());
        } else if (width == 1280 && scheme == ColorScheme.DARK) {
            problems.addAll(tab.axeOfLooks());
        }
        if (!Boolean.FALSE.equals(tab.page().evaluate("document.documentElement.scrollWidth > innerWidth"))) {
            problems.add("scrolls sideways");
        }
        return problems;
    }
}
