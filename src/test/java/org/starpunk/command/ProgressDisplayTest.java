package org.starpunk.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Log lines of long tasks without a terminal. */
class ProgressDisplayTest {

    @Test
    void a_line_comes_every_10_s_and_says_how_long_it_will_take() {
        AtomicLong nanos = new AtomicLong();
        List<String> lines = new ArrayList<>();
        try (ProgressDisplay display = ProgressDisplay.lines("reindex", nanos::get, lines::add)) {
            for (int second = 0; second < 25; second++) {
                nanos.set(second * 1_000_000_000L);
                display.report(second * 164L, 4_000);
            }
        }
        assertThat(lines)
                .containsExactly(
                        "reindex 41 % (1 640/4 000), about 14 s left", "reindex 82 % (3 280/4 000), about 4 s left");
    }

    @Test
    void what_has_no_known_end_is_counted() {
        AtomicLong nanos = new AtomicLong();
        List<String> lines = new ArrayList<>();
        try (ProgressDisplay display = ProgressDisplay.lines("export", nanos::get, lines::add)) {
            nanos.set(11_000_000_000L);
            display.report(12_345, 0);
        }
        assertThat(lines).containsExactly("export 12 345");
    }
}
