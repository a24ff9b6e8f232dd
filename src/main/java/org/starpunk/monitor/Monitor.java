package org.starpunk.monitor;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Event;
import org.starpunk.telemetry.Gauge;
import org.starpunk.telemetry.Point;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Statement;

/**
 * In-memory state of the monitor: recent events (ring buffer), exact counts and histograms, and traces. Not
 * thread-safe: it belongs to the event loop of the metrics verticle.
 */
final class Monitor {

    static final String CACHE_HIT = "cache_hit";
    static final String CACHE_MISS = "cache_miss";
    static final Statement OTHER_SHAPES = new Statement("other", "unknown", "unknown");

    private static final int ENDPOINTS = 48;
    private static final int OWN_ENDPOINTS = 16;
    private static final int SHAPES = 96;
    private static final int BUSINESS = 64;
    private static final int LONGEST_RARE_SQL = 200;
    /** Maximum retained size of closed slots, SQL texts and plans together, bytes. */
    private static final int HISTORY_BYTES = 256 * 1024;

    final Clock clock;
    final Ring ring;
    final Site site;
    final Rows<Endpoint> endpoints = new Rows<>(
            ENDPOINTS,
            new Endpoint("*", "other", false),
            key -> 112 + key.method().length() + key.route().length());
    final Rows<Endpoint> own = new Rows<>(OWN_ENDPOINTS, new Endpoint("*", "other", true), key -> 160);
    final Rows<Statement> shapes =
            new Rows<>(SHAPES, OTHER_SHAPES, key -> 180 + 2 * key.sql().length());
    final Rows<String> business = new Rows<>(BUSINESS, "other", key -> 40 + key.length());
    final Timeline waits = new Timeline();
    final Traces traces = new Traces();
    final Gauges gauges = new Gauges();
    final Markers markers = new Markers();
    final MemoryWatch memory;
    final Loops loops = new Loops();
    final OwnCost cost = new OwnCost();
    final OutageDetector outage = new OutageDetector();
    final MachineLoad load = new MachineLoad();
    private final Retention retention = new Retention(this);
    final GarbageCollection garbage = new GarbageCollection();
    final long startNanos;
    final long startMillis;

    private final long firstSecond;
    private final boolean copy;
    final TimeBase time;

    /** Receives each adjustment of the wall clock, milliseconds. */
    LongConsumer clockListener = millis -> {};

    /** Supplies the threshold of a slow operation, nanoseconds. */
    LongSupplier slowNanos = () -> Long.MAX_VALUE;

    private boolean hasCleared;
    private long clearedNanos;

    long events;
    long dropped;
    long frame;
    /** Second of the last live update; -1 before the first one. */
    long framedSecond = -1;

    int evicted;
    String version = "unknown";

    @Nullable
    Counters counters;

    /**
     * @param bufferSize capacity of the ring buffer
     * @param mostGrowth growth of resident memory above which there is a warning, bytes
     * @param mergeable whether it is merged with the monitors of other nodes
     */
    Monitor(Clock clock, int bufferSize, long mostGrowth, boolean mergeable) {
        this.clock = clock;
        this.ring = new Ring(bufferSize);
        this.memory = new MemoryWatch(mostGrowth);
        this.startNanos = clock.nanos();
        this.startMillis = clock.millis();
        this.time = new TimeBase(clock, startNanos, startMillis, this::wallClockMoved);
        this.firstSecond = Math.floorMod(startMillis / 1_000, Timeline.LONGEST_SLOT_SECONDS);
        this.site = new Site(firstSecond, mergeable);
        this.copy = false;
    }

    /**
     * Creates a copy of another node's state, or an empty state into which several are merged.
     *
     * @param site statistics of the site; its seconds are numbered from {@code base}, an epoch second
     * @param startMillis start of the other node, epoch milliseconds
     */
    Monitor(Clock clock, Site site, long startMillis, long base) {
        this.clock = clock;
        this.ring = new Ring(1);
        this.memory = new MemoryWatch(Long.MAX_VALUE);
        this.startMillis = startMillis;
        this.startNanos = clock.nanos() - (clock.millis() - startMillis) * 1_000_000L;
        this.time = new TimeBase(clock, startNanos, startMillis, this::wallClockMoved);
        this.firstSecond = Math.floorDiv(startMillis, 1_000) - base;
        this.site = site;
        this.copy = true;
    }

    void accept(Event event) {
        events++;
        if (event instanceof RequestTiming request) {
            request(request);
        } else if (event instanceof QueryTiming query) {
            query(query);
        } else if (event instanceof Point point) {
            point(point, time.ofWallClock(point.atMillis()), point.requestId());
        } else if (event instanceof Gauge gauge) {
            gauge(gauge);
        }
    }

    /** Accepts a gauge. The name of an event loop's gauge is followed by a colon and the name of the loop. */
    private void gauge(Gauge gauge) {
        int colon = gauge.name().indexOf(':');
        if (colon < 0) {
            gauges.accept(gauge);
        } else if (loops.accept(gauge.name().substring(0, colon), gauge.name().substring(colon + 1), gauge.value())) {
            site.lag(gauge.value());
        }
    }

    private void request(RequestTiming request) {
        boolean isOwn = request.endpoint().own();
        Row<Endpoint> row = (isOwn ? own : endpoints).of(request.endpoint());
        row.add(request.durationNanos(), request.outcome(), request.responseBytes());
        row.timeline.addParts(request.receiveNanos(), request.sendNanos());
        row.lastMillis = endOf(request);
        row.changed = frame + 1;
        row.split.add(request);
        if (isOwn) {
            return;
        }
        outage.request(row, request.failed());
        site.request(request.durationNanos(), request.outcome(), request.responseBytes(), request.status());
        if (counters != null) {
            counters.request(request);
        }
        if (isAfterClear(request.startNanos())) {
            retention.request(request, row, endOf(request));
            row.repetition.request(request, row.key, shapes, time);
        }
        cached(request);
    }

    private boolean isAfterClear(long nanos) {
        return !hasCleared || nanos - clearedNanos >= 0;
    }

    private long endOf(RequestTiming request) {
        return time.millisOf(request.startNanos() + request.durationNanos());
    }

    /** Counts a cache lookup. It has no event of its own, because it is a field of its request's event. */
    private void cached(RequestTiming request) {
        if (request.cache() != RequestTiming.Cache.NONE) {
            count(request.cache() == RequestTiming.Cache.HIT ? CACHE_HIT : CACHE_MISS, 0, endOf(request));
        }
    }

    private void query(QueryTiming query) {
        Row<Statement> row = shapes.of(query.statement());
        row.add(query.executeNanos(), query.error() != null, query.rows());
        row.waitNanos += query.waitNanos();
        row.lastMillis = time.millisOf(query.startNanos() + query.totalNanos());
        row.changed = frame + 1;
        row.turnedSlow |= query.slow();
        site.query(query.slow());
        if (counters != null) {
            counters.statement(query);
        }
        waits.add(query.waitNanos(), false, 0);
        if (query.kept() && isAfterClear(query.startNanos())) {
            ring.add(query, shown(query, row), time.millisOf(query.startNanos() + query.totalNanos()));
        }
    }

    /**
     * Returns the statement to retain. A slow or failed statement keeps its text even if its shape has no row. The text
     * is shortened to bound memory.
     */
    private Statement shown(QueryTiming query, Row<Statement> row) {
        boolean rare = shapes.isOther(row) && (query.slow() || query.error() != null);
        return rare ? Json.cut(query.statement(), LONGEST_RARE_SQL) : row.key;
    }

    private void point(Point point, long atMillis, long requestId) {
        count(point.name(), point.durationNanos(), atMillis);
        markers.note(point, atMillis);
        if (counters != null) {
            counters.point(point);
        }
        if (point.kept() && (!hasCleared || atMillis > time.millisOf(clearedNanos))) {
            ring.add(point, atMillis, requestId, point.durationNanos() >= slowNanos.getAsLong());
        }
    }

    private void count(String name, long nanos, long atMillis) {
        Row<String> row = business.of(name);
        row.add(nanos, false, 0);
        row.lastMillis = atMillis;
        if (counters != null) {
            counters.event(name);
        }
    }

    /** Advances to the current second. Must be called once a second; after a pause it ends each missed second. */
    void tick() {
        time.follow();
        long target = firstSecond + (clock.nanos() - startNanos) / 1_000_000_000L;
        while (site.second() < target) {
            boolean fiveOver = (site.second() + 1) % Site.STEP == 0;
            site.endSecond(memory.heapBytes(), fiveOver ? garbage.millisSinceLast() : 0);
            cost.endSecond(clock.processCpuNanos());
            if (site.second() % 60 == 0) {
                roll(site.minute() - 1);
            }
        }
    }

    private void roll(long minute) {
        endpoints.roll(minute);
        own.roll(minute);
        shapes.roll(minute);
        business.roll(minute);
        waits.roll(minute);
        long now = time.nowMillis();
        traces.roll(now);
        forEachRepetition(repetition -> repetition.roll(now));
        evicted += Rows.bound(List.of(endpoints, own, shapes, business), HISTORY_BYTES, minute + 1);
    }

    /**
     * Clears ring buffer and traces, as at a logout. Counts and histograms stay. Operations that started before are
     * counted when they end, but not retained.
     */
    void clear() {
        clearedNanos = clock.nanos();
        hasCleared = true;
        ring.clear();
        traces.clear();
        forEachRepetition(Repetition::clear);
    }

    private void forEachRepetition(Consumer<Repetition> action) {
        endpoints.named().forEach(row -> action.accept(row.repetition));
        action.accept(endpoints.other().repetition);
    }

    /** Returns the trace of this id; null if there is none. */
    @Nullable
    Trace trace(long id) {
        Trace found = traces.find(id);
        if (found == null) {
            found = endpoints.other().repetition.find(id);
        }
        for (Row<Endpoint> row : endpoints.named()) {
            found = found == null ? row.repetition.find(id) : found;
        }
        return found;
    }

    /** Updates the current points of the series. */
    void settle() {
        site.settle(copy ? Columns.NONE : memory.heapBytes());
    }

    /** Advances a remote copy to {@code second}, adding empty slots. */
    void moveTo(long second) {
        while (site.second() < second) {
            site.endSecond(Columns.NONE, 0);
            if (site.second() % 60 == 0) {
                roll(site.minute() - 1);
            }
        }
    }

    /** Assigns the row ids of an earlier monitor. Must be called while this one is empty. */
    void like(Monitor earlier) {
        frame = earlier.frame;
        endpoints.like(earlier.endpoints);
        own.like(earlier.own);
        shapes.like(earlier.shapes);
    }

    /** Marks the rows that differ from an earlier monitor as changed. */
    void changedSince(Monitor earlier) {
        endpoints.changedSince(earlier.endpoints, frame);
        shapes.changedSince(earlier.shapes, frame);
    }

    /** Merges another monitor, which must be at the same second. */
    void absorb(Monitor other) {
        events += other.events;
        dropped += other.dropped;
        evicted += other.evicted;
        site.absorb(other.site);
        endpoints.absorb(other.endpoints);
        own.absorb(other.own);
        shapes.absorb(other.shapes);
        business.absorb(other.business);
        waits.absorb(other.waits);
    }

    /** Returns the epoch second of the second number 0. */
    long base() {
        return Math.floorDiv(startMillis, 1_000) - firstSecond;
    }

    /** Returns the time since the start, seconds. */
    double uptimeSeconds() {
        return (clock.nanos() - startNanos) / 1e9;
    }

    private void wallClockMoved(long millis) {
        ring.shift(millis);
        markers.shift(millis);
        traces.shift(millis);
        forEachRepetition(repetition -> repetition.shift(millis));
        memory.shift(millis);
        List.of(endpoints, own, shapes, business).forEach(rows -> rows.shift(millis));
        clockListener.accept(millis);
    }

    /** Returns the epoch second of a second number. */
    long epochSecond(long second) {
        time.follow();
        return Math.floorDiv(time.startMillis(), 1_000) + second - firstSecond;
    }

    /** Returns the computed retained size in bytes. A test compares it with the measured size. */
    long retainedBytes() {
        return RetainedSize.of(this);
    }
}
