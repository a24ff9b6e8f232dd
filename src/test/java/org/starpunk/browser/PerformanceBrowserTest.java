package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The performance page of a started server, with real requests. */
@BrowserTest
class PerformanceBrowserTest {

    private static final String PAGE = "/admin/performance";

    private static StartedSite site;
    private static String note;
    private static int reads;
    private BrowserTab tab;

    @BeforeAll
    static void start() {
        site = StartedSite.start(Map.of()).claimed();
        note = site.publish("The note of the dashboard's test", "dashboard");
        read(20);
        site.get("/no-such-page");
        settle();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @BeforeEach
    void open(BrowserProcess browser) {
        tab = browser.open(site);
    }

    @AfterEach
    void close() {
        tab.close();
    }

    private static void read(int times) {
        for (int i = 0; i < times; i++) {
            assertThat(site.get(note).statusCode()).isEqualTo(200);
            reads++;
        }
    }

    /** Waits until the monitor has counted all reads of notes. */
    private static void settle() {
        Awaitility.await()
                .until(() -> site.json("/admin/metrics").getJsonArray("endpoints").stream()
                        .map(JsonObject.class::cast)
                        .anyMatch(row -> row.getString("endpoint").equals("GET /notes/:slug")
                                && row.getInteger("count") == reads));
    }

    private Page page() {
        return tab.page();
    }

    private Locator row(String table, String name) {
        return tab.region(table).getByRole(AriaRole.ROW).filter(new Locator.FilterOptions().setHasText(name));
    }

    private Locator state(String text) {
        return page().getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText(text));
    }

    private void waitForLive() {
        assertThat(state("Live")).isVisible();
    }

    @Test
    void a_request_moves_the_endpoints_count_while_the_page_is_open() {
        settle();
        tab.go(PAGE);
        waitForLive();
        Locator count =
                row("Endpoints", "GET /notes/:slug").getByRole(AriaRole.CELL).first();
        assertThat(count).hasText(String.valueOf(reads));
        read(7);
        assertThat(count).hasText(String.valueOf(reads));
        assertThat(tab.complaints()).isEmpty();
    }

    @Test
    void a_request_and_its_statement_stand_in_the_list_as_they_happen() {
        tab.go(PAGE);
        waitForLive();
        List<String> marks = new ArrayList<>();
        Awaitility.await().atMost(Duration.ofMinutes(2)).until(() -> {
            marks.add(markOfFirstRead());
            List<String> rows = tab.region("Just now").getByRole(AriaRole.ROW).allInnerTexts();
            return marks.stream()
                    .anyMatch(mark -> rows.stream().anyMatch(row -> isRow(row, "GET /notes/:slug", mark))
                            && rows.stream().anyMatch(row -> isRow(row, "SELECT", mark)));
        });
        assertThat(tab.complaints()).isEmpty();
    }

    /**
     * Publishes a note and reads it for the first time. On a busy machine the monitor may retain only some of these
     * requests.
     */
    private static String markOfFirstRead() {
        String written = site.publish("A note that is written while the page is open", "");
        String id = site.get(written).headers().firstValue("X-Request-ID").orElseThrow();
        reads++;
        return id.substring(24);
    }

    private static boolean isRow(String row, String name, String mark) {
        return row.contains(name)
                && row.contains(mark)
                && Pattern.compile("\\d ms").matcher(row).find();
    }

    @Test
    void every_part_of_the_page_stands_under_its_heading_with_real_numbers() {
        tab.go(PAGE);
        waitForLive();
        assertThat(tab.region("Overview")).containsText(Pattern.compile("Requests/s\\s*[\\d.<]+"));
        assertThat(tab.region("Overview")).containsText(Pattern.compile("\\d+ since the start"));
        assertThat(tab.region("Overview")).containsText(Pattern.compile("heap \\d[\\d.]* MB of \\d+"));
        assertThat(tab.region("Latency")).containsText("p95");
        assertThat(tab.region("SQL by shape")).containsText("FROM slugs s JOIN notes n");
        assertThat(tab.region("Slow queries")).containsText(Pattern.compile("\\d+ of \\S+ queries over 1 s"));
        assertThat(tab.region("Traces")).containsText("GET /notes/:slug");
        assertThat(tab.region("Database pool")).containsText(Pattern.compile("in use now\\s*\\d+ of \\d+"));
        assertThat(tab.region("Memory and GC")).containsText(Pattern.compile("heap\\s*\\d[\\d.]* MB of"));
        assertThat(tab.region("Cache, database, event loops"))
                .containsText(Pattern.compile("hit rate since the start\\s*[\\d.]+ %"));
        assertThat(tab.region("Errors and statuses")).containsText("404 ×");
        assertThat(tab.region("Business events")).containsText("cache miss");
        assertThat(tab.region("What changed")).containsText("started");
        assertThat(tab.region("About this data")).containsText(Pattern.compile("\\d+ of 1.000 stored"));
        assertThat(tab.region("About this data")).containsText("the monitor's own cost");
        assertThat(page().getByRole(AriaRole.MAIN)).not().containsText(Pattern.compile("(?<![\\d.])0 ms"));
        assertThat(page().getByRole(AriaRole.MAIN)).not().containsText(Pattern.compile("NaN|undefined|null"));
    }

    @Test
    void a_trace_opens_from_the_list_has_an_address_and_closes_with_back() {
        tab.go(PAGE);
        waitForLive();
        tab.region("Traces")
                .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("GET /notes/:slug"))
                .last()
                .click();
        Locator dialog = page().getByRole(AriaRole.DIALOG);
        assertThat(dialog).containsText("Where the time went");
        assertThat(dialog).containsText("GET /notes/:slug");
        assertThat(page().url()).contains("trace=");
        String address = page().url();
        page().goBack();
        assertThat(dialog).isHidden();
        page().navigate(address);
        assertThat(dialog).containsText("Where the time went");
        assertThat(tab.axe()).isEmpty();
        page().keyboard().press("Escape");
        assertThat(dialog).isHidden();
        assertThat(tab.complaints()).isEmpty();
    }

    @Test
    void a_trace_that_is_gone_says_why() {
        tab.go(PAGE + "?trace=00000000000000000000000000000000");
        assertThat(page().getByRole(AriaRole.DIALOG)).containsText("This request is not stored");
    }

    @Test
    void the_endpoints_sort_by_a_click_and_filter_by_typing() {
        tab.go(PAGE);
        waitForLive();
        Locator endpoints = tab.region("Endpoints");
        endpoints
                .getByRole(
                        AriaRole.LINK,
                        new Locator.GetByRoleOptions().setName("route").setExact(true))
                .click();
        assertThat(endpoints.getByRole(AriaRole.COLUMNHEADER).first()).hasAttribute("aria-sort", "ascending");
        List<String> names = endpoints.getByRole(AriaRole.ROWHEADER).allInnerTexts();
        assertThat(names).hasSizeGreaterThan(1).isSorted();
        page().keyboard().press("/");
        page().keyboard().type("notes/:s");
        assertThat(endpoints.getByRole(AriaRole.ROWHEADER)).hasCount(1);
        assertThat(page().url()).contains("q=notes").contains("sort=endpoint");
        page().reload();
        assertThat(endpoints.getByRole(AriaRole.ROWHEADER)).hasCount(1);
    }

    @Test
    void each_range_has_its_address_and_back_returns() {
        tab.go(PAGE);
        waitForLive();
        page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("24 h"))
                .click();
        assertThat(tab.region("Endpoints")).containsText("24 h");
        assertThat(page().url()).contains("window=24h");
        page().goBack();
        assertThat(tab.region("Endpoints")).containsText("15 min");
        assertThat(tab.complaints()).isEmpty();
    }

    @Test
    void each_chart_has_a_table_with_the_same_numbers() {
        tab.go(PAGE);
        for (String chart : List.of("Latency", "Heat map", "Memory and GC")) {
            Locator twin = tab.region(chart + " as a table");
            tab.region(chart).getByText("show as table").click();
            assertThat(twin.getByRole(AriaRole.ROWHEADER).first()).isVisible();
            tab.region(chart).getByText("hide the table").click();
            assertThat(twin).isHidden();
        }
    }

    @Test
    void dragging_over_the_latency_chart_zooms_and_the_address_keeps_it() {
        tab.go(PAGE);
        waitForLive();
        Locator chart = tab.region("Latency").locator("canvas");
        var box = chart.boundingBox();
        Locator whole = page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Whole range"));
        Awaitility.await()
                .until(
                        () -> { // other actions could move the chart, or end the drag
                            page().mouse().move(box.x + 300, box.y + 80);
                            page().mouse().down();
                            page().mouse().move(box.x + 500, box.y + 90);
                            page().mouse().up();
                            return whole.isVisible();
                        });
        assertThat(page().url()).contains("from=").contains("to=");
        page().reload();
        assertThat(whole).isVisible();
        whole.click();
        assertThat(whole).isHidden();
        assertThat(page().url()).doesNotContain("from=");
    }

    @Test
    void the_keys_are_listed_by_a_question_mark_and_lead_to_places() {
        tab.go(PAGE);
        page().keyboard().press("?");
        assertThat(page().getByRole(AriaRole.DIALOG)).containsText("write a note");
        page().keyboard().press("Escape");
        assertThat(page().getByRole(AriaRole.DIALOG)).isHidden();
        // Both in one script, because the second key is valid for a short time only.
        page().evaluate("""
            () => ['g', 'n'].forEach((key) =>
              document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true })))\
            """);
        page().waitForURL("**/admin/notes");
    }

    @Test
    void without_javascript_the_page_is_whole(BrowserProcess browser) {
        settle();
        try (BrowserTab plain = browser.open(site, 1280, ColorScheme.LIGHT, false)) {
            plain.go(PAGE + "?table=latency");
            assertThat(plain.region("Endpoints")).containsText("GET /notes/:slug");
            assertThat(plain.region("SQL by shape")).containsText("FROM slugs s JOIN notes n");
            assertThat(plain.region("Latency as a table")
                            .getByRole(AriaRole.ROW)
                            .nth(1))
                    .isVisible();
            assertThat(plain.region("Overview")).containsText("since the start");
            plain.region("Traces").getByRole(AriaRole.LINK).last().click();
            assertThat(plain.page().getByRole(AriaRole.DIALOG)).containsText("Where the time went");
            plain.screenshot("performance-without-javascript");
        }
    }

    /** Uses one page, and changes its width and colour scheme. Rules that depend on neither are checked once. */
    @Test
    void it_can_be_read_by_everyone_in_light_and_dark_on_a_desk_and_on_a_phone() {
        tab.go(PAGE);
        waitForLive();
        assertThat(tab.axe()).isEmpty();
        for (int width : new int[] {1280, 390}) {
            page().setViewportSize(width, 900);
            for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
                page().emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
                String name = "performance-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT);
                tab.screenshot(name);
                assertThat(tab.axeOfLooks()).as(name).isEmpty();
                Awaitility.await()
                        .atMost(Duration.ofMinutes(2))
                        .untilAsserted(() -> assertThat(tab.tooWide()).as(name).isEmpty());
            }
        }
        assertThat(tab.complaints()).isEmpty();
    }

    @Test
    void a_long_list_of_endpoints_shows_the_first_and_leads_to_all_of_them(BrowserProcess browser) {
        for (String path :
                List.of("/tags", "/archive", "/search?q=a", "/feed.json", "/feed.rss", "/feeds.opml", "/health")) {
            assertThat(site.get(path).statusCode()).as(path).isEqualTo(200);
        }
        for (String path : List.of("/admin", "/admin/notes", "/admin/tags", "/admin/jobs", "/admin/settings")) {
            assertThat(site.get(path).statusCode()).as(path).isEqualTo(200);
        }
        for (boolean script : new boolean[] {true, false}) {
            try (BrowserTab seen = browser.open(site, 1280, ColorScheme.LIGHT, script)) {
                seen.go(PAGE);
                Locator endpoints = seen.region("Endpoints");
                assertThat(endpoints).containsText(Pattern.compile("the first 12 of \\d+ · all"));
                assertThat(endpoints.locator("tbody").first().locator("tr")).hasCount(12);
                endpoints
                        .getByRole(
                                AriaRole.LINK,
                                new Locator.GetByRoleOptions().setName("all").setExact(true))
                        .click();
                assertThat(seen.page()).hasURL(Pattern.compile("rows=all"));
                assertThat(endpoints).containsText("GET /feeds.opml");
                assertThat(endpoints).containsText("GET /admin/jobs");
                assertThat(seen.complaints()).isEmpty();
            }
        }
    }

    @Test
    void numbers_are_written_alike_by_the_server_and_by_the_page() {
        tab.go(PAGE);
        Object written = page().evaluate("""
            async () => {
              const f = await import('/static/js/format.js');
              return [f.count(8100), f.brief(8100), f.digits(0.044), f.millis(0.4), f.fine(3.214), f.bytes(134217728),
                f.percent(0.874), f.span(7300), f.share(0.0001), f.count(null)];
            }\
            """);
        assertThat(written)
                .isEqualTo(List.of(
                        "8\u202f100", "8.1k", "0.04", "<1 ms", "3.2 ms", "128 MB", "87 %", "2 h", "<0.1 %", "—"));
    }
}
