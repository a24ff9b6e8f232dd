package org.starpunk.monitor;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * Histograms by key that count since the start of the process, as Prometheus requires. A series is never removed or
 * reset. Keys above the capacity share a histogram.
 *
 * @param <K> type of the keys, from which the labels are made
 */
final class CumulativeHistograms<K> {

    private final class KeyHistogram {
        final long[] counts = new long[bounds.length];
        long nanos;
    }

    private final int capacity;
    private final UnaryOperator<K> shared;
    private final double[] bounds;
    private final Map<K, KeyHistogram> totals = new HashMap<>();

    /**
     * @param capacity maximum number of keys with their own histogram
     * @param shared returns the shared key for a key above the capacity; it must return few distinct keys
     * @param bounds upper bounds of the buckets, seconds, ascending, without infinity
     */
    CumulativeHistograms(int capacity, UnaryOperator<K> shared, double... bounds) {
        this.capacity = capacity;
        this.shared = shared;
        this.bounds = Arrays.copyOf(bounds, bounds.length + 1);
        this.bounds[bounds.length] = Double.POSITIVE_INFINITY;
    }

    void add(K key, long nanos) {
        KeyHistogram total = totals.get(key);
        if (total == null) {
            total = totals.computeIfAbsent(
                    totals.size() < capacity ? key : shared.apply(key), unused -> new KeyHistogram());
        }
        double seconds = nanos / 1e9;
        int bucket = 0;
        while (seconds > bounds[bucket]) {
            bucket++;
        }
        total.counts[bucket]++;
        total.nanos += nanos;
    }

    /** Returns all histograms as one metric. */
    HistogramSnapshot snapshot(String name, String help, Function<K, Labels> labels) {
        HistogramSnapshot.Builder metric =
                HistogramSnapshot.builder().name(name).help(help);
        totals.forEach((key, total) -> metric.dataPoint(HistogramDataPointSnapshot.builder()
                .labels(labels.apply(key))
                .classicHistogramBuckets(ClassicHistogramBuckets.of(bounds, total.counts))
                .sum(total.nanos / 1e9)
                .build()));
        return metric.build();
    }

    int bytes() {
        return 160 + totals.size() * (16 + 8 * bounds.length + 24 + 100);
    }
}
