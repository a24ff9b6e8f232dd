package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.TimeSeries.SeriesColumn;

/** Series of the whole site at one resolution: time series, heat map, and the tally of the current point. */
final class ResolutionSeries {

    final TimeSeries series;
    final LatencyHeatMap heat;

    /** Tally of the current point, without the current five seconds. */
    final DurationStats point = new DurationStats();

    /** Durations of each closed point. They exist only if the series are merged with those of other nodes. */
    private final byte @Nullable [] @Nullable [] packed;

    /**
     * @param first number of the first second
     * @param mergeable whether percentiles of merged points are computed from the durations of all nodes
     */
    ResolutionSeries(int stepSeconds, int points, int heatSeconds, int heatColumns, long first, boolean mergeable) {
        this.series = new TimeSeries(stepSeconds, points, first);
        this.heat = new LatencyHeatMap(heatSeconds, heatColumns, first);
        this.packed = mergeable ? new byte[points][] : null;
    }

    /** Returns whether a point has the length of {@link SiteStats#STEP} seconds. */
    boolean isFinest() {
        return series.stepSeconds() == SiteStats.STEP;
    }

    /** Returns the number of the point that contains a second. */
    long pointAt(long second) {
        return second / series.stepSeconds();
    }

    /** Starts a second: closes the points and columns that ended before it, and starts those that begin with it. */
    void startPoint(long second, DurationStats five) {
        if (second % series.stepSeconds() == 0) {
            close(pointAt(second) - 1, isFinest() ? five : point);
            series.startPoint(pointAt(second));
            point.clear();
        }
        if (second % heat.stepSeconds() == 0) {
            heat.startColumn(second / heat.stepSeconds());
        }
    }

    private void close(long number, DurationStats stats) {
        if (packed != null) {
            packed[place(number)] = DurationStatsCodec.of(stats);
        }
    }

    private int place(long number) {
        return (int) (number % series.points());
    }

    void percentiles(long number, DurationStats stats) {
        if (!stats.isEmpty()) {
            series.set(number, SeriesColumn.P50_MICROS, stats.durations.percentile(0.50) / 1_000);
            series.set(number, SeriesColumn.P95_MICROS, stats.durations.percentile(0.95) / 1_000);
            series.set(number, SeriesColumn.P99_MICROS, stats.durations.percentile(0.99) / 1_000);
        }
    }

    /**
     * Writes the retained points and columns.
     *
     * @param second number of the current second
     */
    void write(BinaryCodec binaryCodec, long second) {
        long last = pointAt(second);
        series.write(binaryCodec, last);
        heat.write(binaryCodec, second / heat.stepSeconds());
        binaryCodec.put(DurationStatsCodec.of(point));
        for (long number = series.oldestPoint(last); number < last; number++) {
            binaryCodec.put(packed == null ? null : packed[place(number)]);
        }
    }

    /** Reads points and columns of another node. {@code second} is the number of its current second. */
    void read(BinaryCodec binaryCodec, long second) {
        long last = pointAt(second);
        long oldest = series.read(binaryCodec, last);
        heat.read(binaryCodec, second / heat.stepSeconds());
        DurationStatsCodec.addTo(point, binaryCodec.takeBytes());
        for (long number = oldest; number < last; number++) {
            byte[] taken = binaryCodec.takeBytes();
            if (packed != null && number >= 0) {
                packed[place(number)] = taken;
            }
        }
    }

    /** Merges the series of another node, which must be at the same second. */
    void absorb(ResolutionSeries other, long second) {
        long last = pointAt(second);
        series.absorb(other.series, last);
        heat.absorb(other.heat);
        point.merge(other.point);
        percentiles(last, point);
        for (long number = series.oldestPoint(last); packed != null && number < last; number++) {
            DurationStats sum = new DurationStats();
            DurationStatsCodec.addTo(sum, packed[place(number)]);
            DurationStatsCodec.addTo(sum, other.packed == null ? null : other.packed[place(number)]);
            packed[place(number)] = DurationStatsCodec.of(sum);
            percentiles(number, sum);
        }
    }

    int bytes() {
        int bytes = series.bytes() + heat.bytes() + point.bytes() + 24;
        if (packed != null) {
            bytes += 4 * packed.length;
            for (byte[] slot : packed) {
                bytes += slot == null ? 0 : 16 + (slot.length + 7) / 8 * 8;
            }
        }
        return bytes;
    }
}
