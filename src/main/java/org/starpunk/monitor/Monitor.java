package org.starpunk.monitor;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Event;
import org.starpunk.telemetry.Gauge;
import org.starpunk.telemetry.OperationType;
import org.starpunk.telemetry.Point;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.Statement;

/**
 * All that the monitor knows: the ring for single events, histograms for truth, traces for causes. Plain state without a lock,
 * owned by the event loop of the metrics verticle.
 */
final class Monitor {

    static final String CACHE_HIT = "cache_hit";
    static final String CACHE_MISS = "cache_miss";
    private static final Point HIT = new Point(OperationType.RENDER, CACHE_HIT, 0, 0, 0, Map.of(), true);
    private static final Point MISS = new Point(OperationType.RENDER, CACHE_MISS, 0, 0, 0, Map.of(), true);
    static final Statement OTHER_SHAPES = new Statement("other", "unknown", "unknown");

    private static final int ENDPOINTS = 48;
    private static final int OWN_ENDPOINTS = 16;
    private static final int SHAPES = 96;
    private static final int BUSINESS = 64;
    private static final int LONGEST_RARE_SQL = 200;

    /** What the past minutes, hours, statements' texts and plans may take together, bytes. */
    private static final int HISTORY_BYTES = 256 * 1024;

    private static final long CLOCK_WAS_SET_MILLIS = 1_500;

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
    final GarbageCollection garbage = new GarbageCollection();
    final long startNanos;
    final long startMillis;

    private final long firstSecond;
    private final boolean copy;
    private long anchorMillis;

    long events;
    long dropped;
    long frame;
    int evicted;
    /** The program's. */
    String version = "unknown";

    /** Null unless Prometheus is configured. */
    @Nullable
    Counters counters;

    /**
     * @param bufferSize how many single events are kept
     * @param mostGrowth from what growth of resident memory on there is a warning, bytes
     * @param mergeable whether its numbers are to be added up with those of other nodes
     */
    Monitor(Clock clock, int bufferSize, long mostGrowth, boolean mergeable) {
        this.clock = clock;
        this.ring = new Ring(bufferSize);
        this.memory = new MemoryWatch(mostGrowth);
        this.startNanos = clock.nanos();
        this.startMillis = clock.millis();
        this.anchorMillis = startMillis;
        this.firstSecond = Math.floorMod(startMillis / 1_000, Timeline.LONGEST_SLOT_SECONDS);
        this.site = new Site(firstSecond, mergeable);
        this.copy = false;
    }

    /**
     * A copy of what another node knows, or the place to add up several.
     *
     * @param site its site, whose seconds are numbered from {@code base}, an epoch second
     * @param startMillis when the other one was started
     */
    Monitor(Clock clock, Site site, long startMillis, long base) {
        this.clock = clock;
        this.ring = new Ring(1);
        this.memory = new MemoryWatch(Long.MAX_VALUE);
        this.startMillis = startMillis;
        this.startNanos = clock.nanos() - (clock.millis() - startMillis) * 1_000_000L;
        this.anchorMillis = startMillis;
        this.firstSecond = Math.floorDiv(startMillis, 1_000) - base;
        this.site = site;
        this.copy = true;
    }

    /** Counts an event. */
    void accept(Event event) {
        events++;
        if (event instanceof RequestTiming request) {
            request(request);
        } else if (event instanceof QueryTiming query) {
            query(query);
        } else if (event instanceof Point point) {
            point(point, point.atMillis(), point.requestId());
        } else if (event instanceof Gauge gauge) {
            gauge(gauge);
        }
    }

    /** A gauge of one loop has its name after a colon. */
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
        row.add(request.durationNanos(), request.failed(), request.responseBytes());
        row.lastMillis = request.atMillis();
        row.changed = frame + 1;
        row.split.add(request);
        if (isOwn) {
            return;
        }
        site.request(request.durationNanos(), request.failed(), request.responseBytes(), request.status());
        if (counters != null) {
            counters.request(request, row.key);
        }
        if (request.kept()) {
            ring.add(request, row.key);
        }
        if (request.cache() != RequestTiming.Cache.NONE) {
            events++;
            point(request.cache() == RequestTiming.Cache.HIT ? HIT : MISS, request.atMillis(), request.id());
        }
        traces.offer(request, row.key, shapes);
        if (request.queryCount() >= Row.Repetition.LEAST) {
            Repetitions.look(request, row);
        }
    }

    private void query(QueryTiming query) {
        Row<Statement> row = shapes.of(query.statement());
        row.add(query.executeNanos(), query.error() != null, query.rows());
        row.waitNanos += query.waitNanos();
        row.lastMillis = query.atMillis();
        row.changed = frame + 1;
        row.turnedSlow |= query.slow();
        site.query(query.slow());
        if (counters != null) {
            counters.statement(row.key, query.executeNanos());
        }
        waits.add(query.waitNanos(), false, 0);
        if (query.kept()) {
            ring.add(query, shown(query, row));
        }
    }

    /** A slow or failed statement is shown with its text even when its shape has no row; the text is cut, to bound memory. */
    private Statement shown(QueryTiming query, Row<Statement> row) {
        boolean rare = shapes.isOther(row) && (query.slow() || query.error() != null);
        return rare ? Json.cut(query.statement(), LONGEST_RARE_SQL) : row.key;
    }

    private void point(Point point, long atMillis, long requestId) {
        Row<String> row = business.of(point.name());
        row.add(point.durationNanos(), false, 0);
        row.lastMillis = atMillis;
        markers.note(point);
        if (counters != null) {
            counters.point(point);
        }
        if (point.kept()) {
            ring.add(point, atMillis, requestId);
        }
    }

    /** Follows the clock: called once a second, and after a pause for each second of it. */
    void tick() {
        long target = firstSecond + (clock.nanos() - startNanos) / 1_000_000_000L;
        while (site.second() < target) {
            boolean fiveOver = (site.second() + 1) % Site.STEP == 0;
            site.endSecond(GarbageCollection.heapBytes(), fiveOver ? garbage.millisSinceLast() : 0);
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
        traces.roll(clock.millis());
        evicted += Rows.bound(List.of(endpoints, own, shapes, business), HISTORY_BYTES, minute + 1);
    }

    /** Empties ring and traces, as at a logout; counts and histograms stay. */
    void clear() {
        ring.clear();
        traces.clear();
    }

    /** Brings the growing points of the series up to the present: before somebody reads them. */
    void settle() {
        site.settle(copy ? Columns.NONE : GarbageCollection.heapBytes());
    }

    /** Brings a copy to a later second, in which nothing is known to have happened. */
    void moveTo(long second) {
        while (site.second() < second) {
            site.endSecond(Columns.NONE, 0);
            if (site.second() % 60 == 0) {
                roll(site.minute() - 1);
            }
        }
    }

    /** Gives rows the ids that they had in an earlier one. To be called while this one is still empty. */
    void like(Monitor earlier) {
        frame = earlier.frame;
        endpoints.like(earlier.endpoints);
        own.like(earlier.own);
        shapes.like(earlier.shapes);
    }

    /** Finds out which rows have changed since an earlier one. */
    void changedSince(Monitor earlier) {
        endpoints.changedSince(earlier.endpoints, frame);
        shapes.changedSince(earlier.shapes, frame);
    }

    /** Adds all that another one knows, which must be at the same second. */
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

    /** The epoch second of the number 0. */
    long base() {
        return Math.floorDiv(startMillis, 1_000) - firstSecond;
    }

    /** Seconds since the start. */
    double uptimeSeconds() {
        return (clock.nanos() - startNanos) / 1e9;
    }

    /**
     * The epoch second at which a second of the series begins. The whole series moves along when the wall clock was set, so that
     * its times always rise by even steps.
     */
    long epochSecond(long second) {
        long anchor = clock.millis() - (clock.nanos() - startNanos) / 1_000_000L;
        if (Math.abs(anchor - anchorMillis) > CLOCK_WAS_SET_MILLIS) {
            anchorMillis = anchor;
        }
        return Math.floorDiv(anchorMillis, 1_000) + second - firstSecond;
    }

    /** What all of it retains, bytes: computed, and checked against the real thing by a test. */
    long retainedBytes() {
        long rows = (long) endpoints.bytes() + own.bytes() + shapes.bytes() + business.bytes() + waits.bytes();
        long rest = (long) traces.bytes() + gauges.bytes() + markers.bytes() + loops.bytes() + 2L * 8 * 61;
        return ring.bytes() + site.bytes() + rows + rest + (counters == null ? 0 : counters.bytes());
    }
}
