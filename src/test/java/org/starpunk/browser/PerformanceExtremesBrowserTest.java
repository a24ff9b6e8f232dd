package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SamplingRates;
import org.starpunk.telemetry.SqlShape;

/**
 * States that a real site does not reach: very long names, very large numbers, and a request that repeats a statement.
 * They are recorded with the server's own recorder, so the server runs in the test's process.
 */
@BrowserTest
class PerformanceExtremesBrowserTest {

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

    /** Narrows the window step by step, and checks each element each time. */
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

    private static void recordExtremes() {
        Vertx vertx = site.deployment().vertx();
        vertx.runOnContext(unused -> {
            Recorder recorder = Recorder.toBus(vertx, SamplingRates.all());
            SqlShape shape =
                    SqlShape.of("SELECT " + "column_".repeat(300) + " FROM " + "t".repeat(120) + " WHERE id = ?");
            for (int i = 0; i < 60; i++) {
                Endpoint endpoint = new Endpoint("PROPFIND", "/long-" + i + "-" + "x".repeat(90), false);
                recorder.requestEnded(
                        recorder.requestStarted(),
                        endpoint,
                        i % 2 == 0 ? 500 : 200,
                        Long.MAX_VALUE / 99,
                        Long.MAX_VALUE / 99);
                recorder.query(new QueryTiming(
                        shape,
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

    /** Uses a separate site, because the other one has more endpoints than the table has rows. */
    @Test
    void a_statement_that_a_request_repeats_is_pointed_at_and_leads_to_that_request(BrowserProcess browser) {
        try (TestSite own = TestSite.start().setUp();
                BrowserTab tab = browser.open(own)) {
            recordRepeats(own);
            tab.go(PAGE);
            Locator finding = tab.region("Endpoints").getByText("N+1: 14 × SELECT note_tags");
            assertThat(finding).isVisible();
            finding.click();
            assertThat(tab.page().getByRole(AriaRole.DIALOG)).containsText("GET /repeats");
        }
    }

    private static void recordRepeats(TestSite own) {
        Vertx vertx = own.deployment().vertx();
        vertx.runOnContext(unused -> {
            Recorder recorder = Recorder.toBus(vertx, SamplingRates.all());
            RequestTiming request = recorder.requestStarted();
            SqlShape shape = SqlShape.of("SELECT tag FROM note_tags WHERE note_id = ?");
            for (int i = 0; i < 14; i++) {
                request.add(new QueryTiming(
                        shape, System.currentTimeMillis(), System.nanoTime(), 0, 40_000, 1, 1, null, false, 0, true));
            }
            recorder.requestEnded(request, new Endpoint("GET", "/repeats", false), 200, 0, 0);
            recorder.close();
        });
    }
}
