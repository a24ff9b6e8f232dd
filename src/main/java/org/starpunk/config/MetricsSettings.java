package org.starpunk.config;

import java.time.Duration;
import java.util.Map;

/**
 * How the monitor works: the {@code METRICS_*} keys.
 *
 * @param enabled false records nothing and costs nothing
 * @param slowQueryThreshold from which time on an operation is slow
 * @param samplingRates which part of the operations enters the ring, 0.0 to 1.0, by {@code database}, {@code http}, {@code render}
 * @param bufferSize how many single events the ring keeps, 1 to 1,000,000
 * @param memoryInterval how often memory is read
 * @param logQueries whether each query is logged, without values
 * @param dashboardEnabled whether {@code /admin/performance} and {@code /admin/metrics} are there
 */
public record MetricsSettings(
        boolean enabled,
        Duration slowQueryThreshold,
        Map<String, Double> samplingRates,
        int bufferSize,
        Duration memoryInterval,
        boolean logQueries,
        boolean dashboardEnabled) {

    public MetricsSettings {
        samplingRates = Map.copyOf(samplingRates);
    }
}
