package org.starpunk;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.vertx.core.VertxOptions;
import io.vertx.micrometer.Label;
import io.vertx.micrometer.MetricsDomain;
import io.vertx.micrometer.MicrometerMetricsOptions;
import io.vertx.micrometer.VertxPrometheusOptions;
import io.vertx.micrometer.backends.BackendRegistries;
import java.util.EnumSet;
import java.util.UUID;
import org.starpunk.config.MetricsSettings;

/** What Vert.x counts of itself, for Prometheus: its pools and its event bus. Off unless configured. */
final class VertxNumbers {

    private final boolean wanted;

    /** Under which Vert.x makes its registry: of this instance alone, where several run in one JVM. */
    private final String name = UUID.randomUUID().toString();

    VertxNumbers(MetricsSettings settings) {
        wanted = settings.enabled() && settings.prometheusEnabled() && settings.prometheusVertx();
    }

    /** Makes Vert.x count. HTTP is left out: that is the monitor's own affair, and would cost a microsecond a request here. */
    VertxOptions applyTo(VertxOptions options) {
        return !wanted
                ? options
                : options.setMetricsOptions(new MicrometerMetricsOptions()
                        .setEnabled(true)
                        .setRegistryName(name)
                        .setPrometheusOptions(new VertxPrometheusOptions().setEnabled(true))
                        .setLabels(EnumSet.of(Label.POOL_TYPE, Label.POOL_NAME))
                        .addDisabledMetricsCategory(MetricsDomain.HTTP_SERVER)
                        .addDisabledMetricsCategory(MetricsDomain.HTTP_CLIENT)
                        .addDisabledMetricsCategory(MetricsDomain.NET_SERVER)
                        .addDisabledMetricsCategory(MetricsDomain.NET_CLIENT));
    }

    /** What was counted until now. */
    MetricSnapshots read() {
        return wanted && BackendRegistries.getNow(name) instanceof PrometheusMeterRegistry registry
                ? registry.getPrometheusRegistry().scrape()
                : new MetricSnapshots();
    }
}
