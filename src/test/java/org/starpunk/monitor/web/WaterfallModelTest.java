package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import org.junit.jupiter.api.Test;
import org.starpunk.monitor.web.WaterfallModel.StatementBar;

/** Bars of a trace's waterfall. A span's duration is its execution: it does not include the wait for a connection. */
class WaterfallModelTest {

    private static StatementBar bar(double start, double wait, double execution) {
        JsonObject span =
                new JsonObject().put("start_ms", start).put("wait_ms", wait).put("duration_ms", execution);
        JsonObject trace = new JsonObject()
                .put("receiving_ms", 20.0)
                .put("duration_ms", 170.0)
                .put("sending_ms", 10.0)
                .put("spans", new JsonArray().add(span));
        return WaterfallModel.of(trace).bars().get(0);
    }

    @Test
    void a_bar_is_as_wide_as_the_execution_after_the_wait() {
        StatementBar bar = bar(20, 50, 60);
        assertThat(bar.x()).isEqualTo("10.00%");
        assertThat(bar.idle()).isEqualTo("25.00%");
        assertThat(bar.work()).isEqualTo("35.00%");
        assertThat(bar.width()).isEqualTo("30.00%");
        assertThat(bar.took()).isEqualTo("60 ms");
    }

    @Test
    void a_bar_with_a_wait_longer_than_the_execution_keeps_its_width() {
        assertThat(bar(0, 100, 40).width()).isEqualTo("20.00%");
        assertThat(bar(0, 100, 40).work()).isEqualTo("50.00%");
    }

    @Test
    void a_bar_without_a_wait_starts_at_its_statement() {
        assertThat(bar(40, 0, 80)).extracting(StatementBar::idle).isEqualTo("0.00%");
        assertThat(bar(40, 0, 80)).extracting(StatementBar::work).isEqualTo("20.00%");
        assertThat(bar(40, 0, 80)).extracting(StatementBar::width).isEqualTo("40.00%");
    }

    @Test
    void a_very_short_statement_has_a_visible_bar() {
        assertThat(bar(0, 0, 0.001).width()).isEqualTo("0.40%");
    }
}
