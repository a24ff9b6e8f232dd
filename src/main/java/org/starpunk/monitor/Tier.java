package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.Columns.Column;

/** What is kept of the whole site for one window: its time series, its heat map, and the tally of the point that still grows. */
final class Tier {

    final Columns columns;
    final HeatMap heat;

    /** The growing point, without the present five seconds. */
    final Tally point = new Tally();

    /** The durations of each closed point, kept only where the series of several nodes are to be added up. */
    private final byte @Nullable [] @Nullable [] packed;

    /**
     * @param first the number of the first second
     * @param mergeable whether percentiles of points can be made anew from those of several nodes
     */
    Tier(int stepSeconds, int points, int heatSeconds, int heatColumns, long first, boolean mergeable) {
        this.columns = new Columns(stepSeconds, points, first);
        this.heat = new HeatMap(heatSeconds, heatColumns, first);
        this.packed = mergeable ? new byte[points][] : null;
    }

    /** Whether a point is one stretch of {@link Site#STEP} seconds. */
    boolean finest() {
        return columns.stepSeconds() == Site.STEP;
    }

    /** The number of the point that a second falls into. */
    long pointAt(long second) {
        return second / columns.stepSeconds();
    }

    /** A second begins: closes what ended with the one before, and begins what begins with it. */
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
     * Writes all that is held.
     *
     * @param second the present one
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

    /** Reads what another node has written, whose present second has this number here. */
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

    /** Adds what another one holds, of the same seconds. */
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
