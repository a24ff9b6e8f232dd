package org.starpunk.monitor;

import java.util.Arrays;
import org.starpunk.monitor.ProcessMemory.MemoryReading;

/**
 * Detects growth of native memory, which is resident memory outside the heap and the JVM's own areas. It must exceed
 * its median of the first hour by 64 MB and by 25 % for ten minutes. The growth ends with the first reading below that.
 */
final class NativeGrowthDetector {

    static final long GROWTH_BYTES = 64L << 20;
    static final double GROWTH = 1.25;
    static final int BYTES = 8 * 60 + 16;

    private static final int HOUR = 60;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long MIN_AGE_MILLIS = 600_000;

    private final long[] firstHour = new long[HOUR];
    private int minutes;
    private long nextMinute = -1;
    private long median = -1;
    private long newest = -1;
    private long aboveSince = -1;
    private boolean growing;

    /**
     * Adds a reading.
     *
     * @param atMillis time of the reading, milliseconds
     * @param ageMillis time since the first reading, milliseconds
     * @param judging whether the warm-up is over
     */
    void accept(MemoryReading reading, long atMillis, long ageMillis, boolean judging) {
        newest = reading.nativeBytes();
        if (newest < 0) {
            return;
        }
        if (minutes < HOUR && ageMillis <= HOUR * MINUTE_MILLIS && (nextMinute < 0 || atMillis >= nextMinute)) {
            firstHour[minutes++] = newest;
            nextMinute = atMillis + MINUTE_MILLIS;
            long[] sorted = Arrays.copyOf(firstHour, minutes);
            Arrays.sort(sorted);
            median = sorted[minutes / 2];
        }
        if (!judging || newest <= limit()) {
            aboveSince = -1;
            growing = false;
        } else if (aboveSince < 0) {
            aboveSince = atMillis;
        } else if (atMillis - aboveSince >= MIN_AGE_MILLIS) {
            growing = true;
        }
    }

    /** Returns the limit of normal native memory, bytes; -1 if unknown. */
    long limit() {
        return median < 0 ? -1 : Math.max(median + GROWTH_BYTES, (long) (median * GROWTH));
    }

    /** Returns the native memory at the newest reading, bytes; -1 if unknown. */
    long newest() {
        return newest;
    }

    /** Returns the median of the first hour, or of the time so far, bytes; -1 before the first reading. */
    long median() {
        return median;
    }

    boolean growing() {
        return growing;
    }
}
