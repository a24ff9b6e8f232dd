package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Route;
import com.microsoft.playwright.assertions.LocatorAssertions;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import io.vertx.core.Handler;
import io.vertx.core.eventbus.DeliveryContext;
import io.vertx.core.eventbus.EventBus;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.starpunk.journey.TestSite;

/** What the performance page says when the stream is not as it should be, and that it comes back by itself. */
@BrowserTest
class PerformanceStatesBrowserTest {

    private static final String PAGE = "/admin/performance";

    private static Locator state(BrowserTab tab, String text) {
        return tab.page().getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText(text));
    }

    /** The page tries again after 1, 2, 4, … seconds: so it may take as long again as the server was away. */
    private static LocatorAssertions.IsVisibleOptions patiently() {
        return new LocatorAssertions.IsVisibleOptions().setTimeout(30_000);
    }

    @Test
    void a_server_that_goes_away_is_missed_and_its_return_is_noticed_as_a_restart(BrowserProcess browser) {
        try (TestSite site = TestSite.start().setUp();
                BrowserTab tab = browser.open(site)) {
            int port = site.uri().getPort();
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            site.stop();
            assertThat(state(tab, "Disconnected")).isVisible(patiently());
            assertThat(tab.page().getByText(Pattern.compile("^in \\d+ s$"))).isVisible();
            site.startAgain(port);
            assertThat(state(tab, "Live · restarted at")).isVisible(patiently());
            site.get("/");
            assertThat(tab.region("Endpoints")).containsText("GET /");
        }
    }

    @Test
    void a_stream_that_falls_silent_is_called_stale_until_it_speaks_again(BrowserProcess browser) {
        try (TestSite site = TestSite.start().setUp();
                BrowserTab tab = browser.open(site)) {
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            EventBus bus = site.deployment().vertx().eventBus();
            Handler<DeliveryContext<Object>> swallow = delivery -> {
                if (!delivery.message().address().equals("starpunk.monitor.frames")) {
                    delivery.next();
                }
            };
            bus.addInboundInterceptor(swallow);
            assertThat(state(tab, "Stale")).isVisible(patiently());
            assertThat(tab.page().getByText(Pattern.compile("last data \\d+ s ago")))
                    .isVisible();
            bus.removeInboundInterceptor(swallow);
            assertThat(state(tab, "Live")).isVisible(patiently());
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void logging_out_elsewhere_ends_the_page_with_a_way_back(BrowserProcess browser) {
        try (TestSite site = TestSite.start().setUp();
                BrowserTab tab = browser.open(site);
                BrowserTab other = browser.open(site)) {
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            other.go(PAGE);
            other.page().getByText("Log out").click();
            other.page().waitForURL("**/admin/login**");
            tab.page().getByRole(AriaRole.LINK, role("1 h")).click();
            assertThat(state(tab, "Logged out")).isVisible(patiently());
            assertThat(tab.page().getByRole(AriaRole.LINK, role("log in"))).isVisible();
        }
    }

    private static com.microsoft.playwright.Page.GetByRoleOptions role(String name) {
        return new com.microsoft.playwright.Page.GetByRoleOptions()
                .setName(name)
                .setExact(true);
    }

    /** A monitor that has seen requests, which were answered from memory, and no statement: before the next one reaches it. */
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
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> sensorFellSilent(site, tab));
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
        try (TestSite site = TestSite.start().setUp();
                BrowserTab tab = browser.open(site)) {
            CompletableFuture<Route> held = new CompletableFuture<>();
            tab.page().route("**/admin/metrics/stream*", held::complete);
            tab.go(PAGE);
            assertThat(state(tab, "Connecting…")).isVisible();
            assertThat(tab.region("Endpoints")).containsText("POST /admin/setup");
            tab.screenshot("performance-connecting-1280");
            held.join().resume();
            assertThat(state(tab, "Live")).isVisible(patiently());
            assertThat(tab.complaints()).isEmpty();
        }
    }

    @Test
    void a_hidden_page_draws_nothing(BrowserProcess browser) {
        try (TestSite site = TestSite.start().setUp();
                BrowserTab tab = browser.open(site)) {
            tab.page().addInitScript("Object.defineProperty(document, 'hidden', { get: () => window.away === true })");
            tab.go(PAGE);
            assertThat(state(tab, "Live")).isVisible();
            tab.page().evaluate("() => { window.away = true; document.documentElement.dataset.updateMs = 'none'; }");
            tab.page()
                    .waitForResponse(
                            "**/health",
                            () -> tab.page()
                                    .evaluate(
                                            "() => new Promise(go => setTimeout(go, 2500)).then(() => fetch('/health'))"));
            assertThat(tab.page().evaluate("() => document.documentElement.dataset.updateMs"))
                    .isEqualTo("none");
            tab.page().evaluate("() => { window.away = false; dispatchEvent(new Event('visibilitychange')); }");
            tab.page().waitForFunction("() => document.documentElement.dataset.updateMs !== 'none'");
        }
    }
}
