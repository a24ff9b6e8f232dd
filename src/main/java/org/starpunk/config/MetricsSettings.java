package org.starpunk.config;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How the monitor works: the {@code METRICS_*} keys.
 *
 * @param enabled false records nothing and costs nothing
 * @param enabledSource where that was set: a variable, a file's line, or {@code default}
 * @param slowQueryThreshold from which time on an operation is slow
 * @param samplingRates which part of the operations enters the ring, 0.0 to 1.0, by {@code database}, {@code http}, {@code render}
 * @param bufferSize how many single events the ring keeps, 1 to 1,000,000
 * @param memoryInterval how often memory is read
 * @param logQueries whether each query is logged, without values
 * @param dashboardEnabled whether {@code /admin/performance} and {@code /admin/metrics} are there
 * @param prometheusEnabled whether {@code /metrics} is there
 * @param prometheusToken the bearer token that {@code /metrics} asks for; null for none
 * @param prometheusVertx whether {@code /metrics} tells the numbers of Vert.x itself too
 * @param alerts from where on it speaks up, and to whom
 */
public record MetricsSettings(
        boolean enabled,
        String enabledSource,
        Duration slowQueryThreshold,
        Map<String, Double> samplingRates,
        int bufferSize,
        Duration memoryInterval,
        boolean logQueries,
        boolean dashboardEnabled,
        boolean prometheusEnabled,
        @Nullable String prometheusToken,
        boolean prometheusVertx,
        AlertSettings alerts) {

    public MetricsSettings {
        samplingRates = Map.copyOf(samplingRates);
    }

    /** Without the secret: a record would print it. */
    @Override
    public String toString() {
        return "MetricsSettings[enabled=" + enabled + ", samplingRates=" + samplingRates + ", bufferSize=" + bufferSize
                + "]";
    }
}
