package org.starpunk.config;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the monitor: the {@code METRICS_*} keys.
 *
 * @param enabled whether the monitor runs; otherwise it records nothing and costs nothing
 * @param enabledSource source of that setting: a variable, a line of a file, or {@code default}
 * @param slowQueryThreshold minimum duration of a slow operation
 * @param samplingRates share of operations that enter the ring buffer, 0.0 to 1.0, by {@code database}, {@code http},
 *     {@code render}
 * @param samplingIsSet whether the rates are configured, not defaults
 * @param bufferSize capacity of the ring buffer, in events, 1 to 1,000,000
 * @param memoryInterval interval between readings of memory
 * @param logQueries whether to log each query, without values
 * @param dashboardEnabled whether to serve {@code /admin/performance} and {@code /admin/metrics}
 * @param prometheusEnabled whether to serve {@code /metrics}
 * @param prometheusToken bearer token for {@code /metrics}; null for none
 * @param prometheusVertx whether {@code /metrics} includes Vert.x's own metrics
 * @param alerts alert thresholds and webhook target
 */
public record MetricsSettings(
        boolean enabled,
        String enabledSource,
        Duration slowQueryThreshold,
        Map<String, Double> samplingRates,
        boolean samplingIsSet,
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

    /** Omits the secret, which a record would print. */
    @Override
    public String toString() {
        return "MetricsSettings[enabled=" + enabled + ", samplingRates=" + samplingRates + ", bufferSize=" + bufferSize
                + "]";
    }
}
