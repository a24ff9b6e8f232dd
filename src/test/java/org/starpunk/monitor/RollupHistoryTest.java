package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.starpunk.telemetry.Outcome;

/** Reach of each window. */
class RollupHistoryTest {

    private final RollupHistory history = new RollupHistory();
    private long minute;

    private void minutes(int number, int operationsEach) {
        for (int i = 0; i < number; i++) {
            for (int j = 0; j < operationsEach; j++) {
                history.add(1_000_000, false, 10);
            }
            history.startMinute(minute++);
        }
    }

    private long count(TimeWindow window) {
        return history.window(window, minute).count();
    }

    @Test
    void the_present_minute_counts_at_once() {
        history.add(5_000, true, 3);
        DurationStats now = history.window(TimeWindow.QUARTER, minute);
        assertThat(now.count()).isEqualTo(1);
        assertThat(now.errors).isEqualTo(1);
        assertThat(now.volume).isEqualTo(3);
    }

    @Test
    void times_of_receiving_and_sending_are_those_of_the_window() {
        history.add(1_000, Outcome.OK, 1);
        history.addParts(2_000_000_000L, 5);
        history.addParts(0, 4_000_000_000L);
        minutes(14, 1);
        DurationStats window = history.window(TimeWindow.QUARTER, minute);
        assertThat(window.receiveNanos).isEqualTo(2_000_000_000L);
        assertThat(window.sendNanos).isEqualTo(4_000_000_005L);
        minutes(2, 1);
        assertThat(history.window(TimeWindow.QUARTER, minute).sendNanos).isZero();
        assertThat(history.window(TimeWindow.HOUR, minute).sendNanos).isEqualTo(4_000_000_005L);
    }

    @Test
    void fifteen_minutes_are_fifteen_minutes() {
        minutes(15, 2);
        assertThat(count(TimeWindow.QUARTER)).isEqualTo(30);
        minutes(1, 2);
        assertThat(count(TimeWindow.QUARTER)).isEqualTo(30);
        minutes(15, 0);
        assertThat(count(TimeWindow.QUARTER)).isZero();
    }

    @Test
    void an_hour_reaches_back_an_hour_and_at_most_a_quarter_more() {
        minutes(200, 1);
        assertThat(count(TimeWindow.HOUR)).isBetween(60L, 75L);
        assertThat(count(TimeWindow.HOUR)).isEqualTo(RollupHistory.reach(TimeWindow.HOUR, minute));
    }

    @Test
    void a_day_reaches_back_a_day_and_at_most_two_hours_more() {
        minutes(3_000, 1);
        assertThat(count(TimeWindow.DAY)).isBetween(1_440L, 1_560L);
        assertThat(count(TimeWindow.DAY)).isEqualTo(RollupHistory.reach(TimeWindow.DAY, minute));
        minutes(1_600, 0);
        assertThat(count(TimeWindow.DAY)).isZero();
        assertThat(history.packedBytes()).isZero();
    }

    @Test
    void before_a_window_is_full_it_holds_everything() {
        minutes(100, 1);
        assertThat(count(TimeWindow.DAY)).isEqualTo(100);
    }

    @Test
    void the_counts_of_the_last_minutes_end_with_the_present_one() {
        minutes(2, 3);
        history.add(1, false, 0);
        assertThat(history.counts(minute)).containsExactly(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 3, 3, 1);
    }

    @Test
    void what_is_absorbed_is_counted_in_its_own_time() {
        minutes(20, 1);
        RollupHistory other = new RollupHistory();
        for (long i = 0; i < 20; i++) {
            other.add(2_000_000, false, 0);
            other.startMinute(i);
        }
        history.absorb(other);
        assertThat(count(TimeWindow.QUARTER)).isEqualTo(30);
        assertThat(count(TimeWindow.HOUR)).isEqualTo(40);
    }

    @Test
    void the_oldest_slot_is_forgotten_first() {
        minutes(300, 1);
        long before = count(TimeWindow.DAY);
        assertThat(history.evictOldest(minute)).isTrue();
        assertThat(count(TimeWindow.DAY)).isEqualTo(before - 120);
        assertThat(count(TimeWindow.QUARTER)).isEqualTo(15);
        while (history.evictOldest(minute)) {
            assertThat(history.packedBytes()).isNotNegative();
        }
        assertThat(history.packedBytes()).isZero();
    }
}
