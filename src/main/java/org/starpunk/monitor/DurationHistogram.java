package org.starpunk.monitor;

import java.util.Arrays;

/**
 * Histogram of durations with percentiles accurate to 3 %. Histograms can be merged. The array spans only octaves in
 * use, so that a typical histogram takes a few hundred bytes. Adding to an octave in use allocates nothing.
 */
final class DurationHistogram {

    private static final int[] NONE = {};

    private int[] counts = NONE;
    private int first;
    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max;

    /** Counts a duration, nanoseconds. A negative duration counts as 0. */
    void add(long nanos) {
        long duration = Math.max(0, nanos);
        int bucket = LogLinearBuckets.of(duration);
        int place = bucket - first;
        if (place < 0 || place >= counts.length) {
            reach(bucket, bucket);
            place = bucket - first;
        }
        counts[place]++;
        count++;
        sum += duration;
        min = Math.min(min, duration);
        max = Math.max(max, duration);
    }

    /** Adds all durations of another histogram. */
    void merge(DurationHistogram other) {
        if (other.count == 0) {
            return;
        }
        reach(other.first, other.first + other.counts.length - 1);
        for (int i = 0; i < other.counts.length; i++) {
            counts[other.first + i - first] += other.counts[i];
        }
        addSummary(other.count, other.sum, other.min, other.max);
    }

    /**
     * Adds to one bucket only. The caller must also call {@link #addSummary}.
     *
     * @throws IllegalArgumentException if there is no such bucket, as in a corrupt state of another node
     */
    void addBucket(int bucket, int number) {
        if (bucket < 0 || bucket >= LogLinearBuckets.COUNT) {
            throw new IllegalArgumentException("there is no bucket " + bucket);
        }
        reach(bucket, bucket);
        counts[bucket - first] += number;
    }

    void addSummary(long number, long nanos, long shortest, long longest) {
        count += number;
        sum += nanos;
        min = Math.min(min, shortest);
        max = Math.max(max, longest);
    }

    /** Widens the array to include two buckets. It grows by whole octaves, so that this is rare. */
    private void reach(int from, int to) {
        if (counts.length > 0 && from >= first && to < first + counts.length) {
            return;
        }
        int low = counts.length == 0 ? from : Math.min(from, first);
        int high = counts.length == 0 ? to : Math.max(to, first + counts.length - 1);
        int newFirst = low / LogLinearBuckets.PER_OCTAVE * LogLinearBuckets.PER_OCTAVE;
        int newEnd = (high / LogLinearBuckets.PER_OCTAVE + 1) * LogLinearBuckets.PER_OCTAVE;
        int[] wider = new int[newEnd - newFirst];
        System.arraycopy(counts, 0, wider, counts.length == 0 ? 0 : first - newFirst, counts.length);
        counts = wider;
        first = newFirst;
    }

    /** Removes all durations. The array is reused. */
    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        sum = 0;
        min = Long.MAX_VALUE;
        max = 0;
    }

    /**
     * Returns a percentile (nearest rank).
     *
     * @param share 0.0 to 1.0; 0.99 for p99
     * @return nanoseconds, with an error of at most 3 % between 1 µs and 67 s; -1 if the histogram is empty
     */
    long percentile(double share) {
        if (count == 0) {
            return -1;
        }
        long rank = Math.max(1, (long) Math.ceil(share * count));
        long seen = 0;
        for (int i = 0; i < counts.length; i++) {
            seen += counts[i];
            if (seen >= rank) {
                return duration(i);
            }
        }
        return max;
    }

    /** Returns the duration that {@link #percentile} reports for an element of the array, nanoseconds. */
    private long duration(int place) {
        return Math.max(min, Math.min(max, LogLinearBuckets.middle(first + place)));
    }

    /** Returns the number of durations above a limit in nanoseconds, with the accuracy of {@link #percentile}. */
    long above(long nanos) {
        long above = 0;
        for (int i = counts.length - 1; i >= 0 && duration(i) > nanos; i--) {
            above += counts[i];
        }
        return above;
    }

    long count() {
        return count;
    }

    /** Returns the sum of all durations, nanoseconds. */
    long sum() {
        return sum;
    }

    /** Returns the exact maximum, nanoseconds; 0 if the histogram is empty. */
    long max() {
        return max;
    }

    /** Returns the exact minimum, nanoseconds; 0 if the histogram is empty. */
    long min() {
        return count == 0 ? 0 : min;
    }

    /** Returns the number of durations in a bucket. */
    int inBucket(int bucket) {
        int place = bucket - first;
        return place < 0 || place >= counts.length ? 0 : counts[place];
    }

    /** Returns the first bucket of the array. */
    int firstBucket() {
        return first;
    }

    /** Returns the bucket after the last one of the array. */
    int endBucket() {
        return first + counts.length;
    }

    /** Returns the retained size in bytes. */
    int bytes() {
        return 56 + 16 + 4 * counts.length;
    }
}
