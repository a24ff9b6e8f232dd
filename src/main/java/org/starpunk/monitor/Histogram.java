package org.starpunk.monitor;

import java.util.Arrays;

/**
 * Counts durations so that any percentile can be told within 3 %. Two of them can be added up. Its array spans only the
 * durations that it has seen, so that the usual one costs some hundred bytes; once those have been seen, adding allocates nothing.
 */
final class Histogram {

    private static final int[] NONE = {};

    private int[] counts = NONE;
    private int first;
    private long count;
    private long sum;
    private long min = Long.MAX_VALUE;
    private long max;

    /** Counts a duration, nanoseconds; a negative one counts as 0. */
    void add(long nanos) {
        long duration = Math.max(0, nanos);
        int bucket = Buckets.of(duration);
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

    /** Adds everything that another one has counted. */
    void merge(Histogram other) {
        if (other.count == 0) {
            return;
        }
        reach(other.first, other.first + other.counts.length - 1);
        for (int i = 0; i < other.counts.length; i++) {
            counts[other.first + i - first] += other.counts[i];
        }
        addSummary(other.count, other.sum, other.min, other.max);
    }

    /** Adds to one bucket alone: {@link #addSummary} has to follow. */
    void addBucket(int bucket, int number) {
        reach(bucket, bucket);
        counts[bucket - first] += number;
    }

    void addSummary(long number, long nanos, long shortest, long longest) {
        count += number;
        sum += nanos;
        min = Math.min(min, shortest);
        max = Math.max(max, longest);
    }

    /** Widens the array so that it reaches from one bucket to another; whole octaves, so that it does not happen often. */
    private void reach(int from, int to) {
        if (counts.length > 0 && from >= first && to < first + counts.length) {
            return;
        }
        int low = counts.length == 0 ? from : Math.min(from, first);
        int high = counts.length == 0 ? to : Math.max(to, first + counts.length - 1);
        int newFirst = low / Buckets.PER_OCTAVE * Buckets.PER_OCTAVE;
        int newEnd = (high / Buckets.PER_OCTAVE + 1) * Buckets.PER_OCTAVE;
        int[] wider = new int[newEnd - newFirst];
        System.arraycopy(counts, 0, wider, counts.length == 0 ? 0 : first - newFirst, counts.length);
        counts = wider;
        first = newFirst;
    }

    /** Forgets everything, and keeps its array. */
    void clear() {
        Arrays.fill(counts, 0);
        count = 0;
        sum = 0;
        min = Long.MAX_VALUE;
        max = 0;
    }

    /**
     * The duration that a share of all is not above (nearest rank).
     *
     * @param share from 0.0 to 1.0, 0.99 for p99
     * @return nanoseconds, within 3 % of the true one between 1 µs and 67 s; -1 when nothing was counted
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

    /** Returns the duration that {@link #percentile} reports for a place of the array, nanoseconds. */
    private long duration(int place) {
        return Math.max(min, Math.min(max, Buckets.middle(first + place)));
    }

    /** Returns how many durations are above a limit in nanoseconds, within the accuracy of {@link #percentile}. */
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

    /** All durations together, nanoseconds. */
    long sum() {
        return sum;
    }

    /** The longest, nanoseconds, exactly; 0 when nothing was counted. */
    long max() {
        return max;
    }

    /** The shortest, nanoseconds, exactly; 0 when nothing was counted. */
    long min() {
        return count == 0 ? 0 : min;
    }

    /** How many durations fell into a bucket. */
    int inBucket(int bucket) {
        int place = bucket - first;
        return place < 0 || place >= counts.length ? 0 : counts[place];
    }

    /** The first bucket that may hold anything. */
    int firstBucket() {
        return first;
    }

    /** The bucket after the last one that may hold anything. */
    int endBucket() {
        return first + counts.length;
    }

    /** What it retains, bytes. */
    int bytes() {
        return 56 + 16 + 4 * counts.length;
    }
}
