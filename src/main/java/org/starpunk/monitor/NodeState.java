package org.starpunk.monitor;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.SqlShape;

/**
 * State of a node at one moment, exchanged between nodes. Counts and histograms can be merged; lists cannot.
 *
 * @param numbers counts and histograms, with slots in the reader's numbering
 * @param lists recent events, traces, alerts and similar: see {@link SnapshotJson#lists}
 */
record NodeState(MonitorState numbers, JsonObject lists) {

    /** Format version. Nodes with another version are listed without data. */
    private static final int VERSION = 4;

    private static final List<String> OBJECTS =
            List.of("summary", "stats", "pool", "memory", "process", "system", "gauges", "self");

    /** Lists, each with the field by which its rows are ordered. */
    private static final Map<String, String> ROW_ORDER = Map.of(
            "recent", "timestamp",
            "slow", "duration_ms",
            "slow_statements", "duration_ms",
            "traces", "at",
            "alerts", "since",
            "markers", "t",
            "loops", "loop");

    static byte[] write(MonitorState monitor, JsonObject lists) {
        BinaryCodec binaryCodec = BinaryCodec.writer();
        binaryCodec.put(VERSION);
        binaryCodec.put(monitor.base());
        binaryCodec.put(monitor.startMillis);
        binaryCodec.put(monitor.events);
        binaryCodec.put(monitor.dropped);
        binaryCodec.put(monitor.evicted);
        monitor.site.write(binaryCodec);
        long minute = monitor.site.minute();
        write(binaryCodec, monitor.endpoints, minute, NodeState::write);
        write(binaryCodec, monitor.internalEndpoints, minute, NodeState::write);
        write(binaryCodec, monitor.shapes, minute, NodeState::write);
        write(binaryCodec, monitor.business, minute, BinaryCodec::put);
        monitor.waits.write(binaryCodec, minute);
        binaryCodec.put(lists.encode());
        return binaryCodec.toBytes();
    }

    /**
     * Reads a state.
     *
     * @param base epoch second that gets the number 0; a multiple of {@link RollupHistory#LONGEST_SLOT_SECONDS}, early
     *     enough that no slot has a negative number
     * @throws IllegalArgumentException if the bytes are truncated, corrupt or of another version
     */
    static NodeState read(byte[] bytes, TimeSource clock, long base) {
        try {
            return decode(bytes, clock, base);
        } catch (IllegalArgumentException e) {
            throw e;
        } catch (RuntimeException e) { // whatever a decoder meets in bytes that no node has written
            throw new IllegalArgumentException("the state of a node is corrupt: " + e.getMessage(), e);
        }
    }

    private static NodeState decode(byte[] bytes, TimeSource clock, long base) {
        BinaryCodec binaryCodec = BinaryCodec.reader(bytes);
        if (binaryCodec.readVarint() != VERSION) {
            throw new IllegalArgumentException("the node uses another format version");
        }
        long shift = binaryCodec.readVarint() - base;
        long startMillis = binaryCodec.readVarint();
        long events = binaryCodec.readVarint();
        long dropped = binaryCodec.readVarint();
        int evicted = binaryCodec.takeInt();
        MonitorState numbers = new MonitorState(clock, SiteStats.read(binaryCodec, shift), startMillis, base);
        numbers.events = events;
        numbers.dropped = dropped;
        numbers.evicted = evicted;
        long minute = numbers.site.minute();
        read(binaryCodec, numbers.endpoints, minute, NodeState::readEndpoint);
        read(binaryCodec, numbers.internalEndpoints, minute, NodeState::readEndpoint);
        read(binaryCodec, numbers.shapes, minute, NodeState::readStatement);
        read(binaryCodec, numbers.business, minute, BinaryCodec::takeText);
        numbers.waits.read(binaryCodec, minute);
        return new NodeState(numbers, checked(new JsonObject(binaryCodec.takeText())));
    }

    /** Checks the types that a merge relies on. */
    private static JsonObject checked(JsonObject lists) {
        for (String name : OBJECTS) {
            JsonObject unused = lists.getJsonObject(name);
        }
        ROW_ORDER.forEach((name, by) -> {
            for (Object row : lists.getJsonArray(name, new JsonArray())) {
                if (!(row instanceof JsonObject fields) || fields.getValue(by) == null) {
                    throw new IllegalArgumentException("the state of a node has a row without " + by + " in " + name);
                }
            }
        });
        return lists;
    }

    private static <K> void write(
            BinaryCodec binaryCodec, BoundedStatsTable<K> table, long minute, BiConsumer<BinaryCodec, K> key) {
        binaryCodec.put(table.named().size());
        for (KeyStats<K> keyStats : table.named()) {
            key.accept(binaryCodec, keyStats.key);
            keyStats.write(binaryCodec, minute);
        }
        table.other().write(binaryCodec, minute);
    }

    private static <K> void read(
            BinaryCodec binaryCodec, BoundedStatsTable<K> table, long minute, Function<BinaryCodec, K> key) {
        int size = binaryCodec.takeLength();
        for (int i = 0; i < size; i++) {
            table.get(key.apply(binaryCodec)).read(binaryCodec, minute);
        }
        table.other().read(binaryCodec, minute);
    }

    private static void write(BinaryCodec binaryCodec, Endpoint endpoint) {
        binaryCodec.put(endpoint.method());
        binaryCodec.put(endpoint.route());
        binaryCodec.put(endpoint.internal() ? 1 : 0);
    }

    private static Endpoint readEndpoint(BinaryCodec binaryCodec) {
        return new Endpoint(binaryCodec.takeText(), binaryCodec.takeText(), binaryCodec.readVarint() == 1);
    }

    static void write(BinaryCodec binaryCodec, SqlShape shape) {
        binaryCodec.put(JsonFields.cut(shape.sql(), JsonFields.LONGEST_SQL));
        binaryCodec.put(shape.operation());
        binaryCodec.put(shape.table());
    }

    static SqlShape readStatement(BinaryCodec binaryCodec) {
        return new SqlShape(binaryCodec.takeText(), binaryCodec.takeText(), binaryCodec.takeText());
    }
}
