package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Outcome;

/**
 * Statistics of one endpoint, SQL shape or type of business event: totals since the start, and a {@link Timeline}.
 * Counts are exact and independent of the sampling rates.
 *
 * @param <K> type of the key
 */
final class Row<K> {

    final K key;
    final int id;
    final Timeline timeline = new Timeline();

    /** Whether requests can succeed while the site is down: health checks, and files that need no database. */
    final boolean probe;

    long count;
    long errors;
    long volume;
    long nanos;
    long maxNanos;
    long waitNanos;
    long lastMillis;

    /** Frame number at which this row was last sent, and at which it last changed. */
    long shown;

    long changed;

    /** N+1 pattern. Only endpoints have one. */
    final Repetition repetition = new Repetition();

    /** Parts of the requests' time since the start. Only endpoints have them. */
    final Split split = new Split();

    /**
     * Consecutive failures and successes. {@code failing} is set by five failures and cleared by five successes.
     * Endpoints only.
     */
    private int failedInARow;

    private int longestFailure;

    private int succeededInARow;
    private boolean failing;

    /** Query plan. Only SQL shapes have one. */
    @Nullable
    Plan plan;

    /**
     * Query plan refresh: earliest second of the next EXPLAIN, number of attempts, and whether the statement has turned
     * slow.
     */
    long planAgainAt;

    int planAttempts;

    /** Count of an SQL shape at its last EXPLAIN. */
    long plannedCount;

    boolean turnedSlow;

    Row(K key, int id) {
        this.key = key;
        this.id = id;
        this.probe = key instanceof Endpoint endpoint && isProbe(endpoint.route());
    }

    private static boolean isProbe(String route) {
        return switch (route) {
            case "/health", "/livez", "/readyz" -> true;
            default -> route.startsWith("/static");
        };
    }

    /**
     * Counts an operation.
     *
     * @param durationNanos duration, nanoseconds
     * @param failed whether it is an error
     * @param amount bytes or rows
     */
    void add(long durationNanos, boolean failed, long amount) {
        timeline.add(durationNanos, failed, amount);
        sum(durationNanos, failed, amount);
    }

    /**
     * Counts a request.
     *
     * @param durationNanos time that the server worked on it, nanoseconds
     * @param amount bytes of the response
     */
    void add(long durationNanos, Outcome outcome, long amount) {
        timeline.add(durationNanos, outcome, amount);
        sum(durationNanos, outcome.isFailure(), amount);
    }

    private void sum(long durationNanos, boolean failed, long amount) {
        count++;
        if (failed) {
            errors++;
        }
        volume += amount;
        nanos += durationNanos;
        maxNanos = Math.max(maxNanos, durationNanos);
    }

    /** Counts the result of a request for {@link #failing()}. */
    void ended(boolean failed) {
        if (failed) {
            failedInARow++;
            succeededInARow = 0;
            longestFailure = Math.max(longestFailure, failedInARow);
            failing |= failedInARow >= OutageDetector.IN_A_ROW;
        } else {
            succeededInARow++;
            failedInARow = 0;
            failing &= succeededInARow < OutageDetector.IN_A_ROW;
            longestFailure = failing ? longestFailure : 0;
        }
    }

    /** Returns whether five consecutive requests failed and five consecutive successes have not followed yet. */
    boolean failing() {
        return failing;
    }

    /** Returns the maximum number of consecutive failures during the current {@link #failing()} state. */
    int failedInARow() {
        return longestFailure;
    }

    /** Shifts the time after an adjustment of the wall clock. */
    void shift(long millis) {
        lastMillis += lastMillis == 0 ? 0 : millis;
    }

    /** Adds the numbers of another row. */
    void absorb(Row<K> other) {
        timeline.absorb(other.timeline);
        count += other.count;
        errors += other.errors;
        volume += other.volume;
        nanos += other.nanos;
        maxNanos = Math.max(maxNanos, other.maxNanos);
        waitNanos += other.waitNanos;
        split.merge(other.split);
        lastMillis = Math.max(lastMillis, other.lastMillis);
        repetition.absorb(other.repetition);
        plan = plan == null ? other.plan : plan;
    }

    /**
     * Copies the frame numbers of an earlier row, or null if there was none, and marks this row as changed if its count
     * differs.
     */
    void changedSince(@Nullable Row<K> earlier, long frame) {
        if (earlier != null) {
            shown = earlier.shown;
            changed = earlier.changed;
        }
        if (earlier == null || earlier.count != count) {
            changed = frame + 1;
        }
    }

    /** Writes all fields except the key. */
    void write(Wire wire, long minute) {
        wire.put(count);
        wire.put(errors);
        wire.put(volume);
        wire.put(nanos);
        wire.put(maxNanos);
        wire.put(waitNanos);
        wire.put(lastMillis);
        split.write(wire);
        repetition.write(wire);
        Plan known = plan;
        wire.put(known == null ? "" : known.text());
        wire.put(known != null && known.changed() ? 1 : 0);
        wire.put(known == null ? -1 : known.scannedRows());
        timeline.write(wire, minute);
    }

    /** Reads a row of another node into this new row. {@code minute} is the number of its current minute. */
    void read(Wire wire, long minute) {
        count = wire.take();
        errors = wire.take();
        volume = wire.take();
        nanos = wire.take();
        maxNanos = wire.take();
        waitNanos = wire.take();
        lastMillis = wire.take();
        split.read(wire);
        repetition.read(wire);
        String text = wire.takeText();
        boolean hasChanged = wire.take() == 1;
        long scannedRows = wire.take();
        plan = text.isEmpty() ? null : new Plan(text, hasChanged, scannedRows);
        timeline.read(wire, minute);
    }

    /** Returns the retained size in bytes, without the key. */
    int bytes() {
        return 136 + timeline.bytes() + repetition.bytes() + Split.BYTES + (plan == null ? 0 : plan.bytes());
    }
}
