package org.starpunk.monitor;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Rows by key, at most so many: what comes when all are taken is counted in the row {@code other}. A row that has been idle for
 * 15 minutes makes room for a new one, and its numbers go to {@code other} too, so that the sum always stays exact.
 *
 * @param <K> what a row is about
 */
final class Rows<K> {

    private final int capacity;
    private final Row<K> other;
    private final ToIntFunction<K> keyBytes;
    private final Map<K, Row<K>> rows = new HashMap<>();
    private int nextId = 1;
    private int keysBytes;
    private boolean full;

    /**
     * @param capacity how many rows there are beside {@code other}
     * @param otherKey what stands for all the rest
     * @param keyBytes what a key retains, bytes
     */
    Rows(int capacity, K otherKey, ToIntFunction<K> keyBytes) {
        this.capacity = capacity;
        this.other = new Row<>(otherKey, 0);
        this.keyBytes = keyBytes;
    }

    /** The row of a key: its own one, or {@code other}. */
    Row<K> of(K key) {
        Row<K> row = rows.get(key);
        if (row != null) {
            return row;
        }
        if (rows.size() >= capacity && !makeRoom()) {
            return other;
        }
        Row<K> added = new Row<>(key, nextId++);
        rows.put(key, added);
        keysBytes += 48 + keyBytes.applyAsInt(key);
        return added;
    }

    /** Whether a row is {@code other}. */
    boolean isOther(Row<K> row) {
        return row == other;
    }

    @Nullable
    Row<K> find(K key) {
        return rows.get(key);
    }

    /** Looking for an idle row costs a walk over all: after a walk in vain the next one is at the next minute. */
    private boolean makeRoom() {
        if (full) {
            return false;
        }
        Row<K> idlest = null;
        for (Row<K> row : rows.values()) {
            if (row.timeline.idle() && (idlest == null || row.count < idlest.count)) {
                idlest = row;
            }
        }
        if (idlest == null) {
            full = true;
            return false;
        }
        other.absorb(idlest);
        rows.remove(idlest.key);
        keysBytes -= 48 + keyBytes.applyAsInt(idlest.key);
        return true;
    }

    /** A minute is over. */
    void roll(long minute) {
        full = false;
        other.timeline.roll(minute);
        for (Row<K> row : rows.values()) {
            row.timeline.roll(minute);
        }
    }

    /** Forgets the oldest slot of every row, to save memory; says whether there was any. */
    boolean forgetOldest(long minute) {
        boolean any = other.timeline.forgetOldest(minute);
        for (Row<K> row : rows.values()) {
            any |= row.timeline.forgetOldest(minute);
        }
        return any;
    }

    /** The rows with a name of their own. */
    Collection<Row<K>> named() {
        return rows.values();
    }

    Row<K> other() {
        return other;
    }

    /** What all timelines' closed slots retain, bytes. */
    int packedBytes() {
        int bytes = other.timeline.packedBytes();
        for (Row<K> row : rows.values()) {
            bytes += row.timeline.packedBytes();
        }
        return bytes;
    }

    /** What the keys retain, bytes. */
    int keyBytes() {
        return keysBytes;
    }

    /** What it retains, bytes. */
    int bytes() {
        int bytes = keysBytes + other.bytes() + 4 * 256;
        for (Row<K> row : rows.values()) {
            bytes += row.bytes();
        }
        return bytes;
    }
}
