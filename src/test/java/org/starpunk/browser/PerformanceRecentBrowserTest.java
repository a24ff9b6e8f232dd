package org.starpunk.browser;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.options.AriaRole;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The list "Just now", compared with the JSON row by row, on a started server. */
@BrowserTest
class PerformanceRecentBrowserTest {

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    /** Compares the first rows of the list with the same number of events of the JSON, starting at the same event. */
    private static final String DIFFERENCE = """
        async () => {
          const { recent } = await (await fetch('/admin/metrics?recent=400')).json();
          const rows = [...document.querySelectorAll('#recent-rows tr')].slice(0, 60);
          const keyOf = ({ timestamp, id, node }) => [timestamp, id, node ?? ''].join('/');
          const key = (row) => row.dataset.key;
          const from = recent.findIndex((metric) => keyOf(metric) === key(rows[0]));
          if (from < 0) return 'the first row is not in the JSON';
          for (let i = 0; i < rows.length; i++) {
            const metric = recent[from + i], m = metric?.metadata ?? {};
            const text = [metric && keyOf(metric), metric?.operation_name, String(m.status ?? m.error ?? ''), (m.request_id ?? '').slice(-8)];
            const [, what, result, , request] = rows[i].cells;
            const shown = [key(rows[i]), what.textContent.trim().replace(/^\\S+\\s+/, ''), result.textContent, request.textContent];
            if (JSON.stringify(text) !== JSON.stringify(shown)) return `row ${i}: ${JSON.stringify(shown)}, but the JSON has ${JSON.stringify(text)}`;
          }
          const newest = recent.slice(from).find((metric) => metric.metadata.queries > 1);
          const ran = rows.filter((row) => row.matches('.database') && row.cells[4].textContent === newest?.metadata.request_id.slice(-8)).length;
          return newest && ran === newest.metadata.queries ? '' : `${ran} statements of ${JSON.stringify(newest)}`;
        }
        """;

    private static final String UNOPENED = """
        async () => {
          const ids = new Set([...document.querySelectorAll('#recent-rows a')].slice(0, 30).map((a) => new URL(a.href).searchParams.get('trace')));
          const missing = [];
          for (const id of ids) {
            if ((await fetch(`/admin/traces/${id}`)).status !== 200) missing.push(id);
          }
          return `${missing.length} of ${ids.size > 3 ? 'many' : 'few'}`;
        }
        """;

    @Test
    void just_now_has_the_rows_of_the_json_in_its_order_and_each_opens(BrowserProcess browser) {
        try (StartedSite site = StartedSite.start(Map.of()).claimed();
                BrowserTab tab = browser.open(site)) {
            read(site, 0);
            tab.go("/admin/performance");
            Locator live = tab.page().getByRole(AriaRole.STATUS).filter(new Locator.FilterOptions().setHasText("Live"));
            assertThat(live).isVisible();
            for (int round = 1; round < 4; round++) {
                read(site, round);
                await().atMost(PATIENCE)
                        .pollInterval(Duration.ofMillis(500))
                        .untilAsserted(() ->
                                assertThat(tab.page().evaluate(DIFFERENCE)).isEqualTo(""));
            }
            assertThat(tab.page().evaluate(UNOPENED)).isEqualTo("0 of many");
            assertThat(tab.complaints()).isEmpty();
        }
    }

    /** Each note is new, so no page is cached, and each request runs statements. */
    private static void read(StartedSite site, int round) {
        for (int i = 0; i < 4; i++) {
            String path = site.publish("Round " + round + ", note " + i, "one, two");
            assertThat(site.get(path).statusCode()).isEqualTo(200);
            assertThat(site.get(path).statusCode()).isEqualTo(200);
            assertThat(site.get("/nowhere").statusCode()).isEqualTo(404);
        }
    }
}
