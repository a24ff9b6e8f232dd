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

/** Vert.x's own metrics for Prometheus: thread pools and event bus. Off by default. */
final class VertxMetricsExport {

    private final boolean enabled;

    /** Name of the Micrometer registry, unique to this instance, because several may run in one JVM. */
    private final String name = UUID.randomUUID().toString();

    VertxMetricsExport(MetricsSettings settings) {
        enabled = settings.enabled() && settings.prometheusEnabled() && settings.prometheusVertx();
    }

    /** Enables the metrics. Excludes HTTP, which the monitor measures; here it would cost a microsecond per request. */
    VertxOptions applyTo(VertxOptions options) {
        return !enabled
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

    /** Returns the current values; empty while the metrics are off. */
    MetricSnapshots read() {
        return enabled && BackendRegistries.getNow(name) instanceof PrometheusMeterRegistry registry
                ? registry.getPrometheusRegistry().scrape()
                : new MetricSnapshots();
    }
}
