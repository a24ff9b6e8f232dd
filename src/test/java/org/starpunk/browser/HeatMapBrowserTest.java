package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Navigation from the heat map to the requests of a cell: by mouse, by keyboard, by a link, and without JavaScript. */
@BrowserTest
class HeatMapBrowserTest {

    private static final String PAGE = "/admin/performance";
    private static final Pattern READING = Pattern.compile("ms to .* · \\d+ requests?");
    private static final Pattern ADDRESS = Pattern.compile(".*[?&]cell=\\d+\\.\\d+.*#traces");

    private static final int COLUMN = 18; // pixels, on a wide screen

    private static StartedSite site;

    @BeforeAll
    static void start() {
        site = StartedSite.start(Map.of()).claimed();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    /**
     * Requests many pages at once, so that the newest column has cells whose requests are mostly not retained as
     * traces.
     */
    @BeforeEach
    void read() {
        int before = requests();
        for (int i = 0; i < 30; i++) {
            assertThat(site.get("/notes/none-" + i).statusCode()).isEqualTo(404);
        }
        await().atMost(Duration.ofMinutes(2)).until(() -> requests() >= before + 30);
    }

    private static int requests() {
        return site.json("/admin/metrics").getJsonObject("summary").getInteger("requests");
    }

    private static Locator map(BrowserTab tab) {
        return tab.region("Heat map").getByRole(AriaRole.APPLICATION);
    }

    private static Locator row(BrowserTab tab, String endpoint) {
        return tab.region("Traces")
                .getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText(endpoint))
                .first();
    }

    @Test
    void a_cell_is_read_by_keys_and_enter_lists_its_requests(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            await().atMost(Duration.ofMinutes(2))
                    .until(() -> hasRequestsOfTheBuffer(tab)); // a column may end during the check

            tab.page().reload();
            assertThat(row(tab, "GET /")).isVisible();
            assertThat(tab.axe()).isEmpty();
            tab.screenshot("performance-cell-1280");
            tab.region("Traces")
                    .getByText("all", new Locator.GetByTextOptions().setExact(true))
                    .click();
            assertThat(tab.region("Traces")).not().containsText("in the heat map");
            tab.page().goBack();
            assertThat(tab.page()).hasURL(ADDRESS);
            assertThat(tab.region("Traces")).containsText("in the heat map");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** Selects the cell of the newest requests by keyboard. */
    private boolean hasRequestsOfTheBuffer(BrowserTab tab) {
        read();
        tab.go(PAGE);
        tab.page().locator("#state[data-state=live]").waitFor();
        map(tab).focus();
        assertThat(tab.region("Heat map")).containsText(READING);
        tab.page().keyboard().press("ArrowUp");
        assertThat(tab.region("Heat map")).containsText(READING);
        tab.page().keyboard().press("ArrowDown");
        tab.page().keyboard().press("Enter");
        assertThat(tab.page()).hasURL(ADDRESS);
        assertThat(tab.region("Traces")).containsText(Pattern.compile("of about .* ms to .* ms: \\d+ in the heat map"));
        assertThat(row(tab, "GET /")).isVisible();
        return row(tab, "in the buffer").isVisible();
    }

    @Test
    void a_click_on_a_cell_lists_its_requests_and_one_on_nothing_does_not(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site)) {
            tab.go(PAGE);
            tab.page().locator("#state[data-state=live]").waitFor();
            assertThat(tab.region("Heat map")).containsText("requests by time and latency");
            Page page = tab.page();
            double right = map(tab).boundingBox().width - 3;
            map(tab).click(new Locator.ClickOptions().setPosition(right, 3));
            assertThat(page).not().hasURL(ADDRESS);
            for (int at = 0;
                    at < 4 * 26 && !ADDRESS.matcher(page.url()).matches();
                    at++) { // a new column may have begun
                map(tab).click(new Locator.ClickOptions().setPosition(right - at / 26 * COLUMN, 10 + at % 26 * 6));
            }
            assertThat(page).hasURL(ADDRESS);
            assertThat(tab.region("Traces")).containsText("in the heat map");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void without_a_script_the_table_leads_to_the_same_requests(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(site, 390, ColorScheme.LIGHT, false)) {
            tab.go(PAGE + "?table=heat");
            tab.region("Heat map as a table").getByRole(AriaRole.LINK).first().click();
            assertThat(tab.page()).hasURL(ADDRESS);
            assertThat(row(tab, "GET /")).isVisible();
            tab.go(PAGE + "?cell=1.40");
            assertThat(tab.region("Traces")).containsText("None of these is stored any more");
            tab.go(PAGE + "?cell=nonsense");
            assertThat(tab.region("Traces")).containsText("the worst of each endpoint");
        }
    }
}
