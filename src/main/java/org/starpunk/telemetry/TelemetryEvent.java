package org.starpunk.telemetry;

/** An event of the monitor, sent to the metrics verticle in a {@link EventBatch}. */
public sealed interface TelemetryEvent permits RequestTiming, QueryTiming, CustomEvent, Gauge {}
