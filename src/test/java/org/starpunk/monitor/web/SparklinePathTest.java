package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.json.JsonArray;
import org.junit.jupiter.api.Test;

class SparklinePathTest {

    @Test
    void the_highest_point_touches_the_top_and_zero_the_foot() {
        assertThat(SparklinePath.path(new JsonArray("[0, 5, 10]"))).isEqualTo("M0.0 23.0L50.0 12.0L100.0 1.0");
    }

    @Test
    void an_unknown_point_is_a_gap_and_no_zero() {
        assertThat(SparklinePath.path(new JsonArray("[10, null, 10]"))).isEqualTo("M0.0 1.0M100.0 1.0");
        assertThat(SparklinePath.path(new JsonArray("[null, null]"))).isEmpty();
    }

    @Test
    void a_series_of_nothing_is_drawn_flat_on_the_foot() {
        assertThat(SparklinePath.path(new JsonArray("[0, 0]"))).isEqualTo("M0.0 23.0L100.0 23.0");
        assertThat(SparklinePath.path(new JsonArray())).isEmpty();
    }
}
