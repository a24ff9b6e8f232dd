package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.telemetry.Outcome;

/** Rollup history of one endpoint or SQL shape over the last 24 hours. */
final class Timeline {

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
    private @Nullable Tally present;
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

    void add(Tally tally) {
        present().merge(tally);
    }

    private Tally present() {
        Tally tally = present;
        if (tally == null) {
            tally = new Tally();
            present = tally;
        }
        return tally;
    }

    /**
     * Ends a minute.
     *
     * @param minute number of the minute; numbers must be consecutive
     */
    void roll(long minute) {
        Tally over = present;
        put(minutes, (int) (minute % MINUTES), over == null ? null : Packed.of(over));
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
        Tally sum = new Tally();
        for (byte[] slot : slots) {
            Packed.addTo(sum, slot);
        }
        return Packed.of(sum);
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
    Tally window(Window window, long minute) {
        Tally sum = new Tally();
        if (present != null) {
            sum.merge(present);
        }
        if (window == Window.QUARTER) {
            last(sum, minutes, minute, MINUTES);
            return sum;
        }
        last(sum, minutes, minute, (int) (minute % MINUTES));
        long quarter = minute / MINUTES;
        if (window == Window.HOUR) {
            last(sum, quarters, quarter, 4);
            return sum;
        }
        last(sum, quarters, quarter, (int) (quarter % QUARTERS));
        last(sum, longs, minute / PER_LONG, LONG);
        return sum;
    }

    /** Returns the number of minutes before the current one that a window includes. */
    static long reach(Window window, long minute) {
        return switch (window) {
            case QUARTER -> Math.min(minute, MINUTES);
            case HOUR -> Math.min(minute, minute % MINUTES + 4L * MINUTES);
            case DAY -> Math.min(minute, minute % PER_LONG + (long) LONG * PER_LONG);
        };
    }

    /** Returns the tally of the current and the previous minute. */
    Tally now(long minute) {
        Tally sum = new Tally();
        if (present != null) {
            sum.merge(present);
        }
        last(sum, minutes, minute, 1);
        return sum;
    }

    /** Returns the tally of the last full minute. */
    Tally lastMinute(long minute) {
        Tally sum = new Tally();
        last(sum, minutes, minute, 1);
        return sum;
    }

    private static void last(Tally sum, byte[] @Nullable [] slots, long next, int number) {
        for (long i = Math.max(0, next - number); i < next; i++) {
            Packed.addTo(sum, slots[(int) (i % slots.length)]);
        }
    }

    /** Returns the number of operations in each of the last 15 minutes, ending with the current one. */
    long[] counts(long minute) {
        long[] counts = new long[MINUTES];
        for (int i = 1; i < MINUTES; i++) {
            long number = minute - i;
            counts[MINUTES - 1 - i] = number < 0 ? 0 : Packed.count(minutes[(int) (number % MINUTES)]);
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
    void absorb(Timeline other) {
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
                Tally sum = new Tally();
                Packed.addTo(sum, own[i]);
                Packed.addTo(sum, others[i]);
                put(own, i, Packed.of(sum));
            }
        }
    }

    /**
     * Writes all slots.
     *
     * @param minute number of the current minute
     */
    void write(Wire wire, long minute) {
        wire.put(present == null ? null : Packed.of(present));
        write(wire, minutes, minute);
        write(wire, quarters, minute / MINUTES);
        write(wire, longs, minute / PER_LONG);
    }

    private static void write(Wire wire, byte[] @Nullable [] slots, long next) {
        for (long i = next - slots.length; i < next; i++) {
            wire.put(slots[Math.floorMod(i, slots.length)]);
        }
    }

    /** Reads the slots of another node. {@code minute} is the number of its current minute. */
    void read(Wire wire, long minute) {
        byte[] now = wire.takeBytes();
        if (now != null) {
            Packed.addTo(present(), now);
        }
        read(wire, minutes, minute);
        read(wire, quarters, minute / MINUTES);
        read(wire, longs, minute / PER_LONG);
    }

    private void read(Wire wire, byte[] @Nullable [] slots, long next) {
        for (long i = next - slots.length; i < next; i++) {
            put(slots, Math.floorMod(i, slots.length), wire.takeBytes());
        }
    }

    /**
     * Evicts the oldest slot to save memory.
     *
     * @param minute number of the current minute
     * @return whether there was a slot
     */
    boolean forgetOldest(long minute) {
        return forgetOldest(longs, minute / PER_LONG)
                || forgetOldest(quarters, minute / MINUTES)
                || forgetOldest(minutes, minute);
    }

    private boolean forgetOldest(byte[] @Nullable [] slots, long next) {
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
