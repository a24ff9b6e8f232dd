package org.starpunk.telemetry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Events on their way to the metrics verticle: one message carries many.
 *
 * <p>A recorder owns a few batches and fills them in turn. A batch that was sent is the metrics verticle's, until it calls
 * {@link #release()}; then the recorder may fill it again. When all are on their way, events are dropped and counted, so that a
 * slow or dead monitor costs neither memory nor time.
 */
public final class Batch {

    /** Events in one message. */
    static final int CAPACITY = 256;

    /** Statements in one message, those of its last request apart. */
    static final int STATEMENTS = 256;

    /*
     * Why numbers in columns
     *
     * A batch is written on one processor and read on another: what crosses is paid for by the cache line, some 100 ns each where
     * they lie about, and next to nothing where they follow one another. So a request's own object stays with its event loop, and
     * its numbers travel in one array; with it go its endpoint, which is long known on the other side, and its statements, if any.
     */

    private static final int NUMBERS = 6;
    private static final int MORE_NUMBERS = 6;
    private static final int FAILED = 1 << 16;
    private static final int KEPT = 1 << 17;
    static final int HIT = 1 << 18;
    static final int MISS = 1 << 19;
    private static final int MORE = 1 << 20;

    /** What one retains, without its events and the statements of its requests. */
    static final long BYTES =
            64 + 2 * (16 + 4 * CAPACITY) + 16 + 8 * CAPACITY * NUMBERS + 16 + 8 * CAPACITY * MORE_NUMBERS;

    /** Of each event: the event itself, or of a request its endpoint. */
    private final @Nullable Object[] what = new @Nullable Object[CAPACITY];

    /** Of each request that has run any: its statements. */
    private final @Nullable List<QueryTiming>[] queries = lists();

    private final long[] numbers = new long[CAPACITY * NUMBERS];

    /** What is nothing for most requests, such as the time of statements: apart, so that those do not touch it. */
    private final long[] more = new long[CAPACITY * MORE_NUMBERS];

    private int size;
    private int statements;
    long sentNanos;
    private long dropped;
    private long costNanos;
    private long wallOffsetNanos;
    private volatile boolean away;
    private volatile boolean givenUp;

    Batch() {}

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable List<QueryTiming>[] lists() {
        return new List[CAPACITY];
    }

    /**
     * Takes one more event.
     *
     * @return whether the batch is to be sent now: it is full
     */
    boolean add(Event event) {
        what[size++] = event;
        return size == CAPACITY;
    }

    /**
     * Takes all that is known of a request, whose object may then be used again.
     *
     * @return whether the batch is to be sent now: it is full, or has so many statements that a few more such batches would fill the
     *     heap
     */
    boolean add(RequestTiming request, Endpoint endpoint) {
        int place = size++;
        what[place] = endpoint;
        write(request, place);
        if (request.queryCount > 0) {
            queries[place] = request.queries;
            request.queries = List.of();
            statements += request.queryCount;
        }
        return size == CAPACITY || statements >= STATEMENTS;
    }

    private void write(RequestTiming request, int place) {
        boolean hasMore = (request.renderNanos | request.loopNanos | request.requestBytes | request.queryCount) != 0
                || request.allocatedBytes >= 0;
        int at = place * NUMBERS;
        long[] to = numbers;
        to[at] = request.id;
        to[at + 1] = request.startNanos;
        to[at + 2] = request.durationNanos;
        to[at + 3] = request.headNanos;
        to[at + 4] = request.responseBytes;
        to[at + 5] = (long) request.queryCount << 32
                | request.cacheBits
                | (hasMore ? MORE : 0)
                | (request.kept ? KEPT : 0)
                | (request.failed ? FAILED : 0)
                | request.status;
        if (hasMore) {
            writeMore(request, place * MORE_NUMBERS);
        }
    }

    private void writeMore(RequestTiming request, int at) {
        long[] to = more;
        to[at] = request.requestBytes;
        to[at + 1] = request.allocatedBytes;
        to[at + 2] = request.renderNanos;
        to[at + 3] = request.loopNanos;
        to[at + 4] = request.waitNanos;
        to[at + 5] = request.executeNanos;
    }

    private void read(RequestTiming request, int place) {
        int at = place * NUMBERS;
        long[] from = numbers;
        request.id = from[at];
        request.startNanos = from[at + 1];
        request.durationNanos = from[at + 2];
        request.atNanos = request.startNanos + request.durationNanos + wallOffsetNanos;
        request.headNanos = from[at + 3];
        request.responseBytes = from[at + 4];
        int small = (int) from[at + 5];
        request.queryCount = (int) (from[at + 5] >>> 32);
        request.cacheBits = small & (HIT | MISS);
        request.kept = (small & KEPT) != 0;
        request.failed = (small & FAILED) != 0;
        request.status = small & 0xFFFF;
        boolean hasMore = (small & MORE) != 0;
        int rest = place * MORE_NUMBERS;
        request.requestBytes = hasMore ? more[rest] : 0;
        request.allocatedBytes = hasMore ? more[rest + 1] : -1;
        request.renderNanos = hasMore ? more[rest + 2] : 0;
        request.loopNanos = hasMore ? more[rest + 3] : 0;
        request.waitNanos = hasMore ? more[rest + 4] : 0;
        request.executeNanos = hasMore ? more[rest + 5] : 0;
        List<QueryTiming> ran = queries[place];
        request.queries = ran == null ? List.of() : ran;
    }

    /** How many events it holds. */
    int size() {
        return size;
    }

    /** Makes it ready to be filled. */
    void empty() {
        size = 0;
        statements = 0;
    }

    boolean away() {
        return away;
    }

    /**
     * Says what its reader has to know, and that it is away from now on.
     *
     * @param wallOffset what makes the wall clock of the monotonic one, nanoseconds
     * @param droppedBefore how many events were dropped since the last batch
     * @param cost what recording has cost since then, nanoseconds
     */
    void send(long nowNanos, long wallOffset, long droppedBefore, long cost) {
        sentNanos = nowNanos;
        wallOffsetNanos = wallOffset;
        dropped = droppedBefore;
        costNanos = cost;
        away = true;
    }

    /** Its recorder counts its events as dropped: whoever reads them yet, too late, finds none. */
    void giveUp() {
        givenUp = true;
    }

    /** How many events its recorder has dropped since the last batch that arrived. */
    public long dropped() {
        return dropped;
    }

    /** What recording has cost its event loop since the last batch, nanoseconds of its thread: an estimate. */
    public long costNanos() {
        return costNanos;
    }

    /** Hands each event to a reader, in the order in which they happened. All requests come in one object: copy what is to be kept. */
    public void forEach(Consumer<Event> reader) {
        if (givenUp) {
            return;
        }
        RequestTiming request = new RequestTiming(Recorder.none());
        for (int i = 0; i < size; i++) {
            Object event = what[i];
            if (event instanceof Endpoint endpoint) {
                request.endpoint = endpoint;
                read(request, i);
                reader.accept(request);
            } else if (event instanceof Event other) {
                reader.accept(other);
            }
        }
    }

    /** Gives the batch back to its recorder: the last thing that the metrics verticle does with it. What it held is let go at once. */
    public void release() {
        Arrays.fill(what, 0, size, null);
        if (statements > 0) {
            Arrays.fill(queries, 0, size, null);
        }
        away = false;
    }

    /** Hands a batch over inside the process, as it is. */
    public static final class Codec implements MessageCodec<Batch, Batch> {

        @Override
        public Batch transform(Batch batch) {
            return batch;
        }

        @Override
        public void encodeToWire(Buffer buffer, Batch batch) {
            throw new IllegalStateException("batches of timings never leave the process");
        }

        @Override
        public Batch decodeFromWire(int position, Buffer buffer) {
            throw new IllegalStateException("batches of timings never leave the process");
        }

        @Override
        public String name() {
            return "starpunk.batch";
        }

        @Override
        public byte systemCodecID() {
            return -1;
        }
    }
}
