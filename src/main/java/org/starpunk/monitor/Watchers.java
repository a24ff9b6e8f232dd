package org.starpunk.monitor;

import java.util.HashMap;
import java.util.Map;

/** How many watch, by front door: each says it again every few seconds, and one that fell silent is forgotten. */
final class Watchers {

    private static final long SILENT_NANOS = 15_000_000_000L;

    private final Clock clock;
    private final Map<String, Watcher> watchers = new HashMap<>();

    private record Watcher(int viewers, long untilNanos) {}

    Watchers(Clock clock) {
        this.clock = clock;
    }

    /** @param who which front door */
    void watched(String who, int viewers) {
        if (viewers == 0) {
            watchers.remove(who);
        } else {
            watchers.put(who, new Watcher(viewers, clock.nanos() + SILENT_NANOS));
        }
    }

    int count() {
        long now = clock.nanos();
        int count = 0;
        for (Watcher watcher : watchers.values()) {
            count += now - watcher.untilNanos > 0 ? 0 : watcher.viewers;
        }
        return count;
    }
}
