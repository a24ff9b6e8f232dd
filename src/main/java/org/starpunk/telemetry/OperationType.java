package org.starpunk.telemetry;

import java.util.Locale;

/** Type of an operation. Its {@linkplain #jsonName() JSON name} is the {@code operation_type} of a metric. */
public enum OperationType {
    DATABASE,
    HTTP,
    /** Rendering and every business event: a created note, a written feed, a cache hit. */
    RENDER;

    private final String jsonName = name().toLowerCase(Locale.ROOT);

    /** Returns {@code database}, {@code http} or {@code render}. */
    public String jsonName() {
        return jsonName;
    }
}
