package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlanVerdictTest {

    private static final String INDEX = "SCAN notes USING INDEX notes_all";
    private static final long MS = 1_000_000;

    private static PlanVerdict verdict(String plan, long rows, String sql, long millis, long returned) {
        DurationStats runs = new DurationStats();
        for (int i = 0; i < 3; i++) {
            runs.add(millis * MS, false, returned);
        }
        return PlanVerdict.of(StatementPlan.first(plan, rows), sql, runs);
    }

    @ParameterizedTest
    @CsvSource({
        "999, 0, false",
        "1000, 0, true",
        "4000, 400, true",
        "4000, 401, false",
        "4000, 4000, false",
        "-1, 0, false",
    })
    void a_scan_is_weighed_against_the_rows_returned(long rows, long returned, boolean flagged) {
        assertThat(verdict("SCAN notes", rows, "SELECT id FROM notes WHERE text = ?", 1, returned)
                        .flags())
                .isEqualTo(flagged ? List.of("full_scan") : List.of());
    }

    @ParameterizedTest
    @CsvSource({"1, 20", "100, 100000"})
    void a_limit_without_a_filter_stops_early_whatever_the_time(long millis, long rows) {
        String sql =
                "SELECT id, (SELECT count(*) FROM tags WHERE TRUE) FROM notes WHERE TRUE ORDER BY published LIMIT ?";
        PlanVerdict verdict = verdict(INDEX, rows, sql, millis, 10);
        assertThat(verdict.flags()).isEmpty();
        assertThat(verdict.rowsExamined()).isEqualTo(10);
    }

    @Test
    void a_limit_with_a_filter_is_judged_by_its_time() {
        String sql = "SELECT id FROM notes WHERE text = ? ORDER BY published LIMIT ?";
        assertThat(verdict(INDEX, 100_000, sql, 1, 20).flags()).isEmpty();
        assertThat(verdict(INDEX, 100_000, sql, 40, 20).flags()).containsExactly("index_scan");
        assertThat(verdict(INDEX, 100_000, sql, 40, 20).rowsExamined()).isEqualTo(100_000);
    }

    @Test
    void a_limit_stops_no_sort_and_no_aggregate_early() {
        assertThat(verdict("SCAN notes\nUSE TEMP B-TREE FOR ORDER BY", 4_000, "SELECT id FROM notes LIMIT ?", 1, 1)
                        .flags())
                .containsExactly("full_scan", "temp_sort");
        assertThat(verdict(INDEX, 4_000, "SELECT max(length(text)) FROM notes LIMIT ?", 1, 1)
                        .flags())
                .containsExactly("index_scan");
    }

    @Test
    void a_sort_of_few_rows_is_not_flagged() {
        String plan = "SEARCH notes USING INDEX a (slug=?)\nUSE TEMP B-TREE FOR ORDER BY";
        assertThat(verdict(plan, -1, "SELECT id FROM notes WHERE slug = ?", 1, 999)
                        .flags())
                .isEmpty();
        assertThat(verdict(plan, -1, "SELECT id FROM notes WHERE slug = ?", 1, 1_000)
                        .flags())
                .containsExactly("temp_sort");
    }
}
