package org.starpunk.telemetry;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.MessageProducer;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Sends events to the metrics verticle, in batches, over the event bus. */
final class BusRecorder implements Recorder {

    /*
     * How an event is transferred without allocation and without a lock
     *
     * The recorder is used by one event loop only, so its own state needs no synchronization. It fills a batch. A full
     * batch, or one that has waited for FLUSH_MILLIS, is sent over the bus. It belongs to the metrics verticle until
     * that clears its volatile flag. There are BATCHES of them, and the last one is sent only when full. While all are
     * in transit, events are dropped and counted.
     *
     * The timing object of a request is taken from a pool when the request starts, and filled in place. At the end it
     * is written into the batch as numbers, and the next request reuses it. In the steady state the only allocation is
     * the bus message, one for many events.
     *
     * A metrics verticle that has died never returns the batches that it was reading. A batch in transit for LOST_NANOS
     * is therefore replaced. A late reader reads the old object, which is not written any more.
     */
    private static final int BATCHES = 3;
    private static final int MAX_SPARE_REQUESTS = 64;
    private static final long FLUSH_MILLIS = 100;
    private static final long LOST_NANOS = 15_000_000_000L;
    private static final DeliveryOptions LOCAL = new DeliveryOptions()
            .setCodecName(new EventBatch.EventBatchCodec().name())
            .setLocalOnly(true);

    private final Vertx vertx;
    private final Context context;
    private final Thread thread;
    private final SamplingRates sampling;
    private final Function<EventBatch, Future<Void>> out;
    final EventBatch[] batches = new EventBatch[BATCHES];

    @Nullable
    RequestTiming[] free = new @Nullable RequestTiming[MAX_SPARE_REQUESTS];

    private int freeCount;
    private long timer = -1;
    private @Nullable EventBatch current;
    private long dropped;
    private long wallOffsetNanos;
    private long startedRequests;
    private long ended;
    private int lent;
    private @Nullable MonitorCost monitor;
    private @Nullable EventLoopCost loop;
    private final RecorderOverhead cost = new RecorderOverhead();
    private final EventLoopReport report = new EventLoopReport(this::gauge, FLUSH_MILLIS * 1_000_000);

    /** @param out sends a batch; its future fails if no consumer accepts it */
    BusRecorder(Vertx vertx, SamplingRates sampling, Function<EventBatch, Future<Void>> out) {
        this.vertx = vertx;
        this.sampling = sampling;
        this.context = vertx.getOrCreateContext();
        this.thread = Thread.currentThread();
        this.out = out;
        for (int i = 0; i < BATCHES; i++) {
            batches[i] = new EventBatch();
        }
        this.current = batches[0];
        this.wallOffsetNanos = wallOffset(System.nanoTime());
    }

    static BusRecorder start(Vertx vertx, SamplingRates sampling) {
        MessageProducer<EventBatch> producer = vertx.eventBus().sender(EventBusAddresses.EVENTS, LOCAL);
        BusRecorder recorder = new BusRecorder(vertx, sampling, producer::write);
        MonitorCost monitor = MonitorCost.of(vertx);
        recorder.monitor = monitor;
        recorder.loop = monitor.ofThisLoop();
        recorder.loop.observe(() -> recorder.startedRequests, recorder::active);
        recorder.timer = vertx.setPeriodic(FLUSH_MILLIS, unused -> recorder.tick());
        return recorder;
    }

    @Override
    public Recorder forVerticle(String verticle) {
        report.setVerticle(verticle);
        return this;
    }

    @Override
    public RequestTiming requestStarted() {
        RequestTiming request = freeCount == 0 ? null : free[--freeCount];
        if (request == null) {
            request = new RequestTiming(this);
            lent++;
        }
        request.reset(RequestId.next(), System.nanoTime());
        startedRequests++;
        EventBatch batch = current;
        // About ten requests per second are measured, more on a busy server.
        if (active() == 1 && (batch == null || batch.size() == 0)) {
            request.begunBefore = startedRequests;
            request.allocatedBefore = ThreadAllocation.ofThisThread();
        }
        return request;
    }

    @Override
    public void requestEnded(
            RequestTiming request, Endpoint endpoint, int status, long requestBytes, long responseBytes) {
        long now = System.nanoTime();
        ended++;
        // Allocations of other requests on this thread would be included, so a request that overlapped with others has
        // no number.
        if (request.allocatedBefore >= 0 && request.begunBefore == startedRequests) {
            request.allocatedBytes = ThreadAllocation.ofThisThread() - request.allocatedBefore;
        }
        request.durationNanos = Math.max(0, now - request.startNanos - request.receiveNanos - request.sendNanos);
        request.status = status;
        request.requestBytes = requestBytes;
        request.responseBytes = responseBytes;
        if (request.outcome == Outcome.OK) {
            request.outcome = Outcome.of(status);
        }
        request.retained = request.failed()
                || request.durationNanos >= sampling.slowQueryNanos()
                || sampling.choosesRequest(request.id);
        EventBatch batch = filling();
        if (batch != null && batch.add(request, endpoint)) {
            flush(batch);
        }
        recycle(request);
        if (cost.request()) {
            cost.timed(System.nanoTime() - now);
        }
    }

    @Override
    public void query(QueryTiming query) {
        cost.statement();
        boolean unused = onLoop(query);
    }

    @Override
    public long now() {
        return System.nanoTime();
    }

    @Override
    public boolean sample(OperationType type, long requestId) {
        return sampling.chooses(type, requestId);
    }

    @Override
    public long slowQueryNanos() {
        return sampling.slowQueryNanos();
    }

    @Override
    public boolean record(
            OperationType type, String name, long durationNanos, Map<String, Object> metadata, boolean force) {
        long id = RequestTiming.currentId();
        boolean kept = force || durationNanos >= sampling.slowQueryNanos() || sampling.chooses(type, id);
        CustomEvent point = new CustomEvent(type, name, System.currentTimeMillis(), durationNanos, id, metadata, kept);
        return onLoop(point) && kept;
    }

    @Override
    public void gauge(String name, long value) {
        boolean unused = onLoop(new Gauge(name, value));
    }

    /** Adds an event. A call from another thread is forwarded to the event loop. */
    private boolean onLoop(TelemetryEvent event) {
        if (Thread.currentThread() == thread) {
            return put(event);
        }
        context.runOnContext(unused -> put(event));
        return true;
    }

    private boolean put(TelemetryEvent event) {
        EventBatch batch = filling();
        if (batch == null) {
            return false;
        }
        if (batch.add(event)) {
            flush(batch);
        }
        return true;
    }

    /**
     * Returns the batch with room for one more event. Returns null if all are in transit; the event is then dropped.
     */
    private @Nullable EventBatch filling() {
        EventBatch batch = current;
        if (batch == null) {
            batch = next();
            if (batch == null) {
                dropped++;
            }
        }
        return batch;
    }

    private @Nullable EventBatch next() {
        for (EventBatch batch : batches) {
            if (!batch.isInFlight()) {
                batch.clear();
                current = batch;
                return batch;
            }
        }
        return null;
    }

    private void recycle(RequestTiming request) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = request;
    }

    private void flush(EventBatch batch) {
        current = null;
        batch.send(System.nanoTime(), wallOffsetNanos, dropped, cost.takeNanos());
        dropped = 0;
        out.apply(batch).onFailure(unused -> refused(batch));
    }

    private void flushSome(@Nullable EventBatch batch) {
        if (batch != null && batch.size() > 0) {
            flush(batch);
        }
    }

    /** Counts the events of a batch without a consumer as dropped. */
    private void refused(EventBatch batch) {
        if (batch.isInFlight()) {
            dropped += batch.size() + batch.dropped();
            batch.release();
        }
    }

    void tick() {
        long start = MonitorCost.cpuNanos();
        if (monitor != null && loop != null) {
            monitor.tick(loop, start);
        }
        flushAndSend();
        long end = MonitorCost.cpuNanos();
        cost.worked(end - start);
        if (loop != null) {
            loop.tickEnded(end);
        }
    }

    private void flushAndSend() {
        long now = System.nanoTime();
        wallOffsetNanos = wallOffset(now);
        report.lag(now, bytes());
        EventBatch batch = current == null ? next() : current;
        if (batch != null && batch.hasRoom(EventLoopReport.REQUEST_GAUGES)) {
            report.requests(startedRequests, ended, active());
        }
        // The last batch is sent only when full. Otherwise a monitor that is late by some ticks would cost events while
        // each batch in transit holds only a few.
        if (Arrays.stream(batches).anyMatch(other -> other != batch && !other.isInFlight())) {
            flushSome(batch);
        }
        for (int i = 0; i < BATCHES; i++) {
            if (batches[i].isInFlight() && now - batches[i].sentNanos > LOST_NANOS) {
                dropped += batches[i].size() + batches[i].dropped();
                batches[i].discard();
                batches[i] = new EventBatch();
            }
        }
        flushPending();
    }

    /** Releases pooled objects that only a busy period needed. */
    private void flushPending() {
        while (freeCount > MAX_SPARE_REQUESTS) {
            free[--freeCount] = null;
            lent--;
        }
    }

    /** Returns the number of active requests. */
    private int active() {
        return lent - freeCount;
    }

    /** Returns the retained size in bytes: batches and pooled requests. */
    long bytes() {
        return BATCHES * EventBatch.BYTES + (long) lent * RequestTiming.BYTES;
    }

    /**
     * Returns the difference between the wall clock and the monotonic clock. It is read ten times per second, not for
     * every event.
     */
    private static long wallOffset(long now) {
        return System.currentTimeMillis() * 1_000_000 - now;
    }

    @Override
    public void close() {
        vertx.cancelTimer(timer);
        tick();
        flushSome(current);
    }
}
