package org.starpunk.monitor;

import java.util.Arrays;
import org.starpunk.monitor.ProcessMemory.Reading;

/**
 * Detects growth of native memory, which is resident memory outside the heap and the JVM's own areas. Growth means that it stays 64 MB
 * and 25 % above its median of the first hour for ten minutes. It is over after the first minute below that.
 */
final class NativeGrowthDetector {

    static final long GROWTH_BYTES = 64L << 20;
    static final double GROWTH = 1.25;
    static final int BYTES = 8 * 60 + 16;

    private static final int HOUR = 60;
    private static final long MINUTE_MILLIS = 60_000;
    private static final long PATIENCE_MILLIS = 600_000;

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
     * @param ageMillis the time since the first reading
     * @param judging whether the start is over
     */
    void accept(Reading reading, long atMillis, long ageMillis, boolean judging) {
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
        } else if (atMillis - aboveSince >= PATIENCE_MILLIS) {
            growing = true;
        }
    }

    /** Returns the largest native memory that is not growth, bytes; -1 when unknown. */
    long limit() {
        return median < 0 ? -1 : Math.max(median + GROWTH_BYTES, (long) (median * GROWTH));
    }

    /** Native memory at the newest reading, bytes; -1 when unknown. */
    long newest() {
        return newest;
    }

    /** Returns the median of the first hour, or of its part so far, bytes; -1 before the first reading. */
    long median() {
        return median;
    }

    boolean growing() {
        return growing;
    }
}
