package org.starpunk.monitor;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/**
 * Histograms that count from the start on, as Prometheus wants them, by key. At most so many: the rest shares one.
 *
 * @param <K> what makes the labels
 */
final class Totals<K> {

    /** The bounds that OpenTelemetry recommends for the duration of HTTP requests, and two below them; seconds. */
    private static final double[] BOUNDS = {
        0.0005,
        0.001,
        0.005,
        0.01,
        0.025,
        0.05,
        0.075,
        0.1,
        0.25,
        0.5,
        0.75,
        1,
        2.5,
        5,
        7.5,
        10,
        Double.POSITIVE_INFINITY
    };

    private static final class Total {
        final long[] counts = new long[BOUNDS.length];
        long nanos;
    }

    private final int most;
    private final K other;
    private final Map<K, Total> totals = new HashMap<>();

    /**
     * @param most how many keys there may be, at least 1
     * @param other what stands for the rest
     */
    Totals(int most, K other) {
        this.most = most;
        this.other = other;
    }

    void add(K key, long nanos) {
        Total total = totals.get(key);
        if (total == null) {
            total = totals.computeIfAbsent(totals.size() < most - 1 ? key : other, unused -> new Total());
        }
        double seconds = nanos / 1e9;
        int bucket = 0;
        while (seconds > BOUNDS[bucket]) {
            bucket++;
        }
        total.counts[bucket]++;
        total.nanos += nanos;
    }

    /** All of it, as one metric. */
    HistogramSnapshot snapshot(String name, String help, Function<K, Labels> labels) {
        HistogramSnapshot.Builder metric =
                HistogramSnapshot.builder().name(name).help(help);
        totals.forEach((key, total) -> metric.dataPoint(point(total, labels.apply(key))));
        return metric.build();
    }

    private static HistogramDataPointSnapshot point(Total total, Labels labels) {
        return HistogramDataPointSnapshot.builder()
                .labels(labels)
                .classicHistogramBuckets(ClassicHistogramBuckets.of(BOUNDS, total.counts))
                .sum(total.nanos / 1e9)
                .build();
    }

    int bytes() {
        return 120 + totals.size() * (16 + 8 * BOUNDS.length + 24 + 100);
    }
}
