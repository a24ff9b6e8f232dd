package org.starpunk.monitor;

import io.vertx.core.json.JsonObject;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Statement;

/**
 * State of a node at one moment, exchanged between nodes. Counts and histograms can be merged; lists cannot.
 *
 * @param numbers counts and histograms, with slots in the reader's numbering
 * @param lists recent events, traces, alerts and similar: see {@link Snapshot#lists}
 */
record State(Monitor numbers, JsonObject lists) {

    /** Format version. Nodes with another version are listed without data. */
    private static final int VERSION = 4;

    static byte[] write(Monitor monitor, JsonObject lists) {
        Wire wire = Wire.writer();
        wire.put(VERSION);
        wire.put(monitor.base());
        wire.put(monitor.startMillis);
        wire.put(monitor.events);
        wire.put(monitor.dropped);
        wire.put(monitor.evicted);
        monitor.site.write(wire);
        long minute = monitor.site.minute();
        write(wire, monitor.endpoints, minute, State::write);
        write(wire, monitor.own, minute, State::write);
        write(wire, monitor.shapes, minute, State::write);
        write(wire, monitor.business, minute, Wire::put);
        monitor.waits.write(wire, minute);
        wire.put(lists.encode());
        return wire.toBytes();
    }

    /**
     * Reads a state.
     *
     * @param base epoch second that gets the number 0; a multiple of {@link Timeline#LONGEST_SLOT_SECONDS}, early
     *     enough that no slot has a negative number
     * @throws IllegalArgumentException if the bytes are truncated or of another version
     */
    static State read(byte[] bytes, Clock clock, long base) {
        Wire wire = Wire.reader(bytes);
        if (wire.take() != VERSION) {
            throw new IllegalArgumentException("the node uses another format version");
        }
        long shift = wire.take() - base;
        long startMillis = wire.take();
        long events = wire.take();
        long dropped = wire.take();
        int evicted = wire.takeInt();
        Monitor numbers = new Monitor(clock, Site.read(wire, shift), startMillis, base);
        numbers.events = events;
        numbers.dropped = dropped;
        numbers.evicted = evicted;
        long minute = numbers.site.minute();
        read(wire, numbers.endpoints, minute, State::readEndpoint);
        read(wire, numbers.own, minute, State::readEndpoint);
        read(wire, numbers.shapes, minute, State::readStatement);
        read(wire, numbers.business, minute, Wire::takeText);
        numbers.waits.read(wire, minute);
        return new State(numbers, new JsonObject(wire.takeText()));
    }

    private static <K> void write(Wire wire, Rows<K> rows, long minute, BiConsumer<Wire, K> key) {
        wire.put(rows.named().size());
        for (Row<K> row : rows.named()) {
            key.accept(wire, row.key);
            row.write(wire, minute);
        }
        rows.other().write(wire, minute);
    }

    private static <K> void read(Wire wire, Rows<K> rows, long minute, Function<Wire, K> key) {
        int size = wire.takeLength();
        for (int i = 0; i < size; i++) {
            rows.of(key.apply(wire)).read(wire, minute);
        }
        rows.other().read(wire, minute);
    }

    private static void write(Wire wire, Endpoint endpoint) {
        wire.put(endpoint.method());
        wire.put(endpoint.route());
        wire.put(endpoint.own() ? 1 : 0);
    }

    private static Endpoint readEndpoint(Wire wire) {
        return new Endpoint(wire.takeText(), wire.takeText(), wire.take() == 1);
    }

    static void write(Wire wire, Statement statement) {
        wire.put(Json.cut(statement.sql(), Json.LONGEST_SQL));
        wire.put(statement.operation());
        wire.put(statement.table());
    }

    static Statement readStatement(Wire wire) {
        return new Statement(wire.takeText(), wire.takeText(), wire.takeText());
    }
}
