package org.starpunk.telemetry;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which operations enter the ring: a rate from 0.0 to 1.0 for each type. Counts and percentiles are taken over every operation,
 * whatever the rate. Rates can be changed while the server runs, from any thread.
 */
public final class Sampling {

    private final long slowQueryNanos;
    private volatile double database;
    private volatile double http;
    private volatile double render;

    /**
     * @param rates the rate of each type, 1.0 where a type is absent
     * @param slowQueryNanos from how many nanoseconds on an operation is slow, and kept whatever the rate
     */
    public Sampling(Map<OperationType, Double> rates, long slowQueryNanos) {
        this.slowQueryNanos = slowQueryNanos;
        for (OperationType type : OperationType.values()) {
            setRate(type, rates.getOrDefault(type, 1.0));
        }
    }

    /**
     * Of what is configured.
     *
     * @param rates the rate of each type, by JSON name
     */
    public static Sampling of(Map<String, Double> rates, Duration slowQuery) {
        Map<OperationType, Double> byType = new EnumMap<>(OperationType.class);
        for (OperationType type : OperationType.values()) {
            byType.put(type, rates.getOrDefault(type.jsonName(), 1.0));
        }
        return new Sampling(byType, slowQuery.toNanos());
    }

    /** Everything is kept; slow from 1 s on. */
    public static Sampling all() {
        return new Sampling(Map.of(), 1_000_000_000L);
    }

    public double rate(OperationType type) {
        // On the path of every request: a comparison with a constant costs nothing there, a switch looks a table up.
        return type == OperationType.HTTP ? http : type == OperationType.DATABASE ? database : render;
    }

    /**
     * Changes the rate of a type from the next operation on.
     *
     * @throws IllegalArgumentException when the rate is not from 0.0 to 1.0
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

    /** The rates of all types, by JSON name. */
    public Map<OperationType, Double> rates() {
        Map<OperationType, Double> rates = new EnumMap<>(OperationType.class);
        for (OperationType type : OperationType.values()) {
            rates.put(type, rate(type));
        }
        return rates;
    }

    /** From how many nanoseconds on an operation is slow. */
    public long slowQueryNanos() {
        return slowQueryNanos;
    }

    boolean chooses(OperationType type) {
        double rate = rate(type);
        return rate >= 1.0 || (rate > 0.0 && ThreadLocalRandom.current().nextDouble() < rate);
    }
}
