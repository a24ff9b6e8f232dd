package org.starpunk.config;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All settings, read once at the start.
 *
 * @param baseUrl public address of the site, without a trailing slash; null for the one given at setup
 * @param host address to listen on
 * @param port port to listen on; 0 for a free one
 * @param tls certificate files for TLS; null without TLS
 * @param dataDir folder of the database and the media
 * @param database the database
 * @param timeZone the time zone of a site that has none yet
 * @param logFormat {@code auto}, {@code text} or {@code json}
 * @param logLevel {@code error}, {@code warn}, {@code info}, {@code debug} or {@code trace}
 * @param instances number of HTTP verticles; 0 for one per core
 * @param trustedProxies addresses or CIDR ranges whose forwarded headers are trusted
 * @param setupToken one-time setup secret for an unattended start; null to generate one
 * @param healthToken bearer token for the detailed health check; null to require a login
 * @param provider an external IndieAuth provider
 * @param shutdownDelay time at a stop in which new connections are accepted while the site reports that it is not ready
 * @param shutdownTimeout maximum time at a stop for running requests
 * @param requestTimeout maximum time of a request, after which it gets a 503
 * @param backup automatic backups
 * @param cluster the cluster
 * @param limits limits for external input
 * @param metrics the monitor
 */
public record Settings(
        @Nullable String baseUrl,
        String host,
        int port,
        @Nullable TlsSettings tls,
        Path dataDir,
        DatabaseSettings database,
        ZoneId timeZone,
        String logFormat,
        String logLevel,
        int instances,
        List<String> trustedProxies,
        @Nullable String setupToken,
        @Nullable String healthToken,
        IndieAuthProviderSettings provider,
        Duration shutdownDelay,
        Duration shutdownTimeout,
        Duration requestTimeout,
        BackupSettings backup,
        ClusterSettings cluster,
        LimitSettings limits,
        MetricsSettings metrics) {

    public Settings {
        trustedProxies = List.copyOf(trustedProxies);
    }

    /**
     * Returns the settings from these variables, with defaults for the rest; for tests.
     *
     * @throws ConfigurationException if a key is unknown or a value is not allowed
     */
    public static Settings of(Map<String, String> environment) {
        return Configuration.of(environment).settings();
    }

    /** Omits the secrets, which a record would print. */
    @Override
    public String toString() {
        return "Settings[baseUrl=" + baseUrl + ", listen=" + host + ":" + port + ", dataDir=" + dataDir + "]";
    }
}
