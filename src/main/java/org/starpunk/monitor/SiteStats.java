package org.starpunk.monitor;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.starpunk.monitor.TimeSeries.SeriesColumn;
import org.starpunk.telemetry.Outcome;

/**
 * Statistics of the whole site: totals since the start, current rates, and series over 15 minutes, an hour and a day.
 */
final class SiteStats {

    /*
     * An event is counted once, in the tally of the current five seconds. At their end the tally is merged into the
     * points of 30 and of 300 seconds, the heat maps, and the minute. All steps follow the seconds of the monotonic
     * clock. The seconds are numbered by the wall clock at the start, so that slots of all lengths begin at the same
     * times in all processes and can be merged.
     */
    static final int STEP = 5;

    // Not an EnumMap, for the reason given in TimeSeries.
    private final Map<TimeWindow, ResolutionSeries> tiers = new TreeMap<>();
    private final DurationStats five = new DurationStats();
    private final RollupHistory history = new RollupHistory();
    private final RateMeter requestRate = new RateMeter();
    private final RateMeter queryRate = new RateMeter();
    final ResponseCounts responses = new ResponseCounts();
    private long first;
    private long second;
    private int queriesOfFive;
    private int rssKib = TimeSeries.NONE;
    private int lagMicros = TimeSeries.NONE;

    long requests;
    long errors;
    long queries;
    long slowQueries;

    /**
     * @param first number of the first second
     * @param mergeable whether the series are merged with those of other nodes
     */
    SiteStats(long first, boolean mergeable) {
        this.first = first;
        this.second = first;
        tiers.put(TimeWindow.QUARTER, new ResolutionSeries(STEP, 180, 15, 60, first, mergeable));
        tiers.put(TimeWindow.HOUR, new ResolutionSeries(30, 120, 60, 60, first, mergeable));
        tiers.put(TimeWindow.DAY, new ResolutionSeries(300, 288, 900, 96, first, mergeable));
    }

    void request(long nanos, Outcome outcome, long bytes, int status) {
        five.add(nanos, outcome, bytes);
        requestRate.count(second);
        responses.count(status, outcome);
        requests++;
        if (outcome.isFailure()) {
            errors++;
        }
    }

    void query(boolean slow) {
        queriesOfFive++;
        queryRate.count(second);
        queries++;
        if (slow) {
            slowQueries++;
        }
    }

    void lag(long micros) {
        lagMicros = (int) Math.max(lagMicros, Math.min(Integer.MAX_VALUE, micros));
    }

    void rss(long bytes) {
        rssKib = (int) (bytes / 1024);
    }

    /**
     * Updates the current points, before they are read and at their end.
     *
     * @param heapBytes heap in use; negative if unknown
     */
    void closeSecond(long heapBytes) {
        for (ResolutionSeries resolutionSeries : tiers.values()) {
            TimeSeries series = resolutionSeries.series;
            long point = second / series.stepSeconds();
            if (heapBytes >= 0) {
                series.set(point, SeriesColumn.HEAP_KIB, heapBytes / 1024);
            }
            if (rssKib != TimeSeries.NONE) {
                series.set(point, SeriesColumn.RSS_KIB, rssKib);
            }
            if (lagMicros != TimeSeries.NONE) {
                series.setMaximum(point, SeriesColumn.LAG_MICROS, lagMicros);
            }
        }
        TimeSeries fives = series(TimeWindow.QUARTER);
        long present = second / STEP;
        fives.set(present, SeriesColumn.REQUESTS, five.count());
        fives.set(present, SeriesColumn.ERRORS, five.errors);
        fives.set(present, SeriesColumn.QUERIES, queriesOfFive);
        tier(TimeWindow.QUARTER).percentiles(present, five);
    }

    /**
     * Ends a second.
     *
     * @param heapBytes heap in use
     * @param gcMillis time of garbage collection since the previous call at the end of five seconds, milliseconds
     */
    void endSecond(long heapBytes, long gcMillis) {
        if ((second + 1) % STEP == 0) {
            closeFiveSeconds(heapBytes, gcMillis);
        }
        second++;
        requestRate.startSecond(second);
        queryRate.startSecond(second);
        if (second % 60 == 0) {
            history.startMinute(second / 60 - 1);
        }
        for (ResolutionSeries resolutionSeries : tiers.values()) {
            resolutionSeries.startPoint(second, five);
        }
        if (second % STEP == 0) {
            five.clear();
        }
    }

    private void closeFiveSeconds(long heapBytes, long gcMillis) {
        closeSecond(heapBytes);
        for (ResolutionSeries resolutionSeries : tiers.values()) {
            TimeSeries series = resolutionSeries.series;
            long point = second / series.stepSeconds();
            series.add(point, SeriesColumn.GC_MILLIS, gcMillis);
            if (!resolutionSeries.isFinest()) {
                resolutionSeries.point.merge(five);
                series.add(point, SeriesColumn.REQUESTS, five.count());
                series.add(point, SeriesColumn.ERRORS, five.errors);
                series.add(point, SeriesColumn.QUERIES, queriesOfFive);
                resolutionSeries.percentiles(point, resolutionSeries.point);
            }
            resolutionSeries.heat.add(second / resolutionSeries.heat.stepSeconds(), five.durations);
        }
        history.add(five);
        queriesOfFive = 0;
        lagMicros = TimeSeries.NONE;
    }

    /** Returns the number of the current second. */
    long currentSecond() {
        return second;
    }

    /** Returns the number of full seconds since the start. */
    long seconds() {
        return second - first;
    }

    /** Returns the number of the current minute. */
    long minute() {
        return second / 60;
    }

    private ResolutionSeries tier(TimeWindow window) {
        return Objects.requireNonNull(tiers.get(window));
    }

    TimeSeries series(TimeWindow window) {
        return tier(window).series;
    }

    LatencyHeatMap heat(TimeWindow window) {
        return tier(window).heat;
    }

    /** Returns the tally of the current five seconds, which the heat maps do not include yet. */
    DurationStats fiveSeconds() {
        return five;
    }

    /** Returns the tally of the current and the previous minute. */
    DurationStats current() {
        DurationStats now = history.currentMinute(minute());
        now.merge(five);
        return now;
    }

    /**
     * Returns the time from the start to the first request in {@link #current}, seconds; negative if it includes all
     * requests.
     */
    long secondsBeforeNow() {
        return seconds() - second % 60 - 60;
    }

    /** Returns the tally of the last full minute. */
    DurationStats lastMinute() {
        return history.lastMinute(minute());
    }

    /** Returns the tally of a window. */
    DurationStats window(TimeWindow window) {
        DurationStats sum = history.window(window, minute());
        sum.merge(five);
        return sum;
    }

    double requestsPerSecond() {
        return requestRate.rate(second, seconds());
    }

    double queriesPerSecond() {
        return queryRate.rate(second, seconds());
    }

    /** Writes the state. */
    void write(BinaryCodec binaryCodec) {
        binaryCodec.put(first);
        binaryCodec.put(second);
        binaryCodec.put(requests);
        binaryCodec.put(errors);
        binaryCodec.put(queries);
        binaryCodec.put(slowQueries);
        binaryCodec.put(queriesOfFive);
        binaryCodec.put(rssKib);
        binaryCodec.put(lagMicros);
        requestRate.write(binaryCodec, second);
        queryRate.write(binaryCodec, second);
        responses.write(binaryCodec);
        binaryCodec.put(DurationStatsCodec.of(five));
        history.write(binaryCodec, minute());
        for (ResolutionSeries resolutionSeries : tiers.values()) {
            resolutionSeries.write(binaryCodec, second);
        }
    }

    /**
     * Reads the state of another node.
     *
     * @param shift difference of the second numbers; a multiple of the longest slot
     */
    static SiteStats read(BinaryCodec binaryCodec, long shift) {
        SiteStats site = new SiteStats(binaryCodec.readVarint() + shift, true);
        site.second = binaryCodec.readVarint() + shift;
        site.requests = binaryCodec.readVarint();
        site.errors = binaryCodec.readVarint();
        site.queries = binaryCodec.readVarint();
        site.slowQueries = binaryCodec.readVarint();
        site.queriesOfFive = binaryCodec.takeInt();
        site.rssKib = binaryCodec.takeInt();
        site.lagMicros = binaryCodec.takeInt();
        site.requestRate.read(binaryCodec, site.second);
        site.queryRate.read(binaryCodec, site.second);
        site.responses.read(binaryCodec);
        DurationStatsCodec.addTo(site.five, binaryCodec.takeBytes());
        site.history.read(binaryCodec, site.minute());
        for (ResolutionSeries resolutionSeries : site.tiers.values()) {
            resolutionSeries.read(binaryCodec, site.second);
        }
        return site;
    }

    /** Merges the statistics of another node, which must be at the same second. */
    void absorb(SiteStats other) {
        if (other.second != second) {
            throw new IllegalArgumentException("expected second " + second + ", but got " + other.second);
        }
        first = Math.min(first, other.first);
        requests += other.requests;
        errors += other.errors;
        queries += other.queries;
        slowQueries += other.slowQueries;
        queriesOfFive += other.queriesOfFive;
        rssKib = other.rssKib == TimeSeries.NONE ? rssKib : Math.max(0, rssKib) + other.rssKib;
        lagMicros = Math.max(lagMicros, other.lagMicros);
        requestRate.absorb(other.requestRate);
        queryRate.absorb(other.queryRate);
        responses.absorb(other.responses);
        five.merge(other.five);
        history.absorb(other.history);
        tiers.forEach((window, resolutionSeries) -> resolutionSeries.absorb(other.tier(window), second));
    }

    int bytes() {
        int bytes = responses.bytes() + history.bytes() + requestRate.bytes() + queryRate.bytes() + 160;
        for (ResolutionSeries resolutionSeries : tiers.values()) {
            bytes += resolutionSeries.bytes();
        }
        return bytes;
    }
}
