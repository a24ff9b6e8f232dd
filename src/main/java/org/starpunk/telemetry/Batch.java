package org.starpunk.telemetry;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.MessageCodec;
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
    static final int CAPACITY = 128;

    /** Statements in one message, those of its last request apart. */
    static final int STATEMENTS = 256;

    /** What one retains, without its events. */
    static final long BYTES = 56 + 16 + 4 * CAPACITY;

    final @Nullable Event[] events = new @Nullable Event[CAPACITY];
    int size;
    int statements;
    long sentNanos;
    private long dropped;
    private long costNanos;
    private volatile boolean away;
    private volatile boolean givenUp;

    Batch() {}

    /**
     * Takes one more event.
     *
     * @param more how many statements it carries
     * @return whether it is to be sent now: it is full, or has so many statements that a few more such batches would fill the heap
     */
    boolean add(Event event, int more) {
        events[size++] = event;
        statements += more;
        return size == CAPACITY || statements >= STATEMENTS;
    }

    boolean away() {
        return away;
    }

    void send(long nowNanos, long droppedBefore, long cost) {
        sentNanos = nowNanos;
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

    /** How many of its events are requests. */
    int requests() {
        int requests = 0;
        for (int i = 0; i < size; i++) {
            requests += events[i] instanceof RequestTiming ? 1 : 0;
        }
        return requests;
    }

    /** Hands each event to a reader, in the order in which they happened. */
    public void forEach(Consumer<Event> reader) {
        if (givenUp) {
            return;
        }
        for (int i = 0; i < size; i++) {
            Event event = events[i];
            if (event != null) {
                reader.accept(event);
            }
        }
    }

    /**
     * Gives the batch back to its recorder: the last thing that the metrics verticle does with it. Only the requests are used
     * again; the rest is let go at once, not when the recorder comes round to this batch.
     */
    public void release() {
        for (int i = 0; i < size; i++) {
            if (!(events[i] instanceof RequestTiming)) {
                events[i] = null;
            }
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
