package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.Media;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.Sampling;
import org.starpunk.telemetry.Statement;

/** Where things stand on the performance page: nothing beyond the window, and whole on paper. */
@BrowserTest
class PerformanceLayoutBrowserTest {

    private static final String PAGE = "/admin/performance";
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int[] WIDTHS = {1280, 1000, 768, 600, 390, 320};

    private static TestSite site;

    @BeforeAll
    static void start() {
        site = TestSite.start().setUp();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    private static Locator live(BrowserTab tab) {
        return tab.page().getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText("Live"));
    }

    /** Narrows the window step by step, as somebody who turns a phone does, and looks at every element each time. */
    private static void fits(BrowserTab tab, String state) {
        for (int width : WIDTHS) {
            tab.page().setViewportSize(width, 900);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(tab.tooWide())
                            .as("%s, %d px wide", state, width)
                            .isEmpty());
        }
    }

    @Test
    void nothing_stands_out_of_the_window_whatever_the_numbers_and_names(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go(PAGE);
            assertThat(live(tab)).isVisible();
            fits(tab, "just started");
            recordExtremes();
            assertThat(tab.region("Endpoints")).containsText("PROPFIND /long-1");
            assertThat(tab.region("Slow queries")).containsText("column_column_");
            fits(tab, "long names and large numbers");
            for (String query : List.of("?table=all", "?endpoint=PROPFIND+%2Flong-1&over=p99", "?window=24h")) {
                tab.go(PAGE + query);
                assertThat(live(tab)).isVisible();
                fits(tab, query);
            }
            tab.go(PAGE);
            tab.region("Traces")
                    .getByRole(AriaRole.ROW)
                    .getByRole(AriaRole.LINK)
                    .first()
                    .click();
            assertThat(tab.page().getByRole(AriaRole.DIALOG)).isVisible();
            fits(tab, "a trace");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** Numbers and names larger than any site's, through the recorder that the server's own sensors use. */
    private static void recordExtremes() {
        Vertx vertx = site.deployment().vertx();
        vertx.runOnContext(here -> {
            Recorder recorder = Recorder.toBus(vertx, Sampling.all());
            Statement statement =
                    Statement.of("SELECT " + "column_".repeat(300) + " FROM " + "t".repeat(120) + " WHERE id = ?");
            for (int i = 0; i < 60; i++) {
                Endpoint endpoint = new Endpoint("PROPFIND", "/long-" + i + "-" + "x".repeat(90), false);
                recorder.requestEnded(
                        recorder.requestStarted(),
                        endpoint,
                        i % 2 == 0 ? 500 : 200,
                        Long.MAX_VALUE / 99,
                        Long.MAX_VALUE / 99);
                recorder.query(new QueryTiming(
                        statement,
                        System.currentTimeMillis(),
                        System.nanoTime(),
                        Duration.ofHours(2).toNanos(),
                        Duration.ofHours(9).toNanos(),
                        Integer.MAX_VALUE,
                        1,
                        i % 2 == 0 ? "SQLITE_" + "E".repeat(60) : null,
                        true,
                        i,
                        true));
            }
            recorder.business("event_" + "y".repeat(90), Duration.ofHours(5).toNanos(), Map.of());
            recorder.gauge("gauge_" + "z".repeat(90) + "_bytes", Long.MAX_VALUE);
            recorder.close();
        });
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
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** They were 95 MB, 191 MB and so on: round in millions of bytes only. */
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
