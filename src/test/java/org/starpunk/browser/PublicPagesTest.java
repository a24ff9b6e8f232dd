package org.starpunk.browser;

import static org.assertj.core.api.Assertions.assertThat;

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
 * The public pages with all that a note can hold, looked at as readers do: no rule of axe is broken, nothing scrolls sideways, no
 * page asks another host for anything. The pictures are under {@code target/screenshots}, for people to look at.
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

    private void look(BrowserProcess browser, Map<String, String> pages) {
        List<String> problems = new ArrayList<>();
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            for (int width : scheme == ColorScheme.LIGHT ? new int[] {390, 768, 1280} : new int[] {390, 1280}) {
                try (BrowserTab tab = browser.open(site, width, scheme, true)) {
                    pages.forEach((name, path) -> {
                        tab.go(path);
                        String picture = "site-" + name + "-" + width + "-"
                                + scheme.name().toLowerCase(Locale.ROOT);
                        tab.screenshot(picture);
                        problems(tab, width, scheme).forEach(problem -> problems.add(picture + ": " + problem));
                    });
                    tab.complaints().stream()
                            .filter(line -> !line.contains("status of 4"))
                            .forEach(problems::add);
                }
            }
        }
        assertThat(problems).isEmpty();
    }

    /** Each rule is tried on each page, light and dark, narrow and wide; those that neither scheme nor width bear on, once. */
    private static List<String> problems(BrowserTab tab, int width, ColorScheme scheme) {
        List<String> problems = new ArrayList<>();
        if (width == 390 && scheme == ColorScheme.LIGHT) {
            problems.addAll(tab.axe());
        } else if (width != 768) {
            problems.addAll(tab.axeOfLooks());
        }
        if (!Boolean.FALSE.equals(tab.page().evaluate("document.documentElement.scrollWidth > innerWidth"))) {
            problems.add("scrolls sideways");
        }
        return problems;
    }
}
