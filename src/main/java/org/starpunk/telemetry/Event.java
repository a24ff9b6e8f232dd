package org.starpunk.telemetry;

/** An event of the monitor, sent to the metrics verticle in a {@link Batch}. */
public sealed interface Event permits RequestTiming, QueryTiming, Point, Gauge {}
