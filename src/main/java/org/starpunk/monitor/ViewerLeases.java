package org.starpunk.monitor;

import java.util.HashMap;
import java.util.Map;

/**
 * Numbers of viewers by HTTP verticle. Each verticle reports its number every few seconds; an unreported number
 * expires.
 */
final class ViewerLeases {

    private static final long SILENT_NANOS = 15_000_000_000L;

    private final TimeSource clock;
    private final Map<String, Lease> watchers = new HashMap<>();

    private record Lease(int viewers, long untilNanos) {}

    ViewerLeases(TimeSource clock) {
        this.clock = clock;
    }

    /** @param who name of the HTTP verticle */
    void setViewers(String who, int viewers) {
        if (viewers == 0) {
            watchers.remove(who);
        } else {
            watchers.put(who, new Lease(viewers, clock.nanos() + SILENT_NANOS));
        }
    }

    int count() {
        long now = clock.nanos();
        int count = 0;
        for (Lease watcher : watchers.values()) {
            count += now - watcher.untilNanos > 0 ? 0 : watcher.viewers;
        }
        return count;
    }
}
