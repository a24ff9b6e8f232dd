package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.ProcessMemory.Reading;

/** Keeps the newest reading of the process's memory, its highest, and whether it has grown. */
final class MemoryWatch {

    private final long mostGrowth;
    private @Nullable Reading latest;
    private long readMillis;
    private long highWater;
    private long baseline = -1;
    private boolean grown;

    /** @param mostGrowth from what growth of resident memory above the baseline on there is a warning, bytes */
    MemoryWatch(long mostGrowth) {
        this.mostGrowth = mostGrowth;
    }

    /** Takes a reading as the one that growth is measured from. */
    void baseline(Reading reading, long atMillis) {
        baseline = reading.rss();
        accept(reading, atMillis);
    }

    /** Takes a reading. */
    void accept(Reading reading, long atMillis) {
        latest = reading;
        readMillis = atMillis;
        highWater = Math.max(highWater, reading.rss());
        grown = growth() > mostGrowth;
    }

    /** The newest reading, null before the first. */
    @Nullable
    Reading latest() {
        return latest;
    }

    long readMillis() {
        return readMillis;
    }

    /** The most resident memory ever seen, bytes. */
    long highWater() {
        return highWater;
    }

    /** Resident memory 5 s after the start, bytes; -1 until then, and where the system does not tell. */
    long baseline() {
        return baseline;
    }

    /** How far resident memory is above the baseline, bytes; 0 when there is none. */
    long growth() {
        Reading reading = latest;
        return reading == null || baseline < 0 || reading.rss() < 0 ? 0 : reading.rss() - baseline;
    }

    /** Whether it has grown by more than the limit. */
    boolean grown() {
        return grown;
    }
}
