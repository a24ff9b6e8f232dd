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
        SettingType.Listen listen = get(SettingKeys.LISTEN);
        List<String> proxies = configuration.get(SettingKeys.TRUSTED_PROXIES);
        return new Settings(
                configuration.get(SettingKeys.BASE_URL),
                listen.host(),
                listen.port(),
                tls(),
                get(SettingKeys.DATA_DIR),
                database(),
                timeZone(),
                get(SettingKeys.LOG_FORMAT),
                get(SettingKeys.LOG_LEVEL),
                number(SettingKeys.INSTANCES),
                proxies == null ? List.of() : proxies,
                configuration.get(SettingKeys.SETUP_TOKEN),
                configuration.get(SettingKeys.HEALTH_TOKEN),
                new IndieAuthProviderSettings(
                        configuration.get(SettingKeys.PROVIDER_PROFILE),
                        configuration.get(SettingKeys.PROVIDER_SECRET),
                        get(SettingKeys.PROVIDER_PRIVATE)),
                get(SettingKeys.SHUTDOWN_DELAY),
                get(SettingKeys.SHUTDOWN_TIMEOUT),
                get(SettingKeys.REQUEST_TIMEOUT),
                backup(),
                cluster(),
                limits(),
                metrics());
    }

    private ZoneId timeZone() {
        ZoneId zone = configuration.get(SettingKeys.TIME_ZONE);
        return zone == null ? TimeZoneNames.ofServer() : zone;
    }

    private DatabaseSettings database() {
        return new DatabaseSettings(
                configuration.get(SettingKeys.DATABASE_URL), configuration.get(SettingKeys.DATABASE_PASSWORD));
    }

    private BackupSettings backup() {
        Path folder = configuration.get(SettingKeys.BACKUP_DIR);
        return new BackupSettings(
                get(SettingKeys.BACKUP_ENABLED),
                folder == null ? get(SettingKeys.DATA_DIR).resolve("backups") : folder,
                number(SettingKeys.BACKUP_KEEP_DAYS),
                number(SettingKeys.BACKUP_KEEP_WEEKS));
    }

    private ClusterSettings cluster() {
        SettingType.Listen listen = get(SettingKeys.CLUSTER_LISTEN);
        List<SettingType.Listen> members = configuration.get(SettingKeys.CLUSTER_MEMBERS);
        boolean enabled = get(SettingKeys.CLUSTER);
        String node = configuration.get(SettingKeys.NODE_NAME);
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
                        : members.stream().map(SettingType.Listen::toString).toList(),
                get(SettingKeys.CLUSTER_NAME),
                configuration.get(SettingKeys.CLUSTER_SECRET),
                node);
    }

    private @Nullable TlsSettings tls() {
        Path certificate = configuration.get(SettingKeys.TLS_CERTIFICATE);
        Path key = configuration.get(SettingKeys.TLS_KEY);
        return certificate == null || key == null ? null : new TlsSettings(certificate, key);
    }

    private LimitSettings limits() {
        return new LimitSettings(
                number(SettingKeys.MAX_BODY_BYTES),
                get(SettingKeys.MAX_UPLOAD_BYTES),
                number(SettingKeys.MAX_NOTE_LENGTH),
                number(SettingKeys.MAX_TAGS),
                number(SettingKeys.MAX_TAG_LENGTH),
                number(SettingKeys.MAX_TITLE_LENGTH),
                number(SettingKeys.UNUSED_MEDIA_DAYS),
                number(SettingKeys.MAX_CONNECTIONS),
                number(SettingKeys.MAX_CONNECTIONS_PER_ADDRESS));
    }

    private MetricsSettings metrics() {
        return new MetricsSettings(
                get(SettingKeys.METRICS_ENABLED),
                configuration.sourceOf(SettingKeys.METRICS_ENABLED),
                get(SettingKeys.METRICS_SLOW_QUERY_THRESHOLD),
                get(SettingKeys.METRICS_SAMPLING_RATE),
                !configuration.sourceOf(SettingKeys.METRICS_SAMPLING_RATE).equals("default"),
                number(SettingKeys.METRICS_BUFFER_SIZE),
                get(SettingKeys.METRICS_MEMORY_INTERVAL),
                get(SettingKeys.METRICS_LOG_QUERIES),
                get(SettingKeys.METRICS_DASHBOARD_ENABLED),
                get(SettingKeys.METRICS_PROMETHEUS_ENABLED),
                configuration.get(SettingKeys.METRICS_PROMETHEUS_TOKEN),
                get(SettingKeys.METRICS_PROMETHEUS_VERTX),
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
    private <T> T get(SettingKey<T> key) {
        @Nullable T value = configuration.get(key);
        if (value == null) {
            throw new IllegalArgumentException("key " + key.name() + " has no default");
        }
        return value;
    }

    private int number(SettingKey<Long> key) {
        return Math.toIntExact(get(key));
    }
}
