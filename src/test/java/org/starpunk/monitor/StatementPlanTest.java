package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatementPlanTest {

    @ParameterizedTest
    @CsvSource({
        "SCAN notes, true",
        "SCAN n, true",
        "SCAN notes USING COVERING INDEX notes_slug, false",
        "SEARCH notes USING INDEX notes_slug (slug=?), false",
        "SCAN notes_fts VIRTUAL TABLE INDEX 0:M1, false",
        "SCAN CONSTANT ROW, false",
        "Seq Scan on notes n, true",
        "        ->  Parallel Seq Scan on notes n, true",
        "  ->  Index Scan using slugs_pkey on slugs s, false",
        "  ->  Bitmap Heap Scan on notes_search, false",
    })
    void a_full_scan_is_a_scan_without_an_index(String step, boolean full) {
        assertThat(StatementPlan.first("SEARCH tags USING INDEX t (id=?)\n" + step, -1)
                        .fullScan())
                .isEqualTo(full);
    }

    @Test
    void a_sort_in_a_temporary_tree_is_seen() {
        assertThat(StatementPlan.first("SCAN notes\nUSE TEMP B-TREE FOR ORDER BY", -1)
                        .tempSort())
                .isTrue();
        assertThat(StatementPlan.first("Limit\n  ->  Sort\n        Sort Key: notes.id", -1)
                        .tempSort())
                .isTrue();
        assertThat(StatementPlan.first("SCAN notes", -1).tempSort()).isFalse();
    }

    @Test
    void a_plan_that_differs_from_the_first_one_is_changed() {
        StatementPlan plan = StatementPlan.first("SEARCH notes USING INDEX a (slug=?)", -1);
        assertThat(plan.again("SEARCH notes USING INDEX a (slug=?)", -1).changed())
                .isFalse();
        assertThat(plan.again("SCAN notes", -1).changed()).isTrue();
    }
}
