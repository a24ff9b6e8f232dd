package org.starpunk.monitor;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Table of rows with a bounded capacity. Keys above it are counted in the row {@code other}. A row that was idle for 15
 * minutes is evicted for a new key. Its numbers are added to {@code other}, so that the sum stays exact.
 *
 * @param <K> type of the keys
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
     * @param capacity maximum number of rows, excluding {@code other}
     * @param otherKey key of the row {@code other}
     * @param keyBytes computes the retained size of a key, bytes
     */
    Rows(int capacity, K otherKey, ToIntFunction<K> keyBytes) {
        this.capacity = capacity;
        this.other = new Row<>(otherKey, 0);
        this.keyBytes = keyBytes;
    }

    /** Returns the row of a key, or {@code other} if the table is full. */
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

    boolean isOther(Row<K> row) {
        return row == other;
    }

    @Nullable
    Row<K> find(K key) {
        return rows.get(key);
    }

    /** Returns the count of a key that has a row; otherwise 0. */
    long count(K key) {
        Row<K> row = rows.get(key);
        return row == null ? 0 : row.count;
    }

    /**
     * Evicts an idle row. The search visits all rows, so after a failed search the next one is made in the next minute.
     */
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

    /** Ends a minute. */
    void roll(long minute) {
        full = false;
        other.timeline.roll(minute);
        for (Row<K> row : rows.values()) {
            row.timeline.roll(minute);
        }
    }

    /** Shifts all times after an adjustment of the wall clock. */
    void shift(long millis) {
        other.shift(millis);
        rows.values().forEach(row -> row.shift(millis));
    }

    /** Evicts the oldest slot of each row to save memory. Returns whether there was any slot. */
    boolean forgetOldest(long minute) {
        boolean any = other.timeline.forgetOldest(minute);
        for (Row<K> row : rows.values()) {
            any |= row.timeline.forgetOldest(minute);
        }
        return any;
    }

    /**
     * Evicts the oldest slots of several tables until they fit into a limit.
     *
     * @param most maximum retained size of keys and closed slots of all tables, bytes
     * @param minute number of the current minute
     * @return number of evictions
     */
    static int bound(List<Rows<?>> all, int most, long minute) {
        int times = 0;
        boolean any = true;
        while (any
                && all.stream()
                                .mapToInt(rows -> rows.packedBytes() + rows.keysBytes)
                                .sum()
                        > most) {
            any = false;
            for (Rows<?> rows : all) {
                any |= rows.forgetOldest(minute);
            }
            times += any ? 1 : 0;
        }
        return times;
    }

    /** Returns all rows except {@code other}. */
    Collection<Row<K>> named() {
        return rows.values();
    }

    Row<K> other() {
        return other;
    }

    /** Adds the numbers of all rows of another table, each to the row of its key. */
    void absorb(Rows<K> others) {
        other.absorb(others.other);
        for (Row<K> theirs : others.rows.values()) {
            Row<K> row = of(theirs.key);
            row.absorb(theirs);
        }
    }

    /** Assigns the ids of an earlier table to its keys. Must be called while this table is empty. */
    void like(Rows<K> earlier) {
        List<Row<K>> known = new ArrayList<>(earlier.rows.values());
        known.sort(Comparator.comparingInt(row -> row.id));
        for (Row<K> row : known) {
            nextId = row.id;
            Row<K> unused = of(row.key);
        }
        nextId = earlier.nextId;
    }

    /** Marks rows whose count differs from the earlier table, and new rows, as changed. */
    void changedSince(Rows<K> earlier, long frame) {
        other.changedSince(earlier.other, frame);
        for (Row<K> row : rows.values()) {
            row.changedSince(earlier.find(row.key), frame);
        }
    }

    /** Returns the retained size of the closed slots of all rows in bytes. */
    int packedBytes() {
        int bytes = other.timeline.packedBytes();
        for (Row<K> row : rows.values()) {
            bytes += row.timeline.packedBytes();
        }
        return bytes;
    }

    /** Returns the retained size in bytes. */
    int bytes() {
        int bytes = keysBytes + other.bytes() + 4 * 256;
        for (Row<K> row : rows.values()) {
            bytes += row.bytes();
        }
        return bytes;
    }
}
