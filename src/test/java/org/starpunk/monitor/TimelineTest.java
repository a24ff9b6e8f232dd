package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Outcome;

/** Reach of each window. */
class TimelineTest {

    private final Timeline timeline = new Timeline();
    private long minute;

    private void minutes(int number, int operationsEach) {
        for (int i = 0; i < number; i++) {
            for (int j = 0; j < operationsEach; j++) {
                timeline.add(1_000_000, false, 10);
            }
            timeline.roll(minute++);
        }
    }

    private long count(Window window) {
        return timeline.window(window, minute).count();
    }

    @Test
    void the_present_minute_counts_at_once() {
        timeline.add(5_000, true, 3);
        Tally now = timeline.window(Window.QUARTER, minute);
        assertThat(now.count()).isEqualTo(1);
        assertThat(now.errors).isEqualTo(1);
        assertThat(now.volume).isEqualTo(3);
    }

    @Test
    void times_of_receiving_and_sending_are_those_of_the_window() {
        timeline.add(1_000, Outcome.OK, 1);
        timeline.addParts(2_000_000_000L, 5);
        timeline.addParts(0, 4_000_000_000L);
        minutes(14, 1);
        Tally window = timeline.window(Window.QUARTER, minute);
        assertThat(window.receiveNanos).isEqualTo(2_000_000_000L);
        assertThat(window.sendNanos).isEqualTo(4_000_000_005L);
        minutes(2, 1);
        assertThat(timeline.window(Window.QUARTER, minute).sendNanos).isZero();
        assertThat(timeline.window(Window.HOUR, minute).sendNanos).isEqualTo(4_000_000_005L);
    }

    @Test
    void fifteen_minutes_are_fifteen_minutes() {
        minutes(15, 2);
        assertThat(count(Window.QUARTER)).isEqualTo(30);
        minutes(1, 2);
        assertThat(count(Window.QUARTER)).isEqualTo(30);
        minutes(15, 0);
        assertThat(count(Window.QUARTER)).isZero();
    }

    @Test
    void an_hour_reaches_back_an_hour_and_at_most_a_quarter_more() {
        minutes(200, 1);
        assertThat(count(Window.HOUR)).isBetween(60L, 75L);
        assertThat(count(Window.HOUR)).isEqualTo(Timeline.reach(Window.HOUR, minute));
    }

    @Test
    void a_day_reaches_back_a_day_and_at_most_two_hours_more() {
        minutes(3_000, 1);
        assertThat(count(Window.DAY)).isBetween(1_440L, 1_560L);
        assertThat(count(Window.DAY)).isEqualTo(Timeline.reach(Window.DAY, minute));
        minutes(1_600, 0);
        assertThat(count(Window.DAY)).isZero();
        assertThat(timeline.packedBytes()).isZero();
    }

    @Test
    void before_a_window_is_full_it_holds_everything() {
        minutes(100, 1);
        assertThat(count(Window.DAY)).isEqualTo(100);
    }

    @Test
    void the_counts_of_the_last_minutes_end_with_the_present_one() {
        minutes(2, 3);
        timeline.add(1, false, 0);
        assertThat(timeline.counts(minute)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 1);
    }

    @Test
    void what_is_absorbed_is_counted_in_its_own_time() {
        minutes(20, 1);
        Timeline other = new Timeline();
        for (long i = 0; i < 20; i++) {
            other.add(2_000_000, false, 0);
            other.roll(i);
        }
        timeline.absorb(other);
        assertThat(count(Window.QUARTER)).isEqualTo(30);
        assertThat(count(Window.HOUR)).isEqualTo(40);
    }

    @Test
    void the_oldest_slot_is_forgotten_first() {
        minutes(300, 1);
        long before = count(Window.DAY);
        assertThat(timeline.forgetOldest(minute)).isTrue();
        assertThat(count(Window.DAY)).isEqualTo(before - 120);
        assertThat(count(Window.QUARTER)).isEqualTo(15);
        while (timeline.forgetOldest(minute)) {
            assertThat(timeline.packedBytes()).isNotNegative();
        }
        assertThat(timeline.packedBytes()).isZero();
    }
}
