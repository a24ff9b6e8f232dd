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
    private static final int SPARE = 64;
    private static final long FLUSH_MILLIS = 100;
    private static final long LOST_NANOS = 15_000_000_000L;
    private static final DeliveryOptions LOCAL =
            new DeliveryOptions().setCodecName(new Batch.Codec().name()).setLocalOnly(true);

    private final Vertx vertx;
    private final Context context;
    private final Thread thread;
    private final Sampling sampling;
    private final Function<Batch, Future<Void>> out;
    final Batch[] batches = new Batch[BATCHES];

    @Nullable
    RequestTiming[] free = new @Nullable RequestTiming[SPARE];

    private int freeCount;
    private long timer = -1;
    private @Nullable Batch current;
    private long dropped;
    private long wallOffsetNanos;
    private long begun;
    private long ended;
    private int lent;
    private @Nullable MonitorCost monitor;
    private @Nullable LoopCost loop;
    private final RecordingCost cost = new RecordingCost();
    private final LoopReport report = new LoopReport(this::gauge, FLUSH_MILLIS * 1_000_000);

    /** @param out sends a batch; its future fails if no consumer accepts it */
    BusRecorder(Vertx vertx, Sampling sampling, Function<Batch, Future<Void>> out) {
        this.vertx = vertx;
        this.sampling = sampling;
        this.context = vertx.getOrCreateContext();
        this.thread = Thread.currentThread();
        this.out = out;
        for (int i = 0; i < BATCHES; i++) {
            batches[i] = new Batch();
        }
        this.current = batches[0];
        this.wallOffsetNanos = wallOffset(System.nanoTime());
    }

    static BusRecorder start(Vertx vertx, Sampling sampling) {
        MessageProducer<Batch> producer = vertx.eventBus().sender(Addresses.EVENTS, LOCAL);
        BusRecorder recorder = new BusRecorder(vertx, sampling, producer::write);
        MonitorCost monitor = MonitorCost.of(vertx);
        recorder.monitor = monitor;
        recorder.loop = monitor.ofThisLoop();
        recorder.loop.observe(() -> recorder.begun, recorder::active);
        recorder.timer = vertx.setPeriodic(FLUSH_MILLIS, unused -> recorder.tick());
        return recorder;
    }

    @Override
    public Recorder named(String verticle) {
        report.named(verticle);
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
        begun++;
        Batch batch = current;
        // About ten requests per second are measured, more on a busy server.
        if (active() == 1 && (batch == null || batch.size() == 0)) {
            request.begunBefore = begun;
            request.allocatedBefore = Allocation.ofThisThread();
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
        if (request.allocatedBefore >= 0 && request.begunBefore == begun) {
            request.allocatedBytes = Allocation.ofThisThread() - request.allocatedBefore;
        }
        request.durationNanos = Math.max(0, now - request.startNanos - request.receiveNanos - request.sendNanos);
        request.status = status;
        request.requestBytes = requestBytes;
        request.responseBytes = responseBytes;
        if (request.outcome == Outcome.OK) {
            request.outcome = Outcome.of(status);
        }
        request.kept = request.failed()
                || request.durationNanos >= sampling.slowQueryNanos()
                || sampling.choosesRequest(request.id);
        Batch batch = filling();
        if (batch != null && batch.add(request, endpoint)) {
            flush(batch);
        }
        giveBack(request);
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
        Point point = new Point(type, name, System.currentTimeMillis(), durationNanos, id, metadata, kept);
        return onLoop(point) && kept;
    }

    @Override
    public void gauge(String name, long value) {
        boolean unused = onLoop(new Gauge(name, value));
    }

    /** Adds an event. A call from another thread is forwarded to the event loop. */
    private boolean onLoop(Event event) {
        if (Thread.currentThread() == thread) {
            return put(event);
        }
        context.runOnContext(unused -> put(event));
        return true;
    }

    private boolean put(Event event) {
        Batch batch = filling();
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
    private @Nullable Batch filling() {
        Batch batch = current;
        if (batch == null) {
            batch = next();
            if (batch == null) {
                dropped++;
            }
        }
        return batch;
    }

    private @Nullable Batch next() {
        for (Batch batch : batches) {
            if (!batch.away()) {
                batch.empty();
                current = batch;
                return batch;
            }
        }
        return null;
    }

    private void giveBack(RequestTiming request) {
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = request;
    }

    private void flush(Batch batch) {
        current = null;
        batch.send(System.nanoTime(), wallOffsetNanos, dropped, cost.take());
        dropped = 0;
        out.apply(batch).onFailure(unused -> refused(batch));
    }

    private void flushSome(@Nullable Batch batch) {
        if (batch != null && batch.size() > 0) {
            flush(batch);
        }
    }

    /** Counts the events of a batch without a consumer as dropped. */
    private void refused(Batch batch) {
        if (batch.away()) {
            dropped += batch.size() + batch.dropped();
            batch.release();
        }
    }

    void tick() {
        long start = MonitorCost.cpuNanos();
        if (monitor != null && loop != null) {
            monitor.tick(loop, start);
        }
        settleAndSend();
        long end = MonitorCost.cpuNanos();
        cost.worked(end - start);
        if (loop != null) {
            loop.tickEnded(end);
        }
    }

    private void settleAndSend() {
        long now = System.nanoTime();
        wallOffsetNanos = wallOffset(now);
        report.lag(now, bytes());
        Batch batch = current == null ? next() : current;
        if (batch != null && batch.hasRoom(LoopReport.REQUEST_GAUGES)) {
            report.requests(begun, ended, active());
        }
        // The last batch is sent only when full. Otherwise a monitor that is late by some ticks would cost events while
        // each batch in transit holds only a few.
        if (Arrays.stream(batches).anyMatch(other -> other != batch && !other.away())) {
            flushSome(batch);
        }
        for (int i = 0; i < BATCHES; i++) {
            if (batches[i].away() && now - batches[i].sentNanos > LOST_NANOS) {
                dropped += batches[i].size() + batches[i].dropped();
                batches[i].giveUp();
                batches[i] = new Batch();
            }
        }
        settle();
    }

    /** Releases pooled objects that only a busy period needed. */
    private void settle() {
        while (freeCount > SPARE) {
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
        return BATCHES * Batch.BYTES + (long) lent * RequestTiming.BYTES;
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
