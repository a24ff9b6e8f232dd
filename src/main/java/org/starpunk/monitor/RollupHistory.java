package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Outcome;

/** Rollup history of one endpoint or SQL shape over the last 24 hours. */
final class RollupHistory {

    /*
     * How a day fits into a few kilobytes
     *
     * The current minute is counted in a tally. At its end it is encoded and becomes one of 15 minutes. 15 minutes are
     * merged into one of 8 quarter-hour slots, and 8 of these into one of 12 two-hour slots. Because histograms can be
     * merged, each window is a sum: 15 minutes are the minute slots, an hour is four quarter-hour slots and the minutes
     * since the last one. A window includes at least the time of its name, if the history is that long, and at most one
     * slot more. An idle slot is null and costs nothing.
     */
    static final int MINUTES = 15;

    private static final int QUARTERS = 8;
    private static final int LONG = 12;
    private static final int PER_LONG = MINUTES * QUARTERS;

    /** Alignment of slots: the longest slots begin at multiples of this. */
    static final int LONGEST_SLOT_SECONDS = 60 * PER_LONG;

    private static final int EMPTY_BYTES = 40 + 3 * 16 + 4 * (MINUTES + QUARTERS + LONG);

    private final byte[] @Nullable [] minutes = new byte[MINUTES][];
    private final byte[] @Nullable [] quarters = new byte[QUARTERS][];
    private final byte[] @Nullable [] longs = new byte[LONG][];
    private @Nullable DurationStats present;
    private int packedBytes;

    void add(long nanos, boolean failed, long amount) {
        present().add(nanos, failed, amount);
    }

    void add(long nanos, Outcome outcome, long amount) {
        present().add(nanos, outcome, amount);
    }

    /** Adds the times for receiving the body and sending the response, nanoseconds. */
    void addParts(long receiving, long sending) {
        if ((receiving | sending) != 0) {
            present().addParts(receiving, sending);
        }
    }

    void add(DurationStats stats) {
        present().merge(stats);
    }

    private DurationStats present() {
        DurationStats stats = present;
        if (stats == null) {
            stats = new DurationStats();
            present = stats;
        }
        return stats;
    }

    /**
     * Ends a minute.
     *
     * @param minute number of the minute; numbers must be consecutive
     */
    void startMinute(long minute) {
        DurationStats over = present;
        put(minutes, (int) (minute % MINUTES), over == null ? null : DurationStatsCodec.of(over));
        if (over != null && over.isEmpty()) {
            present = null;
        } else if (over != null) {
            over.clear();
        }
        if ((minute + 1) % MINUTES == 0) {
            put(quarters, (int) (minute / MINUTES % QUARTERS), sum(minutes));
        }
        if ((minute + 1) % PER_LONG == 0) {
            put(longs, (int) (minute / PER_LONG % LONG), sum(quarters));
        }
    }

    private static byte @Nullable [] sum(byte[] @Nullable [] slots) {
        DurationStats sum = new DurationStats();
        for (byte[] slot : slots) {
            DurationStatsCodec.addTo(sum, slot);
        }
        return DurationStatsCodec.of(sum);
    }

    private void put(byte[] @Nullable [] slots, int place, byte @Nullable [] packed) {
        packedBytes += size(packed) - size(slots[place]);
        slots[place] = packed;
    }

    private static int size(byte @Nullable [] packed) {
        return packed == null ? 0 : 16 + (packed.length + 7) / 8 * 8;
    }

    /**
     * Returns the tally of a window.
     *
     * @param minute number of the current minute
     */
    DurationStats window(TimeWindow window, long minute) {
        DurationStats sum = new DurationStats();
        if (present != null) {
            sum.merge(present);
        }
        if (window == TimeWindow.QUARTER) {
            addNewest(sum, minutes, minute, MINUTES);
            return sum;
        }
        addNewest(sum, minutes, minute, (int) (minute % MINUTES));
        long quarter = minute / MINUTES;
        if (window == TimeWindow.HOUR) {
            addNewest(sum, quarters, quarter, 4);
            return sum;
        }
        addNewest(sum, quarters, quarter, (int) (quarter % QUARTERS));
        addNewest(sum, longs, minute / PER_LONG, LONG);
        return sum;
    }

    /** Returns the number of minutes before the current one that a window includes. */
    static long reach(TimeWindow window, long minute) {
        return switch (window) {
            case QUARTER -> Math.min(minute, MINUTES);
            case HOUR -> Math.min(minute, minute % MINUTES + 4L * MINUTES);
            case DAY -> Math.min(minute, minute % PER_LONG + (long) LONG * PER_LONG);
        };
    }

    /** Returns the tally of the current and the previous minute. */
    DurationStats currentMinute(long minute) {
        DurationStats sum = new DurationStats();
        if (present != null) {
            sum.merge(present);
        }
        addNewest(sum, minutes, minute, 1);
        return sum;
    }

    /** Returns the tally of the last full minute. */
    DurationStats lastMinute(long minute) {
        DurationStats sum = new DurationStats();
        addNewest(sum, minutes, minute, 1);
        return sum;
    }

    private static void addNewest(DurationStats sum, byte[] @Nullable [] slots, long next, int number) {
        for (long i = Math.max(0, next - number); i < next; i++) {
            DurationStatsCodec.addTo(sum, slots[(int) (i % slots.length)]);
        }
    }

    /** Returns the number of operations in each of the last 15 minutes, ending with the current one. */
    long[] counts(long minute) {
        long[] counts = new long[MINUTES];
        for (int i = 1; i < MINUTES; i++) {
            long number = minute - i;
            counts[MINUTES - 1 - i] = number < 0 ? 0 : DurationStatsCodec.count(minutes[(int) (number % MINUTES)]);
        }
        counts[MINUTES - 1] = present == null ? 0 : present.count();
        return counts;
    }

    /** Returns whether there was no operation in the current and the last 15 minutes. */
    boolean idle() {
        if (present != null && !present.isEmpty()) {
            return false;
        }
        for (byte[] slot : minutes) {
            if (slot != null) {
                return false;
            }
        }
        return true;
    }

    /** Adds all slots of another history. */
    void absorb(RollupHistory other) {
        if (other.present != null) {
            present().merge(other.present);
        }
        absorb(minutes, other.minutes);
        absorb(quarters, other.quarters);
        absorb(longs, other.longs);
    }

    private void absorb(byte[] @Nullable [] own, byte[] @Nullable [] others) {
        for (int i = 0; i < own.length; i++) {
            if (others[i] != null) {
                DurationStats sum = new DurationStats();
                DurationStatsCodec.addTo(sum, own[i]);
                DurationStatsCodec.addTo(sum, others[i]);
                put(own, i, DurationStatsCodec.of(sum));
            }
        }
    }

    /**
     * Writes all slots.
     *
     * @param minute number of the current minute
     */
    void write(BinaryCodec binaryCodec, long minute) {
        binaryCodec.put(present == null ? null : DurationStatsCodec.of(present));
        write(binaryCodec, minutes, minute);
        write(binaryCodec, quarters, minute / MINUTES);
        write(binaryCodec, longs, minute / PER_LONG);
    }

    private static void write(BinaryCodec binaryCodec, byte[] @Nullable [] slots, long next) {
        for (long i = next - slots.length; i < next; i++) {
            binaryCodec.put(slots[Math.floorMod(i, slots.length)]);
        }
    }

    /** Reads the slots of another node. {@code minute} is the number of its current minute. */
    void read(BinaryCodec binaryCodec, long minute) {
        byte[] now = binaryCodec.takeBytes();
        if (now != null) {
            DurationStatsCodec.addTo(present(), now);
        }
        read(binaryCodec, minutes, minute);
        read(binaryCodec, quarters, minute / MINUTES);
        read(binaryCodec, longs, minute / PER_LONG);
    }

    private void read(BinaryCodec binaryCodec, byte[] @Nullable [] slots, long next) {
        for (long i = next - slots.length; i < next; i++) {
            put(slots, Math.floorMod(i, slots.length), binaryCodec.takeBytes());
        }
    }

    /**
     * Evicts the oldest slot to save memory.
     *
     * @param minute number of the current minute
     * @return whether there was a slot
     */
    boolean evictOldest(long minute) {
        return evictOldest(longs, minute / PER_LONG)
                || evictOldest(quarters, minute / MINUTES)
                || evictOldest(minutes, minute);
    }

    private boolean evictOldest(byte[] @Nullable [] slots, long next) {
        for (long i = Math.max(0, next - slots.length); i < next; i++) {
            int place = (int) (i % slots.length);
            if (slots[place] != null) {
                put(slots, place, null);
                return true;
            }
        }
        return false;
    }

    /** Returns the retained size of the slots in bytes. */
    int packedBytes() {
        return packedBytes;
    }

    /** Returns the retained size in bytes. */
    int bytes() {
        return EMPTY_BYTES + packedBytes + (present == null ? 0 : present.bytes());
    }
}
