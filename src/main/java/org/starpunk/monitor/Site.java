package org.starpunk.monitor;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.starpunk.monitor.Columns.Column;

/** The numbers of the whole site: totals since the start, what is going on now, and their course over 15 minutes, an hour, a day. */
final class Site {

    /*
     * An event is counted once, in the tally of the present five seconds. When they are over, that tally is merged into the
     * points of 30 and of 300 seconds, the heat maps, and the minute. Everything here happens by seconds of the monotonic clock.
     * They are numbered so that slots of every length begin where those of other processes do, by the wall clock at the start:
     * then the slots of two processes can be added up.
     */
    static final int STEP = 5;

    private static final int RATE_SECONDS = 10;
    private static final int STATUSES = 600;

    private final Map<Window, Tier> tiers = new EnumMap<>(Window.class);
    private final Tally five = new Tally();
    private final Timeline timeline = new Timeline();
    private final int[] requestsBySecond = new int[RATE_SECONDS + 1];
    private final int[] queriesBySecond = new int[RATE_SECONDS + 1];
    private final long[] statuses = new long[STATUSES];
    private final long first;
    private long second;
    private int queriesOfFive;
    private int rssKib = Columns.NONE;
    private int lagMicros = Columns.NONE;

    long requests;
    long errors;
    long queries;
    long slowQueries;

    /** @param first the number of the first second */
    Site(long first) {
        this.first = first;
        this.second = first;
        tiers.put(Window.QUARTER, new Tier(new Columns(STEP, 180, first), new HeatMap(15, 60, first), new Tally()));
        tiers.put(Window.HOUR, new Tier(new Columns(30, 120, first), new HeatMap(60, 60, first), new Tally()));
        tiers.put(Window.DAY, new Tier(new Columns(300, 288, first), new HeatMap(900, 96, first), new Tally()));
    }

    /** What is kept for one window; {@code point} is the tally of the growing point, without the present five seconds. */
    private record Tier(Columns columns, HeatMap heat, Tally point) {}

    void request(long nanos, boolean failed, long bytes, int status) {
        five.add(nanos, failed, bytes);
        requestsBySecond[(int) (second % requestsBySecond.length)]++;
        statuses[status >= 0 && status < STATUSES ? status : 0]++;
        requests++;
        if (failed) {
            errors++;
        }
    }

    void query(boolean slow) {
        queriesOfFive++;
        queriesBySecond[(int) (second % queriesBySecond.length)]++;
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

    /** Puts what is known of the present into the growing points: before somebody reads them, and when they end. */
    void settle(long heapBytes) {
        for (Tier tier : tiers.values()) {
            Columns columns = tier.columns;
            long point = second / columns.stepSeconds();
            columns.set(point, Column.HEAP_KIB, heapBytes / 1024);
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
        percentiles(fives, five);
    }

    private void percentiles(Columns columns, Tally tally) {
        long point = second / columns.stepSeconds();
        if (!tally.isEmpty()) {
            columns.set(point, Column.P50_MICROS, tally.durations.percentile(0.50) / 1_000);
            columns.set(point, Column.P95_MICROS, tally.durations.percentile(0.95) / 1_000);
            columns.set(point, Column.P99_MICROS, tally.durations.percentile(0.99) / 1_000);
        }
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
        requestsBySecond[(int) (second % requestsBySecond.length)] = 0;
        queriesBySecond[(int) (second % queriesBySecond.length)] = 0;
        if (second % 60 == 0) {
            timeline.roll(second / 60 - 1);
        }
        for (Tier tier : tiers.values()) {
            if (second % tier.columns.stepSeconds() == 0) {
                tier.columns.begin(second / tier.columns.stepSeconds());
                tier.point.clear();
            }
            if (second % tier.heat.stepSeconds() == 0) {
                tier.heat.begin(second / tier.heat.stepSeconds());
            }
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
            if (columns.stepSeconds() > STEP) {
                tier.point.merge(five);
                columns.add(point, Column.REQUESTS, five.count());
                columns.add(point, Column.ERRORS, five.errors);
                columns.add(point, Column.QUERIES, queriesOfFive);
                percentiles(columns, tier.point);
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
        return perSecond(requestsBySecond);
    }

    double queriesPerSecond() {
        return perSecond(queriesBySecond);
    }

    /** Over the last ten full seconds, or as many as there were. */
    private double perSecond(int[] bySecond) {
        long seconds = Math.min(seconds(), RATE_SECONDS);
        int sum = Arrays.stream(bySecond).sum() - bySecond[(int) (second % bySecond.length)];
        return seconds == 0 ? sum : (double) sum / seconds;
    }

    /** How many responses had a status, since the start. */
    long status(int status) {
        return statuses[status];
    }

    static int statuses() {
        return STATUSES;
    }

    int bytes() {
        int bytes = 8 * STATUSES + timeline.bytes() + 2 * (16 + 4 * (RATE_SECONDS + 1)) + 160;
        for (Tier tier : tiers.values()) {
            bytes += tier.columns.bytes() + tier.heat.bytes() + tier.point.bytes() + 24;
        }
        return bytes;
    }
}
