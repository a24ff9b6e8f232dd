package org.starpunk.telemetry;

import java.util.Locale;

/** What kind of work an operation was; its {@linkplain #jsonName() JSON name} is the {@code operation_type} of a metric. */
public enum OperationType {
    DATABASE,
    HTTP,
    /** Rendering, and every business event: a note created, a feed written, a cache hit. */
    RENDER;

    private final String jsonName = name().toLowerCase(Locale.ROOT);

    /** {@code database}, {@code http} or {@code render}. */
    public String jsonName() {
        return jsonName;
    }
}
