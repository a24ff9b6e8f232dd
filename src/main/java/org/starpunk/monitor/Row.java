package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Outcome;

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

    /** Whether it can succeed while the site is down: a health check, or files that need no database. */
    final boolean probe;

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

    /** For an endpoint: its N+1 pattern. */
    final Repetition repetition = new Repetition();

    /** For an endpoint: where the time of its requests went, since the start. */
    final Split split = new Split();

    /** For an endpoint: consecutive failures and successes, and whether five failures are not yet followed by five successes. */
    private int failedInARow;

    private int longestFailure;

    private int succeededInARow;
    private boolean failing;

    /** For an SQL shape: how the database runs it. */
    @Nullable
    Plan plan;

    /** For an SQL shape: from which second on its plan may be asked for again, how often it was, and whether it should. */
    long planAgainAt;

    int planAttempts;

    /** For an SQL shape: its count when its plan was last asked for. */
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
     * @param durationNanos how long it took
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
     * @param durationNanos time that the server worked on it
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

    /** Returns whether five consecutive requests failed, without five consecutive successes since. */
    boolean failing() {
        return failing;
    }

    /** Largest number of consecutive failures since it is {@link #failing()}. */
    int failedInARow() {
        return longestFailure;
    }

    /** The wall clock was set by some milliseconds. */
    void shift(long millis) {
        lastMillis += lastMillis == 0 ? 0 : millis;
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
        split.merge(other.split);
        lastMillis = Math.max(lastMillis, other.lastMillis);
        repetition.absorb(other.repetition);
        plan = plan == null ? other.plan : plan;
    }

    /** Takes over what frames have shown of an earlier row, null when there was none, and whether it has changed since. */
    void changedSince(@Nullable Row<K> earlier, long frame) {
        if (earlier != null) {
            shown = earlier.shown;
            changed = earlier.changed;
        }
        if (earlier == null || earlier.count != count) {
            changed = frame + 1;
        }
    }

    /** Writes all of it but its key. */
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

    /** Reads into a new row what another node has written, whose present minute has this number here. */
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

    /** What it retains, bytes, its key apart. */
    int bytes() {
        return 136 + timeline.bytes() + repetition.bytes() + Split.BYTES + (plan == null ? 0 : plan.bytes());
    }
}
