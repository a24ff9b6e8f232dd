package org.starpunk.telemetry;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Sampling rates for the ring buffer, from 0.0 to 1.0 by type. The rate of {@code http} decides on a request and
 * everything that belongs to it, by the request's id: all of its events enter, or none. The other rates apply to
 * operations outside a request. Counts and percentiles include every operation, whatever the rate. Rates can be changed
 * at run time, from any thread.
 */
public final class SamplingRates {

    private final long slowQueryNanos;
    private volatile double database;
    private volatile double http;
    private volatile double render;

    /**
     * @param rates rate by type; 1.0 for a missing type
     * @param slowQueryNanos minimum duration of a slow operation, nanoseconds; slow ones are always retained
     */
    public SamplingRates(Map<OperationType, Double> rates, long slowQueryNanos) {
        this.slowQueryNanos = slowQueryNanos;
        for (OperationType type : OperationType.values()) {
            setRate(type, rates.getOrDefault(type, 1.0));
        }
    }

    /**
     * Creates the rates from the settings.
     *
     * @param rates rate by JSON name of the type
     */
    public static SamplingRates of(Map<String, Double> rates, Duration slowQuery) {
        Map<OperationType, Double> byType = new EnumMap<>(OperationType.class);
        for (OperationType type : OperationType.values()) {
            byType.put(type, rates.getOrDefault(type.jsonName(), 1.0));
        }
        return new SamplingRates(byType, slowQuery.toNanos());
    }

    /** Returns rates that retain everything, with a slow threshold of 1 s. */
    public static SamplingRates all() {
        return new SamplingRates(Map.of(), 1_000_000_000L);
    }

    public double rate(OperationType type) {
        // Every request runs this code. A comparison with a constant is free here; a switch would read a table.
        return type == OperationType.HTTP ? http : type == OperationType.DATABASE ? database : render;
    }

    /**
     * Changes the rate of a type, for the following operations.
     *
     * @throws IllegalArgumentException if the rate is not from 0.0 to 1.0
     */
    public void setRate(OperationType type, double rate) {
        if (!(rate >= 0.0 && rate <= 1.0)) {
            throw new IllegalArgumentException(
                    "a sampling rate is a number from 0.0 to 1.0, but that of " + type.jsonName() + " is " + rate);
        }
        switch (type) {
            case DATABASE -> database = rate;
            case HTTP -> http = rate;
            case RENDER -> render = rate;
        }
    }

    /** Returns the rates of all types. */
    public Map<OperationType, Double> rates() {
        Map<OperationType, Double> rates = new EnumMap<>(OperationType.class);
        for (OperationType type : OperationType.values()) {
            rates.put(type, rate(type));
        }
        return rates;
    }

    /** Returns the minimum duration of a slow operation, nanoseconds. */
    public long slowQueryNanos() {
        return slowQueryNanos;
    }

    /**
     * Decides whether to sample an operation.
     *
     * @param requestId id of its request; 0 without one
     */
    boolean chooses(OperationType type, long requestId) {
        return requestId == 0 ? choosesAlone(type) : choosesRequest(requestId);
    }

    private boolean choosesAlone(OperationType type) {
        double rate = rate(type);
        return rate >= 1.0 || (rate > 0.0 && ThreadLocalRandom.current().nextDouble() < rate);
    }

    /** Decides whether to sample a request, by a hash of its random id. The result is the same on every thread. */
    boolean choosesRequest(long id) {
        return isChosen(id, http);
    }

    /**
     * Returns whether a request belongs to a sample with the given rate, 0.0 to 1.0. A larger sample contains every
     * smaller one.
     */
    public static boolean isChosen(long id, double rate) {
        return rate >= 1.0 || ((id * 0x9E3779B97F4A7C15L) >>> 11) * 0x1.0p-53 < rate;
    }
}
