package org.starpunk.monitor;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.CustomEvent;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Gauge;
import org.starpunk.telemetry.QueryTiming;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.telemetry.SqlShape;
import org.starpunk.telemetry.TelemetryEvent;

/**
 * In-memory state of the monitor: recent events (ring buffer), exact counts and histograms, and traces. Not
 * thread-safe: it belongs to the event loop of the metrics verticle.
 */
final class MonitorState {

    static final String CACHE_HIT = "cache_hit";
    static final String CACHE_MISS = "cache_miss";
    static final SqlShape OTHER_SHAPES = new SqlShape("other", "unknown", "unknown");

    private static final int ENDPOINTS = 48;
    private static final int OWN_ENDPOINTS = 16;
    private static final int SHAPES = 96;
    private static final int BUSINESS = 64;
    private static final int LONGEST_RARE_SQL = 200;
    /** Maximum retained size of closed slots, SQL texts and plans together, bytes. */
    private static final int HISTORY_BYTES = 256 * 1024;

    final TimeSource clock;
    final EventRingBuffer ring;
    final SiteStats site;
    final BoundedStatsTable<Endpoint> endpoints = new BoundedStatsTable<>(
            ENDPOINTS,
            new Endpoint("*", "other", false),
            key -> 112 + key.method().length() + key.route().length());
    final BoundedStatsTable<Endpoint> internalEndpoints =
            new BoundedStatsTable<>(OWN_ENDPOINTS, new Endpoint("*", "other", true), unused -> 160);
    final BoundedStatsTable<SqlShape> shapes = new BoundedStatsTable<>(
            SHAPES, OTHER_SHAPES, key -> 180 + 2 * key.sql().length());
    final BoundedStatsTable<String> business = new BoundedStatsTable<>(BUSINESS, "other", key -> 40 + key.length());
    final RollupHistory waits = new RollupHistory();
    final TraceStore traces = new TraceStore();
    final GaugeTable gauges = new GaugeTable();
    final Annotations annotations = new Annotations();
    final MemoryGrowthDetector memory;
    final EventLoopLag lag = new EventLoopLag();
    final MonitorOverhead cost = new MonitorOverhead();
    final OutageDetector outage = new OutageDetector();
    final MachineLoad load = new MachineLoad();
    private final RequestRetention requestRetention = new RequestRetention(this);
    final GcStats garbage = new GcStats();
    final long startNanos;
    final long startMillis;

    private final long firstSecond;
    private final boolean copy;
    final TimeBase time;

    /** Receives each adjustment of the wall clock, milliseconds. */
    LongConsumer clockListener = unused -> {};

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
    PrometheusHistograms prometheusHistograms;

    /**
     * @param bufferSize capacity of the ring buffer
     * @param mostGrowth growth of resident memory above which there is a warning, bytes
     * @param mergeable whether it is merged with the monitors of other nodes
     */
    MonitorState(TimeSource clock, int bufferSize, long mostGrowth, boolean mergeable) {
        this.clock = clock;
        this.ring = new EventRingBuffer(bufferSize);
        this.memory = new MemoryGrowthDetector(mostGrowth);
        this.startNanos = clock.nanos();
        this.startMillis = clock.millis();
        this.time = new TimeBase(clock, startNanos, startMillis, this::wallClockMoved);
        this.firstSecond = Math.floorMod(startMillis / 1_000, RollupHistory.LONGEST_SLOT_SECONDS);
        this.site = new SiteStats(firstSecond, mergeable);
        this.copy = false;
    }

    /**
     * Creates a copy of another node's state, or an empty state into which several are merged.
     *
     * @param site statistics of the site; its seconds are numbered from {@code base}, an epoch second
     * @param startMillis start of the other node, epoch milliseconds
     */
    MonitorState(TimeSource clock, SiteStats site, long startMillis, long base) {
        this.clock = clock;
        this.ring = new EventRingBuffer(1);
        this.memory = new MemoryGrowthDetector(Long.MAX_VALUE);
        this.startMillis = startMillis;
        this.startNanos = clock.nanos() - (clock.millis() - startMillis) * 1_000_000L;
        this.time = new TimeBase(clock, startNanos, startMillis, this::wallClockMoved);
        this.firstSecond = Math.floorDiv(startMillis, 1_000) - base;
        this.site = site;
        this.copy = true;
    }

    void accept(TelemetryEvent event) {
        events++;
        if (event instanceof RequestTiming request) {
            request(request);
        } else if (event instanceof QueryTiming query) {
            query(query);
        } else if (event instanceof CustomEvent point) {
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
        } else if (lag.accept(gauge.name().substring(0, colon), gauge.name().substring(colon + 1), gauge.value())) {
            site.lag(gauge.value());
        }
    }

    private void request(RequestTiming request) {
        boolean isOwn = request.endpoint().internal();
        KeyStats<Endpoint> keyStats = (isOwn ? internalEndpoints : endpoints).get(request.endpoint());
        keyStats.add(request.durationNanos(), request.outcome(), request.responseBytes());
        keyStats.history.addParts(request.receiveNanos(), request.sendNanos());
        keyStats.lastMillis = endOf(request);
        keyStats.changed = frame + 1;
        keyStats.breakdown.add(request);
        if (isOwn) {
            return;
        }
        outage.request(keyStats, request.failed());
        site.request(request.durationNanos(), request.outcome(), request.responseBytes(), request.status());
        if (prometheusHistograms != null) {
            prometheusHistograms.request(request);
        }
        if (isAfterClear(request.startNanos())) {
            requestRetention.request(request, keyStats, endOf(request));
            keyStats.detector.request(request, keyStats.key, shapes, time);
        }
        cached(request);
    }

    private boolean isAfterClear(long nanos) {
        return !hasCleared || nanos - clearedNanos >= 0;
    }

    /** Returns the end of the server's work, epoch milliseconds. The body was received before. */
    private long endOf(RequestTiming request) {
        return time.millisOf(request.startNanos() + request.receiveNanos() + request.durationNanos());
    }

    /** Counts a cache lookup. It has no event of its own, because it is a field of its request's event. */
    private void cached(RequestTiming request) {
        if (request.cache() != RequestTiming.Cache.NONE) {
            count(request.cache() == RequestTiming.Cache.HIT ? CACHE_HIT : CACHE_MISS, 0, endOf(request));
        }
    }

    private void query(QueryTiming query) {
        KeyStats<SqlShape> keyStats = shapes.get(query.statement());
        keyStats.add(query.executeNanos(), query.error() != null, query.rows());
        keyStats.waitNanos += query.waitNanos();
        keyStats.lastMillis = time.millisOf(query.startNanos() + query.totalNanos());
        keyStats.changed = frame + 1;
        keyStats.turnedSlow |= query.slow();
        site.query(query.slow());
        if (prometheusHistograms != null) {
            prometheusHistograms.statement(query);
        }
        waits.add(query.waitNanos(), false, 0);
        if (query.retained() && isAfterClear(query.startNanos())) {
            ring.add(query, shown(query, keyStats), time.millisOf(query.startNanos() + query.totalNanos()));
        }
    }

    /**
     * Returns the statement to retain. A slow or failed statement keeps its text even if its shape has no row. The text
     * is shortened to bound memory.
     */
    private SqlShape shown(QueryTiming query, KeyStats<SqlShape> keyStats) {
        boolean rare = shapes.isOther(keyStats) && (query.slow() || query.error() != null);
        return rare ? JsonFields.cut(query.statement(), LONGEST_RARE_SQL) : keyStats.key;
    }

    private void point(CustomEvent point, long atMillis, long requestId) {
        count(point.name(), point.durationNanos(), atMillis);
        annotations.note(point, atMillis);
        if (prometheusHistograms != null) {
            prometheusHistograms.point(point);
        }
        if (point.retained() && (!hasCleared || atMillis > time.millisOf(clearedNanos))) {
            ring.add(point, atMillis, requestId, point.durationNanos() >= slowNanos.getAsLong());
        }
    }

    private void count(String name, long nanos, long atMillis) {
        KeyStats<String> keyStats = business.get(name);
        keyStats.add(nanos, false, 0);
        keyStats.lastMillis = atMillis;
        if (prometheusHistograms != null) {
            prometheusHistograms.event(name);
        }
    }

    /** Advances to the current second. Must be called once a second; after a pause it ends each missed second. */
    void tick() {
        time.follow();
        long target = firstSecond + (clock.nanos() - startNanos) / 1_000_000_000L;
        while (site.currentSecond() < target) {
            boolean fiveOver = (site.currentSecond() + 1) % SiteStats.STEP == 0;
            site.endSecond(memory.heapBytes(), fiveOver ? garbage.millisSinceLast() : 0);
            cost.endSecond(clock.processCpuNanos());
            if (site.currentSecond() % 60 == 0) {
                startMinute(site.minute() - 1);
            }
        }
    }

    private void startMinute(long minute) {
        endpoints.startMinute(minute);
        internalEndpoints.startMinute(minute);
        shapes.startMinute(minute);
        business.startMinute(minute);
        waits.startMinute(minute);
        long now = time.nowMillis();
        traces.expire(now);
        forEachRepetition(detector -> detector.expire(now));
        evicted += BoundedStatsTable.evictHistory(
                List.of(endpoints, internalEndpoints, shapes, business), HISTORY_BYTES, minute + 1);
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
        forEachRepetition(NPlusOneDetector::clear);
    }

    private void forEachRepetition(Consumer<NPlusOneDetector> action) {
        endpoints.named().forEach(keyStats -> action.accept(keyStats.detector));
        action.accept(endpoints.other().detector);
    }

    /** Returns the trace of this id; null if there is none. */
    @Nullable
    RequestTrace trace(long id) {
        RequestTrace found = traces.find(id);
        if (found == null) {
            found = endpoints.other().detector.find(id);
        }
        for (KeyStats<Endpoint> keyStats : endpoints.named()) {
            found = found == null ? keyStats.detector.find(id) : found;
        }
        return found;
    }

    /** Updates the current points of the series. */
    void closeSecond() {
        site.closeSecond(copy ? TimeSeries.NONE : memory.heapBytes());
    }

    /** Advances a remote copy to {@code second}, adding empty slots. */
    void advanceTo(long second) {
        while (site.currentSecond() < second) {
            site.endSecond(TimeSeries.NONE, 0);
            if (site.currentSecond() % 60 == 0) {
                startMinute(site.minute() - 1);
            }
        }
    }

    /** Assigns the row ids of an earlier monitor. Must be called while this one is empty. */
    void adoptIds(MonitorState earlier) {
        frame = earlier.frame;
        endpoints.adoptIds(earlier.endpoints);
        internalEndpoints.adoptIds(earlier.internalEndpoints);
        shapes.adoptIds(earlier.shapes);
    }

    /** Marks the rows that differ from an earlier monitor as changed. */
    void markChangedSince(MonitorState earlier) {
        endpoints.markChangedSince(earlier.endpoints, frame);
        shapes.markChangedSince(earlier.shapes, frame);
    }

    /** Merges another monitor, which must be at the same second. */
    void absorb(MonitorState other) {
        events += other.events;
        dropped += other.dropped;
        evicted += other.evicted;
        site.absorb(other.site);
        endpoints.absorb(other.endpoints);
        internalEndpoints.absorb(other.internalEndpoints);
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
        annotations.shift(millis);
        traces.shift(millis);
        forEachRepetition(detector -> detector.shift(millis));
        memory.shift(millis);
        List.of(endpoints, internalEndpoints, shapes, business).forEach(table -> table.shift(millis));
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
