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
     * How an event travels without allocation and without a lock
     *
     * The recorder is used by one event loop only, so its own state needs no care. It fills a batch; a full one, or one that
     * has waited for FLUSH_MILLIS, is sent over the bus, and belongs to the metrics verticle until that clears its volatile
     * flag. There are BATCHES of them, the last of which waits until it is full: when all are away, what comes is dropped and counted.
     *
     * The timing of a request is lent when it starts, filled in place, written into the batch as numbers when it ends, and used
     * again for the next. In steady state nothing is allocated but the bus message, once for many events.
     *
     * A metrics verticle that died takes the batches along that it was reading. A batch that has been away for LOST_NANOS is
     * therefore given up and replaced; whoever still reads the old one reads an object that nobody writes any more.
     */
    private static final int BATCHES = 3;
    private static final int SPARE = 64;
    private static final long FLUSH_MILLIS = 100;
    private static final long LATE_NANOS = 10_000_000L;
    private static final int TICKS_PER_REPORT = 50;
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
    private long lastTickNanos = System.nanoTime();
    private long worstLagNanos;
    private int ticks;
    private String loop = Thread.currentThread().getName();
    private int begun;
    private int lent;
    private final RecordingCost cost = new RecordingCost();

    /** @param out sends a batch; the future fails when nobody has taken it */
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
        this.wallOffsetNanos = wallOffset(lastTickNanos);
    }

    static BusRecorder start(Vertx vertx, Sampling sampling) {
        MessageProducer<Batch> producer = vertx.eventBus().sender(Addresses.EVENTS, LOCAL);
        BusRecorder recorder = new BusRecorder(vertx, sampling, producer::write);
        recorder.timer = vertx.setPeriodic(FLUSH_MILLIS, unused -> recorder.tick());
        return recorder;
    }

    @Override
    public Recorder named(String verticle) {
        loop = verticle + '@' + thread.getName();
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
        if (active() == 1 && (batch == null || batch.size() == 0)) { // ten a second, more of a busy server
            request.begunBefore = begun;
            request.allocatedBefore = Allocation.ofThisThread();
        }
        return request;
    }

    @Override
    public void requestEnded(
            RequestTiming request, Endpoint endpoint, int status, long requestBytes, long responseBytes) {
        long now = System.nanoTime();
        // What others allocated on this thread meanwhile is not this request's: then there is no number.
        if (request.allocatedBefore >= 0 && request.begunBefore == begun) {
            request.allocatedBytes = Allocation.ofThisThread() - request.allocatedBefore;
        }
        request.durationNanos = now - request.startNanos;
        request.status = status;
        request.requestBytes = requestBytes;
        request.responseBytes = responseBytes;
        request.kept = request.failed()
                || request.durationNanos >= sampling.slowQueryNanos()
                || sampling.chooses(OperationType.HTTP);
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
    public boolean sample(OperationType type) {
        return sampling.chooses(type);
    }

    @Override
    public long slowQueryNanos() {
        return sampling.slowQueryNanos();
    }

    @Override
    public boolean record(
            OperationType type, String name, long durationNanos, Map<String, Object> metadata, boolean force) {
        boolean kept = force || durationNanos >= sampling.slowQueryNanos() || sampling.chooses(type);
        Point point = new Point(
                type, name, System.currentTimeMillis(), durationNanos, RequestTiming.currentId(), metadata, kept);
        return onLoop(point) && kept;
    }

    @Override
    public void gauge(String name, long value) {
        boolean unused = onLoop(new Gauge(name, value));
    }

    /** Code on another thread may record a point too: it is handed over to the loop. */
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

    /** The batch that has room for one more event; null when all are away: then the event is dropped. */
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

    /** Nobody listens: what the batch holds is lost, and counted. */
    private void refused(Batch batch) {
        if (batch.away()) {
            dropped += batch.size() + batch.dropped();
            batch.release();
        }
    }

    void tick() {
        long now = System.nanoTime();
        lag(now);
        Batch batch = current;
        // The last one waits: a monitor that is late by some ticks would cost events, with a few in each batch on its
        // way.
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

    /** What a busy time has left behind is let go. */
    private void settle() {
        while (freeCount > SPARE) {
            free[--freeCount] = null;
            lent--;
        }
    }

    /** A timer that fires late says how long the event loop was busy with something else. */
    private void lag(long now) {
        wallOffsetNanos = wallOffset(now);
        long late = Math.max(0, now - lastTickNanos - FLUSH_MILLIS * 1_000_000);
        lastTickNanos = now;
        worstLagNanos = Math.max(worstLagNanos, late);
        if (late >= LATE_NANOS || ++ticks >= TICKS_PER_REPORT) {
            gauge("loop_lag_us:" + loop, worstLagNanos / 1_000);
            gauge("recorder_bytes:" + loop, bytes());
            gauge("active_requests:" + loop, active());
            worstLagNanos = 0;
            ticks = 0;
        }
    }

    /** How many requests are being answered. */
    private int active() {
        return lent - freeCount;
    }

    /** What it retains: its batches, and the requests that are lent or free. */
    long bytes() {
        return BATCHES * Batch.BYTES + (long) lent * RequestTiming.BYTES;
    }

    /** What is added to the monotonic clock to make the wall clock: read ten times a second, not with every event. */
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
