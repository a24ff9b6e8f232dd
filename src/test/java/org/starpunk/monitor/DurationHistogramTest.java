package org.starpunk.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A percentile is within 3 % of the exact one for every distribution of durations. */
class DurationHistogramTest {

    private static final double[] SHARES = {0.01, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 1.0};

    enum Distribution {
        UNIFORM,
        EXPONENTIAL,
        LOG_NORMAL,
        LOG_UNIFORM,
        TWO_HUMPS,
        PARETO,
        CONSTANT;

        long next(SplittableRandom random) {
            return switch (this) {
                case UNIFORM -> random.nextLong(1_000, 50_000_000);
                case EXPONENTIAL -> 1_000 + (long) (-Math.log(1 - random.nextDouble()) * 3_000_000);
                case LOG_NORMAL -> (long) Math.max(1_000, Math.exp(13 + 1.5 * gaussian(random)));
                case LOG_UNIFORM -> (long) Math.exp(Math.log(1_000) + random.nextDouble() * Math.log(67_000_000));
                case TWO_HUMPS ->
                    random.nextInt(100) < 97 ? 20_000 + random.nextInt(9_000) : 900_000_000 + random.nextInt(9);
                case PARETO -> (long) Math.min(67e9, 5_000 / Math.pow(1 - random.nextDouble(), 0.8));
                case CONSTANT -> 1_234_567;
            };
        }

        private static double gaussian(SplittableRandom random) {
            return Math.sqrt(-2 * Math.log(1 - random.nextDouble())) * Math.cos(2 * Math.PI * random.nextDouble());
        }
    }

    private static void assertTrue(DurationHistogram histogram, long[] sorted) {
        for (double share : SHARES) {
            long exact = sorted[(int) Math.max(0, Math.ceil(share * sorted.length) - 1)];
            assertThat((double) histogram.percentile(share))
                    .as("p%s", share * 100)
                    .isCloseTo((double) exact, within(0.03 * exact));
        }
    }

    @ParameterizedTest
    @EnumSource
    void percentiles_are_within_three_percent_of_the_exact_ones(Distribution distribution) {
        SplittableRandom random = new SplittableRandom(4711);
        long[] durations = new long[50_000];
        DurationHistogram histogram = new DurationHistogram();
        for (int i = 0; i < durations.length; i++) {
            durations[i] = distribution.next(random);
            histogram.add(durations[i]);
        }
        Arrays.sort(durations);
        assertTrue(histogram, durations);
        assertThat(histogram.sum()).isEqualTo(Arrays.stream(durations).sum());
        assertThat(histogram.max()).isEqualTo(durations[durations.length - 1]);
        assertThat(histogram.min()).isEqualTo(durations[0]);
    }

    @Property
    void any_durations_are_told_within_three_percent(
            @ForAll @Size(min = 1, max = 200) List<@LongRange(min = 1_000, max = 67_000_000_000L) Long> durations) {
        DurationHistogram histogram = new DurationHistogram();
        durations.forEach(histogram::add);
        assertTrue(
                histogram,
                durations.stream().mapToLong(Long::longValue).sorted().toArray());
    }

    @ParameterizedTest
    @EnumSource
    void merged_and_packed_histograms_say_the_same_as_one(Distribution distribution) {
        SplittableRandom random = new SplittableRandom(42);
        DurationStats whole = new DurationStats();
        DurationStats[] parts = {new DurationStats(), new DurationStats(), new DurationStats()};
        for (int i = 0; i < 9_000; i++) {
            long duration = distribution.next(random);
            whole.add(duration, i % 7 == 0, i);
            parts[i % 3].add(duration, i % 7 == 0, i);
        }
        DurationStats merged = new DurationStats();
        merged.merge(parts[0]);
        DurationStatsCodec.addTo(merged, DurationStatsCodec.of(parts[1]));
        DurationStatsCodec.addTo(merged, DurationStatsCodec.of(parts[2]));
        assertThat(merged.count()).isEqualTo(9_000);
        assertThat(merged.errors).isEqualTo(whole.errors);
        assertThat(merged.volume).isEqualTo(whole.volume);
        assertThat(merged.durations.sum()).isEqualTo(whole.durations.sum());
        for (double share : SHARES) {
            assertThat(merged.durations.percentile(share)).isEqualTo(whole.durations.percentile(share));
        }
    }

    @Test
    void what_is_off_the_scale_is_counted_at_its_ends() {
        DurationHistogram histogram = new DurationHistogram();
        histogram.add(-5);
        histogram.add(0);
        histogram.add(Long.MAX_VALUE / 4);
        assertThat(histogram.count()).isEqualTo(3);
        assertThat(histogram.min()).isZero();
        assertThat(histogram.max()).isEqualTo(Long.MAX_VALUE / 4);
        assertThat(histogram.percentile(0.5)).isLessThan(1_000);
    }

    @Test
    void nothing_has_no_percentile() {
        assertThat(new DurationHistogram().percentile(0.99)).isEqualTo(-1);
        assertThat(DurationStatsCodec.of(new DurationStats())).isNull();
    }

    @Test
    void a_usual_minute_is_packed_into_some_hundred_bytes() {
        SplittableRandom random = new SplittableRandom(7);
        DurationStats minute = new DurationStats();
        for (int i = 0; i < 600; i++) {
            minute.add(Distribution.LOG_NORMAL.next(random), false, 1_000);
        }
        assertThat(DurationStatsCodec.of(minute)).hasSizeLessThan(320);
    }
}
