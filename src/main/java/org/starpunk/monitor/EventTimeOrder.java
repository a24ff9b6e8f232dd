package org.starpunk.monitor;

import java.util.Arrays;

/** Sorts the rows of a ring buffer by time. */
final class EventTimeOrder {

    /** Number of bits of a row's position. A ring buffer has at most a million rows. */
    private static final int POSITION_BITS = 22;

    private EventTimeOrder() {}

    /**
     * Returns the rows, earliest first.
     *
     * @param at time of each row, milliseconds
     * @param sequence order in which the rows were written, modulo 2^32; it decides between rows of the same time
     * @param start first row to read
     * @param size number of rows in use
     */
    static int[] of(long[] at, int[] sequence, int start, int size) {
        long earliest = Long.MAX_VALUE;
        for (int row = 0; row < size; row++) {
            earliest = Math.min(earliest, at[row]);
        }
        long[] keys = new long[size];
        for (int position = 0; position < size; position++) {
            keys[position] = ((at[(start + position) % at.length] - earliest) << POSITION_BITS) | position;
        }
        Arrays.sort(keys);
        int[] rows = new int[size];
        for (int i = 0; i < size; i++) {
            rows[i] = (int) ((start + (keys[i] & ((1 << POSITION_BITS) - 1))) % at.length);
        }
        for (int i = 1; i < size; i++) {
            int row = rows[i];
            int place = i;
            while (place > 0 && at[rows[place - 1]] == at[row] && sequence[rows[place - 1]] - sequence[row] > 0) {
                rows[place] = rows[place - 1];
                place--;
            }
            rows[place] = row;
        }
        return rows;
    }
}
