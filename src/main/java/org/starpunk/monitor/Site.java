package org.starpunk.monitor;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.starpunk.monitor.Columns.Column;
import org.starpunk.telemetry.Outcome;

/** The numbers of the whole site: totals since the start, what is going on now, and their course over 15 minutes, an hour, a day. */
final class Site {

    /*
     * An event is counted once, in the tally of the present five seconds. When they are over, that tally is merged into the
     * points of 30 and of 300 seconds, the heat maps, and the minute. Everything here happens by seconds of the monotonic clock.
     * They are numbered so that slots of every length begin where those of other processes do, by the wall clock at the start:
     * then the slots of two processes can be added up.
     */
    static final int STEP = 5;

    // Not an EnumMap, for the same reason as in Columns.
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
     * @param first the number of the first second
     * @param mergeable whether its series are to be added up with those of other nodes
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
     * Puts what is known of the present into the growing points: before somebody reads them, and when they end.
     *
     * @param heapBytes heap in use, negative when it is not known
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
     * A second is over.
     *
     * @param heapBytes heap in use
     * @param gcMillis time of garbage collection since this was last called at the end of five seconds
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

    /** The number of the present second. */
    long second() {
        return second;
    }

    /** How many full seconds there were since the start. */
    long seconds() {
        return second - first;
    }

    /** The number of the present minute. */
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

    /** The tally of the present five seconds, which is not yet in the heat maps. */
    Tally five() {
        return five;
    }

    /** The present minute and the last one. */
    Tally now() {
        Tally now = timeline.now(minute());
        now.merge(five);
        return now;
    }

    /** Seconds from the start to the first request that {@link #now} counts; negative while it counts all of them. */
    long secondsBeforeNow() {
        return seconds() - second % 60 - 60;
    }

    /** The last full minute. */
    Tally lastMinute() {
        return timeline.lastMinute(minute());
    }

    /** The sum of a window. */
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

    /** Writes all that is held. */
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
     * Reads into a new one what another node has written.
     *
     * @param shift what has to be added to its numbers of seconds; a multiple of the longest slot
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

    /** Adds all that another one holds, which must be at the same second. */
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
