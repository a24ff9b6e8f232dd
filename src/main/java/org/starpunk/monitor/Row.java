package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.RequestTiming;

/**
 * What is known of one endpoint, SQL shape or kind of event: totals since the start, and a {@link Timeline}. Counts are exact,
 * whatever the sampling rates.
 *
 * @param <K> what the row is about
 */
final class Row<K> {

    final K key;
    final int id;
    final Timeline timeline = new Timeline();
    long count;
    long errors;
    long volume;
    long nanos;
    long maxNanos;
    long waitNanos;
    long lastMillis;

    /** When the dashboard last saw it change, and when it last did change: numbers of frames. */
    long shown;

    long changed;

    /** For an endpoint: the N+1 patterns that were seen. */
    final Repetition repetition = new Repetition();

    /** For an SQL shape: how SQLite runs it. */
    @Nullable
    Plan plan;

    /** For an SQL shape: from which second on its plan may be asked for again, how often it was, and whether it should. */
    long planAgainAt;

    int planAttempts;
    boolean turnedSlow;

    Row(K key, int id) {
        this.key = key;
        this.id = id;
    }

    /**
     * Counts an operation.
     *
     * @param durationNanos how long it took
     * @param failed whether it is an error
     * @param amount bytes or rows
     */
    void add(long durationNanos, boolean failed, long amount) {
        timeline.add(durationNanos, failed, amount);
        count++;
        if (failed) {
            errors++;
        }
        volume += amount;
        nanos += durationNanos;
        maxNanos = Math.max(maxNanos, durationNanos);
    }

    /** Takes over the numbers of a row that is about to be forgotten. */
    void absorb(Row<K> other) {
        timeline.absorb(other.timeline);
        count += other.count;
        errors += other.errors;
        volume += other.volume;
        nanos += other.nanos;
        maxNanos = Math.max(maxNanos, other.maxNanos);
        waitNanos += other.waitNanos;
        lastMillis = Math.max(lastMillis, other.lastMillis);
    }

    /** What it retains, bytes, its key apart. */
    int bytes() {
        return 112 + timeline.bytes() + Repetition.BYTES + (plan == null ? 0 : plan.bytes());
    }

    /** The same statement several times in one request: how often it was seen, and the worst case. */
    static final class Repetition {

        /** From how many times on it is one. */
        static final int LEAST = 5;

        static final int BYTES = 40;

        long requests;
        int worst;
        long worstRequest;

        @Nullable
        Object worstShape;

        void seen(int times, Object shape, RequestTiming request) {
            requests++;
            if (times > worst) {
                worst = times;
                worstShape = shape;
                worstRequest = request.id();
            }
        }
    }
}
