package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;

/** Time window of a view. */
enum TimeWindow {
    QUARTER("15m", 15),
    HOUR("1h", 60),
    DAY("24h", 1440);

    private final String label;
    private final int minutes;

    TimeWindow(String label, int minutes) {
        this.label = label;
        this.minutes = minutes;
    }

    /** Returns {@code 15m}, {@code 1h} or {@code 24h}. */
    String label() {
        return label;
    }

    int minutes() {
        return minutes;
    }

    /** Returns the window of a label; null if there is none. */
    static @Nullable TimeWindow of(String label) {
        for (TimeWindow window : values()) {
            if (window.label.equals(label)) {
                return window;
            }
        }
        return null;
    }
}
