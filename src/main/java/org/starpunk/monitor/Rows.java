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

    /** How often a key was counted in a row of its own. */
    long count(K key) {
        Row<K> row = rows.get(key);
        return row == null ? 0 : row.count;
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

    /** The wall clock was set by some milliseconds. */
    void shift(long millis) {
        other.shift(millis);
        rows.values().forEach(row -> row.shift(millis));
    }

    /** Forgets the oldest slot of every row, to save memory; says whether there was any. */
    boolean forgetOldest(long minute) {
        boolean any = other.timeline.forgetOldest(minute);
        for (Row<K> row : rows.values()) {
            any |= row.timeline.forgetOldest(minute);
        }
        return any;
    }

    /**
     * Forgets the oldest slots of several, until they are small enough.
     *
     * @param most what keys and closed slots of all of them together may retain, bytes
     * @param minute the number of the present minute
     * @return how often slots had to be forgotten
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

    /** The rows with a name of their own. */
    Collection<Row<K>> named() {
        return rows.values();
    }

    Row<K> other() {
        return other;
    }

    /** Takes over the numbers of all rows of another one, each under its own key. */
    void absorb(Rows<K> others) {
        other.absorb(others.other);
        for (Row<K> theirs : others.rows.values()) {
            Row<K> row = of(theirs.key);
            row.absorb(theirs);
        }
    }

    /**
     * Gives every key of an earlier one the same id here, and its frames' marks. To be called while this one is still empty.
     */
    void like(Rows<K> earlier) {
        List<Row<K>> known = new ArrayList<>(earlier.rows.values());
        known.sort(Comparator.comparingInt(row -> row.id));
        for (Row<K> row : known) {
            nextId = row.id;
            Row<K> unused = of(row.key);
        }
        nextId = earlier.nextId;
    }

    /** Marks the rows that have counted more than an earlier one's, or as little as a new one's, as changed. */
    void changedSince(Rows<K> earlier, long frame) {
        other.changedSince(earlier.other, frame);
        for (Row<K> row : rows.values()) {
            row.changedSince(earlier.find(row.key), frame);
        }
    }

    /** What all timelines' closed slots retain, bytes. */
    int packedBytes() {
        int bytes = other.timeline.packedBytes();
        for (Row<K> row : rows.values()) {
            bytes += row.timeline.packedBytes();
        }
        return bytes;
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
