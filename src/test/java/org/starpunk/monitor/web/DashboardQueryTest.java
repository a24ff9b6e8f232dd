package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.MultiMap;
import org.junit.jupiter.api.Test;

class DashboardQueryTest {

    private static DashboardQuery wanted(String... pairs) {
        MultiMap query = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < pairs.length; i += 2) {
            query.add(pairs[i], pairs[i + 1]);
        }
        return DashboardQuery.of(query);
    }

    @Test
    void a_link_changes_one_thing_and_keeps_the_others() {
        DashboardQuery query = wanted("window", "1h", "q", "feed & more");
        assertThat(query.href("sort", "-p99_ms")).isEqualTo("?window=1h&q=feed+%26+more&sort=-p99_ms");
        assertThat(query.href("q", "")).isEqualTo("?window=1h");
    }

    @Test
    void another_range_drops_the_piece_that_was_zoomed_to() {
        assertThat(wanted("from", "1", "to", "2").href("window", "24h")).isEqualTo("?window=24h");
    }

    @Test
    void what_is_not_understood_is_left_out() {
        DashboardQuery query = wanted("window", "3 years", "evil", "<script>", "q", "x".repeat(300));
        assertThat(query.window()).isEqualTo("15m");
        assertThat(query.href("window", "1h")).doesNotContain("evil", "script").hasSizeLessThan(260);
    }
}
