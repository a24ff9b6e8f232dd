package org.starpunk.telemetry;

/** One thing that happened: what a {@link Batch} carries to the metrics verticle. */
public sealed interface Event permits RequestTiming, QueryTiming, Point, Gauge {}
