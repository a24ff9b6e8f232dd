package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Columns.Column;

/** Series of the whole site at one resolution: time series, heat map, and the tally of the current point. */
final class Tier {

    final Columns columns;
    final HeatMap heat;

    /** Tally of the current point, without the current five seconds. */
    final Tally point = new Tally();

    /** Durations of each closed point. They exist only if the series are merged with those of other nodes. */
    private final byte @Nullable [] @Nullable [] packed;

    /**
     * @param first number of the first second
     * @param mergeable whether percentiles of merged points are computed from the durations of all nodes
     */
    Tier(int stepSeconds, int points, int heatSeconds, int heatColumns, long first, boolean mergeable) {
        this.columns = new Columns(stepSeconds, points, first);
        this.heat = new HeatMap(heatSeconds, heatColumns, first);
        this.packed = mergeable ? new byte[points][] : null;
    }

    /** Returns whether a point has the length of {@link Site#STEP} seconds. */
    boolean finest() {
        return columns.stepSeconds() == Site.STEP;
    }

    /** Returns the number of the point that contains a second. */
    long pointAt(long second) {
        return second / columns.stepSeconds();
    }

    /** Starts a second: closes the points and columns that ended before it, and starts those that begin with it. */
    void begin(long second, Tally five) {
        if (second % columns.stepSeconds() == 0) {
            close(pointAt(second) - 1, finest() ? five : point);
            columns.begin(pointAt(second));
            point.clear();
        }
        if (second % heat.stepSeconds() == 0) {
            heat.begin(second / heat.stepSeconds());
        }
    }

    private void close(long number, Tally tally) {
        if (packed != null) {
            packed[place(number)] = Packed.of(tally);
        }
    }

    private int place(long number) {
        return (int) (number % columns.points());
    }

    void percentiles(long number, Tally tally) {
        if (!tally.isEmpty()) {
            columns.set(number, Column.P50_MICROS, tally.durations.percentile(0.50) / 1_000);
            columns.set(number, Column.P95_MICROS, tally.durations.percentile(0.95) / 1_000);
            columns.set(number, Column.P99_MICROS, tally.durations.percentile(0.99) / 1_000);
        }
    }

    /**
     * Writes the retained points and columns.
     *
     * @param second number of the current second
     */
    void write(Wire wire, long second) {
        long last = pointAt(second);
        columns.write(wire, last);
        heat.write(wire, second / heat.stepSeconds());
        wire.put(Packed.of(point));
        for (long number = columns.oldest(last); number < last; number++) {
            wire.put(packed == null ? null : packed[place(number)]);
        }
    }

    /** Reads points and columns of another node. {@code second} is the number of its current second. */
    void read(Wire wire, long second) {
        long last = pointAt(second);
        long oldest = columns.read(wire, last);
        heat.read(wire, second / heat.stepSeconds());
        Packed.addTo(point, wire.takeBytes());
        for (long number = oldest; number < last; number++) {
            byte[] taken = wire.takeBytes();
            if (packed != null && number >= 0) {
                packed[place(number)] = taken;
            }
        }
    }

    /** Merges the series of another node, which must be at the same second. */
    void absorb(Tier other, long second) {
        long last = pointAt(second);
        columns.absorb(other.columns, last);
        heat.absorb(other.heat);
        point.merge(other.point);
        percentiles(last, point);
        for (long number = columns.oldest(last); packed != null && number < last; number++) {
            Tally sum = new Tally();
            Packed.addTo(sum, packed[place(number)]);
            Packed.addTo(sum, other.packed == null ? null : other.packed[place(number)]);
            packed[place(number)] = Packed.of(sum);
            percentiles(number, sum);
        }
    }

    int bytes() {
        int bytes = columns.bytes() + heat.bytes() + point.bytes() + 24;
        if (packed != null) {
            bytes += 4 * packed.length;
            for (byte[] slot : packed) {
                bytes += slot == null ? 0 : 16 + (slot.length + 7) / 8 * 8;
            }
        }
        return bytes;
    }
}
