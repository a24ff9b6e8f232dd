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
final class BoundedStatsTable<K> {

    private final int capacity;
    private final KeyStats<K> other;
    private final ToIntFunction<K> keyBytes;
    private final Map<K, KeyStats<K>> rows = new HashMap<>();
    private int nextId = 1;
    private int keysBytes;
    private boolean full;

    /**
     * @param capacity maximum number of rows, excluding {@code other}
     * @param otherKey key of the row {@code other}
     * @param keyBytes computes the retained size of a key, bytes
     */
    BoundedStatsTable(int capacity, K otherKey, ToIntFunction<K> keyBytes) {
        this.capacity = capacity;
        this.other = new KeyStats<>(otherKey, 0);
        this.keyBytes = keyBytes;
    }

    /** Returns the row of a key, or {@code other} if the table is full. */
    KeyStats<K> get(K key) {
        KeyStats<K> keyStats = rows.get(key);
        if (keyStats != null) {
            return keyStats;
        }
        if (rows.size() >= capacity && !evictIdle()) {
            return other;
        }
        KeyStats<K> added = new KeyStats<>(key, nextId++);
        rows.put(key, added);
        keysBytes += 48 + keyBytes.applyAsInt(key);
        return added;
    }

    boolean isOther(KeyStats<K> keyStats) {
        return keyStats == other;
    }

    @Nullable
    KeyStats<K> find(K key) {
        return rows.get(key);
    }

    /** Returns the count of a key that has a row; otherwise 0. */
    long count(K key) {
        KeyStats<K> keyStats = rows.get(key);
        return keyStats == null ? 0 : keyStats.count;
    }

    /**
     * Evicts an idle row. The search visits all rows, so after a failed search the next one is made in the next minute.
     */
    private boolean evictIdle() {
        if (full) {
            return false;
        }
        KeyStats<K> idlest = null;
        for (KeyStats<K> keyStats : rows.values()) {
            if (keyStats.history.idle() && (idlest == null || keyStats.count < idlest.count)) {
                idlest = keyStats;
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
    void startMinute(long minute) {
        full = false;
        other.history.startMinute(minute);
        for (KeyStats<K> keyStats : rows.values()) {
            keyStats.history.startMinute(minute);
        }
    }

    /** Shifts all times after an adjustment of the wall clock. */
    void shift(long millis) {
        other.shift(millis);
        rows.values().forEach(keyStats -> keyStats.shift(millis));
    }

    /** Evicts the oldest slot of each row to save memory. Returns whether there was any slot. */
    boolean evictOldest(long minute) {
        boolean any = other.history.evictOldest(minute);
        for (KeyStats<K> keyStats : rows.values()) {
            any |= keyStats.history.evictOldest(minute);
        }
        return any;
    }

    /**
     * Evicts the oldest slots of several tables until they fit into a limit.
     *
     * @param max maximum retained size of keys and closed slots of all tables, bytes
     * @param minute number of the current minute
     * @return number of evictions
     */
    static int evictHistory(List<BoundedStatsTable<?>> all, int max, long minute) {
        int times = 0;
        boolean any = true;
        while (any
                && all.stream()
                                .mapToInt(table -> table.packedBytes() + table.keysBytes)
                                .sum()
                        > max) {
            any = false;
            for (BoundedStatsTable<?> table : all) {
                any |= table.evictOldest(minute);
            }
            times += any ? 1 : 0;
        }
        return times;
    }

    /** Returns all rows except {@code other}. */
    Collection<KeyStats<K>> named() {
        return rows.values();
    }

    KeyStats<K> other() {
        return other;
    }

    /** Adds the numbers of all rows of another table, each to the row of its key. */
    void absorb(BoundedStatsTable<K> others) {
        other.absorb(others.other);
        for (KeyStats<K> theirs : others.rows.values()) {
            KeyStats<K> keyStats = get(theirs.key);
            keyStats.absorb(theirs);
        }
    }

    /** Assigns the ids of an earlier table to its keys. Must be called while this table is empty. */
    void adoptIds(BoundedStatsTable<K> earlier) {
        List<KeyStats<K>> known = new ArrayList<>(earlier.rows.values());
        known.sort(Comparator.comparingInt(keyStats -> keyStats.id));
        for (KeyStats<K> keyStats : known) {
            nextId = keyStats.id;
            KeyStats<K> unused = get(keyStats.key);
        }
        nextId = earlier.nextId;
    }

    /** Marks rows whose count differs from the earlier table, and new rows, as changed. */
    void markChangedSince(BoundedStatsTable<K> earlier, long frame) {
        other.markChangedSince(earlier.other, frame);
        for (KeyStats<K> keyStats : rows.values()) {
            keyStats.markChangedSince(earlier.find(keyStats.key), frame);
        }
    }

    /** Returns the retained size of the closed slots of all rows in bytes. */
    int packedBytes() {
        int bytes = other.history.packedBytes();
        for (KeyStats<K> keyStats : rows.values()) {
            bytes += keyStats.history.packedBytes();
        }
        return bytes;
    }

    /** Returns the retained size in bytes. */
    int bytes() {
        int bytes = keysBytes + other.bytes() + 4 * 256;
        for (KeyStats<K> keyStats : rows.values()) {
            bytes += keyStats.bytes();
        }
        return bytes;
    }
}
