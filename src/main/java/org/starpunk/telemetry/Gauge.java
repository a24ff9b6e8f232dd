package org.starpunk.telemetry;

/**
 * Current value of a quantity that rises and falls, such as connections in use. Only the newest value per name is
 * retained. Gauges are not sampled and do not enter the ring buffer.
 *
 * @param name a constant of the code that reports it, such as {@code pool_in_use}
 * @param value value in the unit that the name implies
 */
public record Gauge(String name, long value) implements TelemetryEvent {}
