package org.starpunk.monitor;

import org.jspecify.annotations.Nullable;

/** How far back a reader looks. */
enum Window {
    QUARTER("15m", 15),
    HOUR("1h", 60),
    DAY("24h", 1440);

    private final String label;
    private final int minutes;

    Window(String label, int minutes) {
        this.label = label;
        this.minutes = minutes;
    }

    /** {@code 15m}, {@code 1h} or {@code 24h}. */
    String label() {
        return label;
    }

    int minutes() {
        return minutes;
    }

    /** The window of a label, null when there is none of that name. */
    static @Nullable Window of(String label) {
        for (Window window : values()) {
            if (window.label.equals(label)) {
                return window;
            }
        }
        return null;
    }
}
