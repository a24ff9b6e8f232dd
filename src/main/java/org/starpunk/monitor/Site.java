package org.starpunk.monitor;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.starpunk.monitor.Columns.Column;
import org.starpunk.telemetry.Outcome;

/**
 * Statistics of the whole site: totals since the start, current rates, and series over 15 minutes, an hour and a day.
 */
final class Site {

    /*
     * An event is counted once, in the tally of the current five seconds. At their end the tally is merged into the
     * points of 30 and of 300 seconds, the heat maps, and the minute. All steps follow the seconds of the monotonic
     * clock. The seconds are numbered by the wall clock at the start, so that slots of all lengths begin at the same
     * times in all processes and can be merged.
     */
    static final int STEP = 5;

    // Not an EnumMap, for the reason given in Columns.
    private final Map<Window, Tier> tiers = new TreeMap<>();
    private final Tally five = new Tally();
    private final Timeline timeline = new Timeline();
    private final PerSecond requestRate = new PerSecond();
    private final PerSecond queryRate = new PerSecond();
    final Responses responses = new Responses();
    private long first;
    private long second;
    private int queriesOfFive;
    private int rssKib = Columns.NONE;
    private int lagMicros = Columns.NONE;

    long requests;
    long errors;
    long queries;
    long slowQueries;

    /**
     * @param first number of the first second
     * @param mergeable whether the series are merged with those of other nodes
     */
    Site(long first, boolean mergeable) {
        this.first = first;
        this.second = first;
        tiers.put(Window.QUARTER, new Tier(STEP, 180, 15, 60, first, mergeable));
        tiers.put(Window.HOUR, new Tier(30, 120, 60, 60, first, mergeable));
        tiers.put(Window.DAY, new Tier(300, 288, 900, 96, first, mergeable));
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
    void settle(long heapBytes) {
        for (Tier tier : tiers.values()) {
            Columns columns = tier.columns;
            long point = second / columns.stepSeconds();
            if (heapBytes >= 0) {
                columns.set(point, Column.HEAP_KIB, heapBytes / 1024);
            }
            if (rssKib != Columns.NONE) {
                columns.set(point, Column.RSS_KIB, rssKib);
            }
            if (lagMicros != Columns.NONE) {
                columns.raise(point, Column.LAG_MICROS, lagMicros);
            }
        }
        Columns fives = series(Window.QUARTER);
        long present = second / STEP;
        fives.set(present, Column.REQUESTS, five.count());
        fives.set(present, Column.ERRORS, five.errors);
        fives.set(present, Column.QUERIES, queriesOfFive);
        tier(Window.QUARTER).percentiles(present, five);
    }

    /**
     * Ends a second.
     *
     * @param heapBytes heap in use
     * @param gcMillis time of garbage collection since the previous call at the end of five seconds, milliseconds
     */
    void endSecond(long heapBytes, long gcMillis) {
        if ((second + 1) % STEP == 0) {
            endFive(heapBytes, gcMillis);
        }
        second++;
        requestRate.begin(second);
        queryRate.begin(second);
        if (second % 60 == 0) {
            timeline.roll(second / 60 - 1);
        }
        for (Tier tier : tiers.values()) {
            tier.begin(second, five);
        }
        if (second % STEP == 0) {
            five.clear();
        }
    }

    private void endFive(long heapBytes, long gcMillis) {
        settle(heapBytes);
        for (Tier tier : tiers.values()) {
            Columns columns = tier.columns;
            long point = second / columns.stepSeconds();
            columns.add(point, Column.GC_MILLIS, gcMillis);
            if (!tier.finest()) {
                tier.point.merge(five);
                columns.add(point, Column.REQUESTS, five.count());
                columns.add(point, Column.ERRORS, five.errors);
                columns.add(point, Column.QUERIES, queriesOfFive);
                tier.percentiles(point, tier.point);
            }
            tier.heat.add(second / tier.heat.stepSeconds(), five.durations);
        }
        timeline.add(five);
        queriesOfFive = 0;
        lagMicros = Columns.NONE;
    }

    /** Returns the number of the current second. */
    long second() {
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

    private Tier tier(Window window) {
        return Objects.requireNonNull(tiers.get(window));
    }

    Columns series(Window window) {
        return tier(window).columns;
    }

    HeatMap heat(Window window) {
        return tier(window).heat;
    }

    /** Returns the tally of the current five seconds, which the heat maps do not include yet. */
    Tally five() {
        return five;
    }

    /** Returns the tally of the current and the previous minute. */
    Tally now() {
        Tally now = timeline.now(minute());
        now.merge(five);
        return now;
    }

    /**
     * Returns the time from the start to the first request in {@link #now}, seconds; negative if it includes all
     * requests.
     */
    long secondsBeforeNow() {
        return seconds() - second % 60 - 60;
    }

    /** Returns the tally of the last full minute. */
    Tally lastMinute() {
        return timeline.lastMinute(minute());
    }

    /** Returns the tally of a window. */
    Tally window(Window window) {
        Tally sum = timeline.window(window, minute());
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
    void write(Wire wire) {
        wire.put(first);
        wire.put(second);
        wire.put(requests);
        wire.put(errors);
        wire.put(queries);
        wire.put(slowQueries);
        wire.put(queriesOfFive);
        wire.put(rssKib);
        wire.put(lagMicros);
        requestRate.write(wire, second);
        queryRate.write(wire, second);
        responses.write(wire);
        wire.put(Packed.of(five));
        timeline.write(wire, minute());
        for (Tier tier : tiers.values()) {
            tier.write(wire, second);
        }
    }

    /**
     * Reads the state of another node.
     *
     * @param shift difference of the second numbers; a multiple of the longest slot
     */
    static Site read(Wire wire, long shift) {
        Site site = new Site(wire.take() + shift, true);
        site.second = wire.take() + shift;
        site.requests = wire.take();
        site.errors = wire.take();
        site.queries = wire.take();
        site.slowQueries = wire.take();
        site.queriesOfFive = wire.takeInt();
        site.rssKib = wire.takeInt();
        site.lagMicros = wire.takeInt();
        site.requestRate.read(wire, site.second);
        site.queryRate.read(wire, site.second);
        site.responses.read(wire);
        Packed.addTo(site.five, wire.takeBytes());
        site.timeline.read(wire, site.minute());
        for (Tier tier : site.tiers.values()) {
            tier.read(wire, site.second);
        }
        return site;
    }

    /** Merges the statistics of another node, which must be at the same second. */
    void absorb(Site other) {
        if (other.second != second) {
            throw new IllegalArgumentException("expected second " + second + ", but got " + other.second);
        }
        first = Math.min(first, other.first);
        requests += other.requests;
        errors += other.errors;
        queries += other.queries;
        slowQueries += other.slowQueries;
        queriesOfFive += other.queriesOfFive;
        rssKib = other.rssKib == Columns.NONE ? rssKib : Math.max(0, rssKib) + other.rssKib;
        lagMicros = Math.max(lagMicros, other.lagMicros);
        requestRate.absorb(other.requestRate);
        queryRate.absorb(other.queryRate);
        responses.absorb(other.responses);
        five.merge(other.five);
        timeline.absorb(other.timeline);
        tiers.forEach((window, tier) -> tier.absorb(other.tier(window), second));
    }

    int bytes() {
        int bytes = responses.bytes() + timeline.bytes() + requestRate.bytes() + queryRate.bytes() + 160;
        for (Tier tier : tiers.values()) {
            bytes += tier.bytes();
        }
        return bytes;
    }
}
