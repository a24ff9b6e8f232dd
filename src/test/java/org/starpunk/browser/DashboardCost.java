package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.microsoft.playwright.CDPSession;
import com.microsoft.playwright.Page;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.starpunk.journey.TestSite;
import org.starpunk.monitor.AgedMonitor;

/**
 * Cost of the dashboard in the browser with 24 h of data: CPU time of the main thread per update, as counted by the
 * browser, and the first paint. Prints one line per measurement, in milliseconds, without a verdict. Not part of the
 * build: {@code ./mvnw test -Dtest=DashboardCost -Ddashboard.updates=30}.
 */
@BrowserTest
@EnabledIfSystemProperty(named = "dashboard.updates", matches = "[1-9][0-9]*")
class DashboardCost {

    private static final String PAGE = "/admin/performance";
    private static final List<String> PARTS =
            List.of("TaskDuration", "ScriptDuration", "LayoutDuration", "RecalcStyleDuration");
    private static final int PAINTS = 15;
    /** Number of page loads after which the server's code is compiled as on a server with a day of uptime. */
    private static final int OPENINGS = 200;

    private static final int SETTLED_MILLIS = 5_000;

    private final int updates = Integer.getInteger("dashboard.updates", 0);

    @Test
    void what_an_update_and_the_first_paint_cost(BrowserProcess browser) {
        try (TestSite site = TestSite.start().setUp()) {
            TestSite.await(site.deployment().stopMonitor());
            TestSite.await(AgedMonitor.deploy(site.deployment().vertx()));
            for (String window : List.of("24h", "15m")) {
                try (BrowserTab tab = browser.open(site)) {
                    String path = PAGE + "?window=" + window;
                    firstPaint(tab.page(), path, "after " + PAINTS + " openings");
                    for (int i = 0; i < OPENINGS; i++) {
                        tab.page().waitForTimeout(60); // the rate limit refuses more per second
                        assertThat(site.get(path).statusCode()).isEqualTo(200);
                    }
                    firstPaint(tab.page(), path, "after " + (3 * PAINTS + OPENINGS) + " openings");
                    assertThat(tab.page().locator("#state[data-state=live]")).isVisible();
                    CDPSession tools = tab.page().context().newCDPSession(tab.page());
                    JsonObject threadTime = new JsonObject();
                    threadTime.addProperty("timeDomain", "threadTicks");
                    tools.send("Performance.enable", threadTime);
                    measure(window + ", a frame a second", tab.page(), tools, () -> {});
                    measure(
                            window + ", a frame and the whole page anew",
                            tab.page(),
                            tools,
                            () -> tab.page().evaluate("() => { dispatchEvent(new Event('popstate')); }"));
                    assertThat(tab.complaints()).isEmpty();
                }
            }
        }
    }

    private static void firstPaint(Page page, String path, String when) {
        Map<String, List<Double>> took = new LinkedHashMap<>();
        for (int i = 0; i < PAINTS; i++) {
            page.navigate(path);
        }
        for (int i = 0; i < PAINTS; i++) {
            page.navigate(path);
            assertThat(page.locator("#state[data-state=live]")).isVisible();
            for (Object paint : (List<?>) page.evaluate(
                    "() => performance.getEntriesByType('paint').map((paint) => [paint.name, paint.startTime])")) {
                List<?> pair = (List<?>) paint;
                took.computeIfAbsent(String.valueOf(pair.get(0)), unused -> new ArrayList<>())
                        .add(((Number) pair.get(1)).doubleValue());
            }
            took.computeIfAbsent("the server's answer", unused -> new ArrayList<>())
                    .add(((Number) page.evaluate("() => performance.getEntriesByType('navigation')[0].responseEnd"))
                            .doubleValue());
        }
        took.forEach((name, values) -> print(path + ", " + when, name, values));
    }

    /**
     * Measures an update: updates come once a second, so the cost of a second is that of an update. The initial load is
     * excluded.
     */
    private void measure(String what, Page page, CDPSession tools, Runnable eachSecond) {
        Map<String, List<Double>> took = new LinkedHashMap<>();
        page.waitForTimeout(SETTLED_MILLIS);
        for (int second = 0; second < updates; second++) {
            JsonObject start = tools.send("Performance.getMetrics");
            page.waitForTimeout(1_000);
            eachSecond.run();
            JsonObject end = tools.send("Performance.getMetrics");
            for (String part : PARTS) {
                double each = DashboardSoak.metric(end, part) - DashboardSoak.metric(start, part);
                took.computeIfAbsent(part, unused -> new ArrayList<>()).add(1_000 * each);
            }
        }
        took.forEach((name, values) -> print(what, name, values));
    }

    private static void print(String what, String name, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int last = sorted.size() - 1;
        System.out.printf(
                Locale.ROOT,
                "%s: %s: median %.2f, from %.2f, 95 %% %.2f, to %.2f ms%n",
                what,
                name,
                sorted.get(sorted.size() / 2),
                sorted.get(0),
                sorted.get((int) (0.95 * last)),
                sorted.get(last));
    }
}
