package org.starpunk.monitor;

import org.starpunk.monitor.ProcessMemory.MemoryReading;

/**
 * Detects a heap leak. The heap in use after collections of the old generation must rise in six consecutive windows, to
 * over 70 % of the maximum. A window lasts at least a minute and has at least one such collection. The leak ends after
 * a window below 70 %, or after six consecutive windows without a rise.
 */
final class HeapLeakDetector {

    static final double LIMIT = 0.7;

    private static final int WINDOWS = 6;
    private static final long WINDOW_MILLIS = 60_000;

    private long windowEnd = -1;
    private long collections = -1;
    private long leastOfWindow = -1;
    private long leastOfLast = -1;
    private long heapMax = -1;
    private int rising;
    private int flat;
    private boolean leaking;

    void accept(MemoryReading reading, long atMillis, boolean judging) {
        heapMax = reading.heapMax();
        if (windowEnd < 0) {
            windowEnd = atMillis + WINDOW_MILLIS;
            collections = reading.collections();
        }
        if (reading.collections() > collections) {
            collections = reading.collections();
            long after = reading.heapAfterCollection();
            leastOfWindow = leastOfWindow < 0 ? after : Math.min(leastOfWindow, after);
        }
        if (atMillis >= windowEnd && leastOfWindow >= 0) {
            endWindow(judging);
            windowEnd = atMillis + WINDOW_MILLIS;
        }
    }

    private void endWindow(boolean judging) {
        boolean rose = leastOfLast >= 0 && leastOfWindow > leastOfLast;
        leastOfLast = leastOfWindow;
        leastOfWindow = -1;
        if (!judging) {
            return; // growth during the start is normal
        }
        rising = rose ? rising + 1 : 0;
        flat = rose ? 0 : flat + 1;
        if (share() <= LIMIT || flat >= WINDOWS) {
            leaking = false;
        } else if (rising >= WINDOWS) {
            leaking = true;
        }
    }

    /** Returns the share of the maximum heap in use after the last window's collections, 0.0 to 1.0; 0 if unknown. */
    double share() {
        return heapMax <= 0 || leastOfLast < 0 ? 0 : (double) leastOfLast / heapMax;
    }

    boolean leaking() {
        return leaking;
    }
}
