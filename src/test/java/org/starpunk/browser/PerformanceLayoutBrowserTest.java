package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.BoundingBox;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.Media;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Layout of the performance page: rendered when visible, round axis labels, and complete in print. */
@BrowserTest
class PerformanceLayoutBrowserTest {

    private static final String PAGE = "/admin/performance";
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private static StartedSite site;

    @BeforeAll
    static void start() {
        site = StartedSite.start(Map.of()).claimed();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Locator live(BrowserTab tab) {
        return tab.page().getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText("Live"));
    }

    @Test
    void what_lies_far_below_is_drawn_once_somebody_scrolls_there(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go(PAGE);
            assertThat(live(tab)).isVisible();
            String drawn = "() => document.querySelector('#about p').checkVisibility({ contentVisibilityAuto: true })";
            assertThat(tab.page().evaluate(drawn)).isEqualTo(false);
            tab.page().evaluate("() => scrollTo(0, document.documentElement.scrollHeight)");
            tab.page().waitForFunction(drawn);
            String text = tab.region("Traces").locator("time").first().textContent();
            tab.page().evaluate("() => document.getElementById('traces').scrollIntoView()");
            assertThat(tab.region("Traces").locator("time").first())
                    .not()
                    .hasText(text); // is updated once it is visible
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** The labels were 95 MB, 191 MB and so on, which is round only in millions of bytes. */
    @Test
    void the_marks_of_the_memory_chart_are_round(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.page().addInitScript("""
                window.texts = new Set();
                const fill = CanvasRenderingContext2D.prototype.fillText;
                CanvasRenderingContext2D.prototype.fillText = function (text, ...more) {
                  window.texts.add(text);
                  fill.call(this, text, ...more);
                };
                """);
            await().atMost(PATIENCE)
                    .until(() ->
                            site.json("/admin/metrics").getJsonObject("memory").getValue("rss_bytes") != null);
            tab.go(PAGE);
            assertThat(live(tab)).isVisible();
            tab.page().waitForFunction("() => [...window.texts].filter((text) => text.endsWith(' MB')).length > 1");
            List<?> marks =
                    (List<?>) tab.page().evaluate("() => [...window.texts].filter((text) => text.endsWith(' MB'))");
            assertThat(marks).allSatisfy(mark -> assertThat(mark.toString()).matches("\\d+0 MB"));
        }
    }

    @Test
    void on_a_phone_the_percentiles_of_endpoints_are_seen_without_scrolling(BrowserProcess browser) {
        for (ColorScheme colours : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            try (BrowserTab tab = browser.open(site, 390, colours, true)) {
                tab.go(PAGE);
                assertThat(live(tab)).isVisible();
                for (String field : List.of("count", "p50_ms", "p95_ms", "p99_ms")) {
                    BoundingBox box = tab.region("Endpoints")
                            .locator("td[data-field=" + field + "]")
                            .first()
                            .boundingBox();
                    assertThat(box.x + box.width).as(field).isLessThan(390);
                }
                tab.screenshot("performance-phone-" + colours.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    /** The start creates three of them at the same time: start, version and migration. */
    @Test
    void the_labels_of_markers_overlap_neither_lines_nor_each_other(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.page().addInitScript("""
                window.labels = [];
                const { fillText, fillRect } = CanvasRenderingContext2D.prototype;
                let ground = null;
                CanvasRenderingContext2D.prototype.fillRect = function (x, y, width, height) {
                  ground = { x, y, width, height };
                  fillRect.call(this, x, y, width, height);
                };
                CanvasRenderingContext2D.prototype.fillText = function (text, x, y) {
                  if (['start', 'version', 'migration'].includes(text)) {
                    window.labels.push({ text, x, y, width: this.measureText(text).width, ground });
                  }
                  fillText.call(this, text, x, y);
                };
                """);
            tab.go(PAGE);
            assertThat(live(tab)).isVisible();
            tab.page().waitForFunction("() => window.labels.some(({ text }) => text === 'migration')");
            assertThat(tab.page().evaluate("""
                () => window.labels.filter(({ x, y, width, ground: g }) =>
                    !g || g.x > x || g.x + g.width < x + width || g.y > y - 8 || g.y + g.height < y).length
                """))
                    .as("without a ground of its own")
                    .isEqualTo(0);
            assertThat(tab.page().evaluate("""
                () => {
                  const last = ['start', 'version', 'migration'].map((name) => window.labels.findLast(({ text }) => text === name).ground);
                  return last.some((a, i) => last.some((b, j) => i < j && a.y < b.y + b.height && b.y < a.y + a.height
                      && a.x < b.x + b.width && b.x < a.x + a.width));
                }
                """)).as("overlap").isEqualTo(false);
            tab.screenshot("performance-markers");
        }
    }

    @Test
    void on_paper_the_lists_are_whole_and_the_charts_are_tables(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go(PAGE);
            tab.page()
                    .getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("Tables to print"))
                    .click();
            assertThat(tab.region("Heat map as a table")).isVisible();
            tab.page().emulateMedia(new Page.EmulateMediaOptions().setMedia(Media.PRINT));
            for (String chart : List.of("Latency", "Heat map", "Memory and GC")) {
                assertThat(tab.region(chart + " as a table")).isVisible();
                assertThat(tab.region(chart).locator("canvas").first()).isHidden();
            }
            assertThat(tab.page().getByRole(AriaRole.NAVIGATION).first()).isHidden();
            String scrolling = tab.page().locator(".tall").all().stream()
                    .map(list ->
                            list.evaluate("list => list.scrollHeight > list.clientHeight + 1 ? list.ariaLabel : ''"))
                    .map(String::valueOf)
                    .collect(Collectors.joining());
            assertThat(scrolling).as("lists of which paper would show a part").isEmpty();
            tab.screenshot("performance-print");
        }
    }
}
