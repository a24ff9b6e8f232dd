package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Statement;

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

    /** For an endpoint: where the time of its requests went, since the start. */
    final Split split = new Split();

    /** For an SQL shape: how the database runs it. */
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
        plan = text.isEmpty() ? null : new Plan(text, hasChanged);
        timeline.read(wire, minute);
    }

    /** What it retains, bytes, its key apart. */
    int bytes() {
        return 112 + timeline.bytes() + Repetition.BYTES + Split.BYTES + (plan == null ? 0 : plan.bytes());
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

        void write(Wire wire) {
            wire.put(requests);
            if (requests > 0) {
                wire.put(worst);
                wire.put(worstRequest);
                State.write(wire, worstShape instanceof Statement shape ? shape : Monitor.OTHER_SHAPES);
            }
        }

        void read(Wire wire) {
            requests = wire.take();
            if (requests > 0) {
                worst = wire.takeInt();
                worstRequest = wire.take();
                worstShape = State.readStatement(wire);
            }
        }

        void absorb(Repetition other) {
            requests += other.requests;
            if (other.worst > worst) {
                worst = other.worst;
                worstShape = other.worstShape;
                worstRequest = other.worstRequest;
            }
        }

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
