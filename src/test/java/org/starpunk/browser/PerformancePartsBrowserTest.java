package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Functions of the performance page, section by section, with real requests to a server whose threshold makes each
 * query slow.
 */
@BrowserTest
class PerformancePartsBrowserTest {

    private static final String PAGE = "/admin/performance";

    private static StartedSite site;
    private BrowserTab tab;

    @BeforeAll
    static void start() {
        site = StartedSite.start(Map.of(
                        "METRICS_SLOW_QUERY_THRESHOLD", "0.000001",
                        "METRICS_MEMORY_INTERVAL", "1",
                        "METRICS_ALERT_SLOW_QUERIES", "1",
                        "METRICS_ALERT_MINUTES", "1",
                        "METRICS_ALERT_MEMORY_GROWTH", "1"))
                .claimed();
        for (int i = 0; i < 5; i++) {
            readNew("A note of the parts, number " + i);
        }
        assertThat(site.get("/feed.rss").statusCode()).isEqualTo(200);
        grow();
    }

    private static void readNew(String text) {
        assertThat(site.get(site.publish(text, "parts")).statusCode()).isEqualTo(200);
    }

    /** After the baseline is measured, makes the server use more memory, until the alert is raised. */
    private static void grow() {
        await().atMost(Duration.ofMinutes(2))
                .until(() -> site.json("/admin/metrics").getJsonObject("memory").getValue("baseline_bytes") != null);
        AtomicInteger words = new AtomicInteger(1_000);
        await().atMost(Duration.ofMinutes(2)).until(() -> {
            readNew("much ".repeat(words.getAndAdd(1_000)));
            return alerts().contains("resident memory has grown");
        });
        await().atMost(Duration.ofMinutes(3))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> {
                    readNew("One more");
                    return alerts().contains("slow queries in a minute");
                });
    }

    private static String alerts() {
        return site.json("/admin/metrics").getJsonArray("alerts").encode();
    }

    @AfterAll
    static void stop() {
        site.close();
    }

    @BeforeEach
    void open(BrowserProcess browser) {
        tab = browser.open(site);
        tab.go(PAGE);
        assertThat(page().getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText("Live")))
                .isVisible();
    }

    @AfterEach
    void close() {
        tab.close();
    }

    private Page page() {
        return tab.page();
    }

    private static Locator button(Locator within, String name) {
        return within.getByRole(
                AriaRole.BUTTON, new Locator.GetByRoleOptions().setName(name).setExact(true));
    }

    /** Pauses the updates, so that the rows stay in place. */
    private void pause() {
        page().getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Pause"))
                .click();
    }

    /** Clicks the copy button of a row, which confirms the action for a moment. */
    private void copy(Locator row) {
        page().evaluate("""
            () => {
              window.said = [];
              new MutationObserver(() => window.said.push(...[...document.querySelectorAll('.copy')].map(b => b.textContent)))
                  .observe(document.body, { subtree: true, childList: true, characterData: true });
            }\
            """);
        button(row, "copy").click();
        page().waitForFunction("() => window.said.includes('copied')");
    }

    @Test
    void a_slow_query_shows_its_sql_plan_and_route_and_is_copied_whole() {
        page().context().grantPermissions(List.of("clipboard-read", "clipboard-write"));
        Locator slow = tab.region("Slow queries");
        assertThat(slow).containsText(Pattern.compile("[1-9][\\d\u202f]* of \\S+ queries over 0\\.001 ms"));
        Locator row = slow.getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("SELECT"))
                .filter(new Locator.FilterOptions().setHas(page().getByRole(AriaRole.LINK)))
                .first();
        pause();
        String sql = row.locator("code").innerText();
        copy(row);
        assertThat(page().evaluate("() => navigator.clipboard.readText()")).isEqualTo(sql);
        row.getByRole(AriaRole.LINK).click();
        assertThat(page().getByRole(AriaRole.DIALOG))
                .containsText(Pattern.compile("Where the time went|This request is not stored"));
        assertThat(tab.complaints()).isEmpty();
    }

    @Test
    void a_browser_that_gives_no_clipboard_copies_all_the_same() {
        page().context().grantPermissions(List.of("clipboard-read"));
        page().evaluate("() => Object.defineProperty(navigator.clipboard, 'writeText', { value: undefined })");
        pause();
        Locator shape = tab.region("SQL by shape").getByRole(AriaRole.ROW).nth(1);
        shape.locator("summary").click();
        String sql = shape.locator("pre").first().innerText();
        copy(shape);
        assertThat(shape.locator(".copy")).isFocused();
        assertThat(page().evaluate("() => navigator.clipboard.readText()")).isEqualTo(sql);
    }

    @Test
    void a_shape_tells_its_plan_once_it_is_known() {
        Locator shape = tab.region("SQL by shape")
                .getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("SELECT slugs"))
                .first();
        await().atMost(Duration.ofMinutes(2)).untilAsserted(() -> {
            page().reload();
            shape.locator("summary").first().click();
            assertThat(shape.innerText()).containsPattern("SEARCH|SCAN");
        });
    }

    @Test
    void a_percentile_leads_to_the_requests_that_make_it_and_they_to_their_statements() {
        Locator row = tab.region("Endpoints")
                .getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("GET /notes/:slug"));
        row.locator("[data-field=p99_ms] a").click();
        Locator traces = tab.region("Traces");
        assertThat(traces).containsText(Pattern.compile("of GET /notes/:slug, at its p99 of .* or above"));
        assertThat(page()).hasURL(Pattern.compile("endpoint=GET.*over=p99"));
        traces.getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName("GET /notes/:slug"))
                .first()
                .click();
        Locator trace = page().getByRole(AriaRole.DIALOG);
        assertThat(trace).containsText("Statements");
        Locator statement = trace.getByRole(AriaRole.ROW)
                .filter(new Locator.FilterOptions().setHasText("SELECT"))
                .first();
        statement.locator("summary").click();
        assertThat(statement.locator("pre")).containsText("SELECT");
        page().goBack();
        assertThat(trace).isHidden();
        assertThat(traces).containsText("at its p99");
        page().goBack();
        assertThat(traces).containsText("the worst of each endpoint");
        page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("worst requests"))
                .click();
        assertThat(traces).containsText(Pattern.compile("of all endpoints, at its p99 of"));
        assertThat(tab.complaints()).isEmpty();
    }

    @Test
    void an_address_with_a_range_a_filter_and_a_zoom_shows_just_that() {
        long now = System.currentTimeMillis() / 1000;
        tab.go(PAGE + "?window=1h&q=feed&from=" + (now - 60) + "&to=" + now);
        assertThat(tab.region("Endpoints")).containsText("1 h");
        assertThat(tab.region("Endpoints").getByRole(AriaRole.ROWHEADER)).hasText(new String[] {"GET /feed.rss"});
        assertThat(page().getByPlaceholder("Filter routes ( / )")).hasValue("feed");
        assertThat(page().getByText("Whole range")).isVisible();
        assertThat(page().getByRole(AriaRole.LINK, new Page.GetByRoleOptions().setName("1 h")))
                .hasAttribute("aria-current", "true");
    }

    /**
     * Sets the sampling rate on a page. On a busy machine the monitor may lower it at once. The list of annotations
     * shows the configured rate.
     */
    private static void sample(BrowserTab tab, String rate) {
        Locator about = tab.region("About this data");
        about.getByLabel("Events stored").selectOption(rate);
        button(about, "Set").click();
        assertThat(tab.region("What changed"))
                .containsText(Pattern.compile("sampling rates set to .\"database\":(" + orLower(rate) + "),"));
    }

    private static String orLower(String rate) {
        return IntStream.range(0, 8)
                .mapToObj(halvings -> String.valueOf(Double.parseDouble(rate) / (1 << halvings)))
                .collect(Collectors.joining("|"));
    }

    @Test
    void sampling_and_clearing_work_with_a_script_and_stay_on_the_page() {
        sample(tab, "0.1");
        sample(tab, "1.0");
        button(tab.region("About this data"), "Clear events and traces").click();
        assertThat(tab.region("What changed")).containsText("buffer, traces and evidence cleared");
        assertThat(tab.region("Endpoints")).containsText("GET /notes/:slug");
        assertThat(page()).hasURL(Pattern.compile(PAGE + "$"));
        readNew("Fills the traces again");
        assertThat(tab.complaints()).isEmpty();
    }

    @Test
    void sampling_is_set_without_a_script_too(BrowserProcess browser) {
        try (BrowserTab plain = browser.open(site, 390, ColorScheme.LIGHT, false)) {
            plain.go(PAGE);
            sample(plain, "0.5");
            assertThat(plain.page()).hasURL(Pattern.compile(PAGE + "#about$"));
            sample(plain, "1.0");
        }
    }

    @Test
    void the_exports_hold_what_the_page_counts() {
        site.get("/feed.rss");
        for (String format : List.of("CSV", "JSON")) {
            var download = page().waitForDownload(() -> tab.region("About this data")
                    .getByRole(AriaRole.LINK, new Locator.GetByRoleOptions().setName(format))
                    .click());
            assertThat(download.suggestedFilename()).isEqualTo("metrics." + format.toLowerCase(java.util.Locale.ROOT));
            assertThat(download.path()).content().contains("GET /feed.rss");
        }
    }

    @Test
    void relative_times_tell_the_exact_one_on_hover() {
        Locator when = tab.region("Traces").locator("time").first();
        assertThat(when).hasText(Pattern.compile("now|\\d+ (s|min) ago"));
        assertThat(when).hasAttribute("title", Pattern.compile("\\d{1,2}/\\d{1,2}/\\d{4}, \\d{1,2}:\\d\\d:\\d\\d"));
    }

    @Test
    void the_first_sentence_of_the_page_is_that_of_a_firing_alert() {
        Locator sentence = tab.page().locator(".lead");
        assertThat(sentence.getByRole(AriaRole.STATUS))
                .hasText(Pattern.compile(
                        "^(Resident memory has grown by \\d+ MB|\\d+ slow queries in a minute \\(limit 1\\)).*\\.$"));
        assertThat(sentence.locator(".badge")).hasText(Pattern.compile("^(warning|problem)$"));
    }

    @Test
    void an_alert_tells_its_rule_and_since_when_and_leads_to_its_evidence() {
        Locator alert = tab.region("Alerts")
                .getByRole(AriaRole.LISTITEM)
                .filter(new Locator.FilterOptions().setHasText("resident memory has grown"))
                .first();
        assertThat(alert).containsText("firing");
        assertThat(alert).containsText(Pattern.compile("resident memory has grown by \\d+ MB"));
        assertThat(alert).containsText(Pattern.compile("memory growth · since (now|\\d+ (s|min) ago)"));
        Locator slow = tab.region("Alerts")
                .getByRole(AriaRole.LISTITEM)
                .filter(new Locator.FilterOptions().setHasText("slow queries in a minute"))
                .first();
        // The alert may be older than the first request, and gets its evidence a minute later.
        assertThat(slow.getByRole(AriaRole.LINK).first()).isVisible();
        pause();
        slow.getByRole(AriaRole.LINK).first().click();
        assertThat(page().getByRole(AriaRole.DIALOG)).containsText("Where the time went");
    }

    @Test
    void sqlites_health_and_the_business_of_the_site_have_real_numbers() {
        assertThat(tab.region("Cache, database, event loops")).containsText(Pattern.compile("wal\\s*[\\d.]+ [kM]?B"));
        assertThat(tab.region("Business events")).containsText(Pattern.compile("note created\\s*[1-9]"));
        assertThat(tab.region("Business events")).containsText(Pattern.compile("feed generated\\s*[1-9]"));
    }
}
