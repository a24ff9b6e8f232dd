package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;

/** States of the performance page with an interrupted stream, and its automatic recovery. */
@BrowserTest
class PerformanceStatesBrowserTest {

    private static final String PAGE = "/admin/performance";

    private static StartedSite started;

    @BeforeAll
    static void start() {
        // On a busy machine alerts and warnings would take space on the page.
        started = StartedSite.start(Map.of(
                        "METRICS_ALERT_P99", "600",
                        "METRICS_ALERT_LOOP_LAG", "600",
                        "METRICS_ALERT_SLOW_QUERIES", "1000000"))
                .claimed();
    }

    @AfterAll
    static void stop() {
        started.close();
    }

    private static Locator state(BrowserTab tab, String text) {
        return tab.page().getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText(text));
    }

    /** The page reconnects after 1, 2, 4, … seconds, so it may need as long again as the outage. */
    private static LocatorAssertions.IsVisibleOptions patiently() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(180_000);
    }

    @Test
    void under_load_it_is_live_the_numbers_move_and_nothing_else_does(BrowserProcess browser) {
        for (int width : new int[] {1280, 390}) {
            try (BrowserTab tab = browser.open(started, width, ColorScheme.LIGHT, true)) {
                tab.go(PAGE);
                assertThat(state(tab, "Live")).isVisible();
                Page page = tab.page();
                page.evaluate("""
                    () => {
                      window.shifts = [];
                      const where = ({ node }) => node && (node.id || node.parentElement?.id || node.nodeName + ' ' + node.textContent?.slice(0, 30));
                      new PerformanceObserver((list) => {
                        for (const entry of list.getEntries()) window.shifts.push(`${entry.value}: ${entry.sources.map(where)}`);
                      }).observe({ type: 'layout-shift' });
                    }\
                    """);
                Locator since =
                        tab.region("Overview").getByText("since the start").first();
                int before = number(since.innerText());
                NavigableSet<Integer> seen = new TreeSet<>();
                List<CompletableFuture<Void>> readers = new ArrayList<>();
                Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> {
                    boolean come = readers.stream().allMatch(CompletableFuture::isDone);
                    seen.add(number(since.innerText()));
                    boolean moved = seen.size() > 3 && seen.last() >= before + 300;
                    if (come && !moved) { // more numbers, while a busy browser has shown only some
                        readers.add(started.readers(60, 300));
                    }
                    return come && moved;
                });
                readers.forEach(CompletableFuture::join);
                assertThat(tab.region("Overview"))
                        .containsText(Pattern.compile("Latency p50 / p99\\s*(<1|[\\d.]+)( m?s)? / (<1|[\\d.]+) m?s"));
                assertThat(tab.region("Endpoints")).containsText("GET /feed.atom");
                assertThat(page.evaluate("() => window.shifts"))
                        .as("%d px", width)
                        .isEqualTo(List.of());
                assertThat(tab.complaints()).isEmpty();
                page.evaluate("() => document.getElementById('main').prepend(document.createElement('hr'))");
                page.waitForFunction("() => window.shifts.length > 0"); // the observer reports layout shifts
            }
        }
    }

    private static int number(String text) {
        return Integer.parseInt(text.replaceAll("^.*· |\\D", ""));
    }

    private static Locator count(BrowserTab tab) {
        return tab.region("Endpoints")
                .getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("GET /tags"))
                .getByRole(AriaRole.CELL)
                .first();
    }

    @Test
    void pausing_holds_the_numbers_and_going_on_brings_the_new_ones(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(started)) {
            started.get("/tags");
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            assertThat(count(tab)).isVisible();
            tab.page().keyboard().press(" ");
            assertThat(state(tab, "Paused")).isVisible();
            int before = number(count(tab).innerText());
            for (int i = 0; i < 3; i++) {
                started.get("/tags");
            }
            assertThat(tab.page().getByText(Pattern.compile("last data ([3-9]|[1-9]\\d+) s ago")))
                    .isVisible();
            assertThat(count(tab)).hasText(String.valueOf(before));
            tab.page()
                    .getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Go on"))
                    .click();
            assertThat(count(tab)).hasText(String.valueOf(before + 3));
            assertThat(state(tab, "Live")).isVisible();
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void a_server_that_is_killed_is_missed_and_its_return_is_noticed_as_a_restart(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(started)) {
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            started.kill();
            assertThat(state(tab, "Disconnected")).isVisible(patiently());
            assertThat(tab.page().getByText(Pattern.compile("^in \\d+ s$"))).isVisible();
            started.startAgain();
            assertThat(state(tab, "Live · restarted at")).isVisible(patiently());
            started.get("/");
            assertThat(tab.region("Endpoints")).containsText("GET /");
            assertThat(tab.region("What changed")).containsText("started");
        }
    }

    @Test
    void a_server_that_falls_silent_is_called_stale_until_it_speaks_again(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(started)) {
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            started.freeze();
            try {
                assertThat(state(tab, "Stale")).isVisible(patiently());
                assertThat(tab.page().getByText(Pattern.compile("last data \\d+ s ago")))
                        .isVisible();
            } finally {
                started.thaw();
            }
            assertThat(state(tab, "Live")).isVisible(patiently());
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void logging_out_elsewhere_ends_the_page_with_a_way_back(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(started);
                BrowserTab other = browser.open(started)) {
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            other.go(PAGE);
            other.page().getByText("Log out").click();
            other.page().waitForURL("**/admin/login**");
            tab.page().getByRole(AriaRole.LINK, role("1 h")).click();
            assertThat(state(tab, "Logged out")).isVisible(patiently());
            assertThat(tab.page().getByRole(AriaRole.LINK, role("log in"))).isVisible();
        } finally {
            started.logIn();
        }
    }

    private static Page.GetByRoleOptions role(String name) {
        return new Page.GetByRoleOptions().setName(name).setExact(true);
    }

    /**
     * Simulates a monitor with requests that were answered from a cache, and no statement. A sensor cannot be silenced
     * from outside, so the test does this in the server's process.
     */
    private static boolean sensorFellSilent(TestSite site, BrowserTab tab) {
        TestSite.await(site.deployment().stopMonitor());
        TestSite.await(site.deployment().startMonitor());
        for (int i = 0; i < 120; i++) {
            assertThat(site.get("/static/css/site.css").statusCode()).isEqualTo(200);
        }
        tab.go(PAGE);
        return tab.page().getByText("Sensor silent.").isVisible();
    }

    @Test
    void a_sensor_that_is_silent_is_named_and_its_numbers_are_not_called_zero(BrowserProcess browser) {
        try (TestSite site = TestSite.start().setUp();
                BrowserTab tab = browser.open(site, 1280, ColorScheme.LIGHT, false)) {
            Awaitility.await().atMost(Duration.ofMinutes(3)).until(() -> sensorFellSilent(site, tab));
            assertThat(tab.page()
                            .getByText("requests seen but 0 database events")
                            .first())
                    .isVisible();
            assertThat(tab.region("SQL by shape")).containsText("The database sensor is silent");
            assertThat(tab.region("Overview")).containsText(Pattern.compile("Queries/s\\s*—"));
        }
    }

    @Test
    void a_monitor_that_is_off_says_so_and_who_switched_it_off(BrowserProcess browser) {
        try (TestSite site = TestSite.start(Map.of("METRICS_ENABLED", "false")).setUp();
                BrowserTab tab = browser.open(site)) {
            tab.go(PAGE);
            assertThat(state(tab, "The monitor is off")).containsText("METRICS_ENABLED");
            assertThat(tab.axe()).isEmpty();
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void a_page_that_waits_for_its_stream_is_connecting(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(started)) {
            CompletableFuture<Route> held = new CompletableFuture<>();
            tab.page().route("**/admin/metrics/stream*", held::complete);
            tab.go(PAGE);
            assertThat(state(tab, "Connecting…")).isVisible();
            assertThat(tab.region("Endpoints")).containsText("GET /");
            tab.screenshot("performance-connecting-1280");
            tab.page().waitForCondition(held::isDone);
            held.join().resume();
            assertThat(state(tab, "Live")).isVisible(patiently());
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void a_page_whose_script_does_not_come_shows_its_own_charts_and_says_why_one_is_missing(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(started)) {
            tab.page().route("**/js/start.js*", Route::abort);
            tab.go(PAGE);
            assertThat(tab.region("Latency").getByRole(AriaRole.IMG)).hasCSS("visibility", "visible");
            assertThat(tab.region("Memory and GC").getByRole(AriaRole.IMG)).hasCSS("visibility", "visible");
            assertThat(tab.page().getByText("The heat map is drawn with JavaScript; its numbers are in the table."))
                    .isVisible();
            assertThat(state(tab, "As of now")).isVisible();
        }
    }

    @Test
    void a_hidden_page_draws_nothing(BrowserProcess browser) {
        try (BrowserTab tab = browser.open(started)) {
            tab.page().addInitScript("Object.defineProperty(document, 'hidden', { get: () => window.away === true })");
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            tab.page().evaluate("() => { window.away = true; }");
            // A previous drawing may still be in progress.
            Awaitility.await().until(() -> tab.page().evaluate("""
                () => {
                  document.documentElement.dataset.updateMs = 'none';
                  return new Promise(go => setTimeout(go, 2500))
                      .then(() => document.documentElement.dataset.updateMs);
                }\
                """).equals("none"));
            tab.page().evaluate("() => { window.away = false; dispatchEvent(new Event('visibilitychange')); }");
            tab.page().waitForFunction("() => document.documentElement.dataset.updateMs !== 'none'");
        }
    }
}
