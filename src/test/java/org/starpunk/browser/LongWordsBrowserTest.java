package org.starpunk.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.options.ColorScheme;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;
import org.starpunk.note.Note;

/** No page is wider than a phone, for any length of its words. */
@BrowserTest
class LongWordsBrowserTest {

    private static final int WIDTH = 390;

    @Test
    void pages_with_long_words_urls_and_tags_fit_a_phone(BrowserProcess browser) {
        String word = "Donaudampfschifffahrtsgesellschaftskapitaen".repeat(4);
        String url = "https://example.org/" + "a-long-path/".repeat(15).replace("-", "");
        try (TestSite site = TestSite.start().setUp()) {
            Note note = site.publish(
                    word + "\n\n" + url + "\n\n|" + word + "|b|\n|-|-|\n|" + url + "|c|\n\n- [x] " + word,
                    word.substring(0, 60));
            Note onlyUrl = site.publish(url, "");
            List<String> paths = List.of(
                    "/",
                    note.path(),
                    onlyUrl.path(),
                    "/tags",
                    note.content().tags().get(0).path(),
                    "/archive",
                    "/search?q=" + word,
                    "/admin",
                    "/admin/notes",
                    "/admin/notes/" + note.id(),
                    "/admin/notes/new",
                    "/admin/tags",
                    "/admin/jobs",
                    "/admin/settings");
            try (BrowserTab tab = browser.open(site, WIDTH, ColorScheme.LIGHT, false)) {
                for (String path : paths) {
                    tab.go(path);
                    Object width = tab.page().evaluate("() => document.scrollingElement.scrollWidth");
                    assertThat(((Number) width).intValue()).as(path).isLessThanOrEqualTo(WIDTH);
                }
            }
        }
    }
}
