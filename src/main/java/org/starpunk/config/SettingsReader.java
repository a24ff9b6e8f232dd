package org.starpunk.config;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Converts the configuration's values to settings. */
final class SettingsReader {

    private final Configuration configuration;

    private SettingsReader(Configuration configuration) {
        this.configuration = configuration;
    }

    static Settings read(Configuration configuration) {
        return new SettingsReader(configuration).settings();
    }

    private Settings settings() {
        Kind.Listen listen = get(Keys.LISTEN);
        List<String> proxies = configuration.get(Keys.TRUSTED_PROXIES);
        return new Settings(
                configuration.get(Keys.BASE_URL),
                listen.host(),
                listen.port(),
                tls(),
                get(Keys.DATA_DIR),
                database(),
                timeZone(),
                get(Keys.LOG_FORMAT),
                get(Keys.LOG_LEVEL),
                number(Keys.INSTANCES),
                proxies == null ? List.of() : proxies,
                configuration.get(Keys.SETUP_TOKEN),
                configuration.get(Keys.HEALTH_TOKEN),
                new ProviderSettings(
                        configuration.get(Keys.PROVIDER_PROFILE),
                        configuration.get(Keys.PROVIDER_SECRET),
                        get(Keys.PROVIDER_PRIVATE)),
                get(Keys.SHUTDOWN_DELAY),
                get(Keys.SHUTDOWN_TIMEOUT),
                get(Keys.REQUEST_TIMEOUT),
                backup(),
                cluster(),
                limits(),
                metrics());
    }

    private ZoneId timeZone() {
        ZoneId zone = configuration.get(Keys.TIME_ZONE);
        return zone == null ? TimeZones.ofServer() : zone;
    }

    private DatabaseSettings database() {
        return new DatabaseSettings(configuration.get(Keys.DATABASE_URL), configuration.get(Keys.DATABASE_PASSWORD));
    }

    private BackupSettings backup() {
        Path folder = configuration.get(Keys.BACKUP_DIR);
        return new BackupSettings(
                get(Keys.BACKUP_ENABLED),
                folder == null ? get(Keys.DATA_DIR).resolve("backups") : folder,
                number(Keys.BACKUP_KEEP_DAYS),
                number(Keys.BACKUP_KEEP_WEEKS));
    }

    private ClusterSettings cluster() {
        Kind.Listen listen = get(Keys.CLUSTER_LISTEN);
        List<Kind.Listen> members = configuration.get(Keys.CLUSTER_MEMBERS);
        boolean enabled = get(Keys.CLUSTER);
        String node = configuration.get(Keys.NODE_NAME);
        if (node == null) {
            // Only in a cluster, because resolving the machine's host name can be slow.
            node = enabled ? ClusterSettings.ownName() : "";
        }
        return new ClusterSettings(
                enabled,
                listen.host(),
                listen.port(),
                members == null
                        ? List.of()
                        : members.stream().map(Kind.Listen::toString).toList(),
                get(Keys.CLUSTER_NAME),
                configuration.get(Keys.CLUSTER_SECRET),
                node);
    }

    private @Nullable TlsSettings tls() {
        Path certificate = configuration.get(Keys.TLS_CERTIFICATE);
        Path key = configuration.get(Keys.TLS_KEY);
        return certificate == null || key == null ? null : new TlsSettings(certificate, key);
    }

    private LimitSettings limits() {
        return new LimitSettings(
                number(Keys.MAX_BODY_BYTES),
                get(Keys.MAX_UPLOAD_BYTES),
                number(Keys.MAX_NOTE_LENGTH),
                number(Keys.MAX_TAGS),
                number(Keys.MAX_TAG_LENGTH),
                number(Keys.MAX_TITLE_LENGTH),
                number(Keys.UNUSED_MEDIA_DAYS),
                number(Keys.MAX_CONNECTIONS),
                number(Keys.MAX_CONNECTIONS_PER_ADDRESS));
    }

    private MetricsSettings metrics() {
        return new MetricsSettings(
                get(Keys.METRICS_ENABLED),
                configuration.sourceOf(Keys.METRICS_ENABLED),
                get(Keys.METRICS_SLOW_QUERY_THRESHOLD),
                get(Keys.METRICS_SAMPLING_RATE),
                !configuration.sourceOf(Keys.METRICS_SAMPLING_RATE).equals("default"),
                number(Keys.METRICS_BUFFER_SIZE),
                get(Keys.METRICS_MEMORY_INTERVAL),
                get(Keys.METRICS_LOG_QUERIES),
                get(Keys.METRICS_DASHBOARD_ENABLED),
                get(Keys.METRICS_PROMETHEUS_ENABLED),
                configuration.get(Keys.METRICS_PROMETHEUS_TOKEN),
                get(Keys.METRICS_PROMETHEUS_VERTX),
                alerts());
    }

    private AlertSettings alerts() {
        return new AlertSettings(
                get(AlertKeys.P99),
                get(AlertKeys.ERROR_RATE),
                number(AlertKeys.SLOW_QUERIES),
                get(AlertKeys.LOOP_LAG),
                get(AlertKeys.MEMORY_GROWTH) << 20,
                number(AlertKeys.MIN_REQUESTS),
                number(AlertKeys.MINUTES),
                configuration.get(AlertKeys.WEBHOOK),
                get(AlertKeys.WEBHOOK_PRIVATE));
    }

    /** Returns the value of a key that has a default. */
    private <T> T get(Key<T> key) {
        @Nullable T value = configuration.get(key);
        if (value == null) {
            throw new IllegalArgumentException("key " + key.name() + " has no default");
        }
        return value;
    }

    private int number(Key<Long> key) {
        return Math.toIntExact(get(key));
    }
}
