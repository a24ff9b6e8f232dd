package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Outcome;

/**
 * Statistics of one endpoint, SQL shape or type of business event: totals since the start, and a {@link RollupHistory}.
 * Counts are exact and independent of the sampling rates.
 *
 * @param <K> type of the key
 */
final class KeyStats<K> {

    final K key;
    final int id;
    final RollupHistory history = new RollupHistory();

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
    final NPlusOneDetector detector = new NPlusOneDetector();

    /** Parts of the requests' time since the start. Only endpoints have them. */
    final TimeBreakdown breakdown = new TimeBreakdown();

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
    StatementPlan plan;

    /**
     * Query plan refresh: earliest second of the next EXPLAIN, number of attempts, and whether the statement has turned
     * slow.
     */
    long planAgainAt;

    int planAttempts;

    /** Count of an SQL shape at its last EXPLAIN. */
    long plannedCount;

    boolean turnedSlow;

    KeyStats(K key, int id) {
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
        history.add(durationNanos, failed, amount);
        sum(durationNanos, failed, amount);
    }

    /**
     * Counts a request.
     *
     * @param durationNanos time that the server worked on it, nanoseconds
     * @param amount bytes of the response
     */
    void add(long durationNanos, Outcome outcome, long amount) {
        history.add(durationNanos, outcome, amount);
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
    void countResult(boolean failed) {
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
    void absorb(KeyStats<K> other) {
        history.absorb(other.history);
        count += other.count;
        errors += other.errors;
        volume += other.volume;
        nanos += other.nanos;
        maxNanos = Math.max(maxNanos, other.maxNanos);
        waitNanos += other.waitNanos;
        breakdown.merge(other.breakdown);
        lastMillis = Math.max(lastMillis, other.lastMillis);
        detector.absorb(other.detector);
        plan = plan == null ? other.plan : plan;
    }

    /**
     * Copies the frame numbers of an earlier row, or null if there was none, and marks this row as changed if its count
     * differs.
     */
    void markChangedSince(@Nullable KeyStats<K> earlier, long frame) {
        if (earlier != null) {
            shown = earlier.shown;
            changed = earlier.changed;
        }
        if (earlier == null || earlier.count != count) {
            changed = frame + 1;
        }
    }

    /** Writes all fields except the key. */
    void write(BinaryCodec binaryCodec, long minute) {
        binaryCodec.put(count);
        binaryCodec.put(errors);
        binaryCodec.put(volume);
        binaryCodec.put(nanos);
        binaryCodec.put(maxNanos);
        binaryCodec.put(waitNanos);
        binaryCodec.put(lastMillis);
        breakdown.write(binaryCodec);
        detector.write(binaryCodec);
        StatementPlan known = plan;
        binaryCodec.put(known == null ? "" : known.text());
        binaryCodec.put(known != null && known.changed() ? 1 : 0);
        binaryCodec.put(known == null ? -1 : known.scannedRows());
        history.write(binaryCodec, minute);
    }

    /** Reads a row of another node into this new row. {@code minute} is the number of its current minute. */
    void read(BinaryCodec binaryCodec, long minute) {
        count = binaryCodec.readVarint();
        errors = binaryCodec.readVarint();
        volume = binaryCodec.readVarint();
        nanos = binaryCodec.readVarint();
        maxNanos = binaryCodec.readVarint();
        waitNanos = binaryCodec.readVarint();
        lastMillis = binaryCodec.readVarint();
        breakdown.read(binaryCodec);
        detector.read(binaryCodec);
        String text = binaryCodec.takeText();
        boolean hasChanged = binaryCodec.readVarint() == 1;
        long scannedRows = binaryCodec.readVarint();
        plan = text.isEmpty() ? null : new StatementPlan(text, hasChanged, scannedRows);
        history.read(binaryCodec, minute);
    }

    /** Returns the retained size in bytes, without the key. */
    int bytes() {
        return 136 + history.bytes() + detector.bytes() + TimeBreakdown.BYTES + (plan == null ? 0 : plan.bytes());
    }
}
