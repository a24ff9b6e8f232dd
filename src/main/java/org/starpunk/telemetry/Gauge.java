package org.starpunk.telemetry;

/**
 * The present value of something that goes up and down, such as connections in use. The newest value of a name counts; gauges
 * are not sampled and do not enter the ring.
 *
 * @param name a constant of the code that reports it, {@code pool_in_use} for instance
 * @param value the value, in the unit that the name says
 */
public record Gauge(String name, long value) implements Event {}
