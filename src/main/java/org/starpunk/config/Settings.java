package org.starpunk.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Every setting, read once.
 *
 * @param baseUrl the site's address as the world sees it, without a slash at the end; null to take the one given at setup
 * @param host the address to listen on
 * @param port the port to listen on, 0 for a free one
 * @param tls the files with which the site speaks TLS itself; null when it does not
 * @param dataDir where the database and the media are
 * @param database the database
 * @param logFormat {@code auto}, {@code text} or {@code json}
 * @param instances HTTP verticles, 0 for one per core
 * @param trustedProxies addresses or CIDR ranges whose forwarded headers are believed
 * @param setupToken the one-time setup secret for an unattended start; null to make one
 * @param healthToken the bearer token that may read the detailed health; null when only a login may
 * @param provider an IndieAuth provider elsewhere
 * @param shutdownDelay how long, at a stop, new connections are still taken while the site says that it is not ready
 * @param shutdownTimeout how long requests under way may take at a stop
 * @param requestTimeout how long a request may take before it is answered 503
 * @param backup the backups that the server makes by itself
 * @param cluster the other nodes
 * @param limits what is accepted from outside
 * @param metrics the monitor's
 */
public record Settings(
        @Nullable String baseUrl,
        String host,
        int port,
        @Nullable TlsSettings tls,
        Path dataDir,
        DatabaseSettings database,
        String logFormat,
        int instances,
        List<String> trustedProxies,
        @Nullable String setupToken,
        @Nullable String healthToken,
        ProviderSettings provider,
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
     * The settings that these variables make, with defaults for the rest: what a test needs.
     *
     * @throws ConfigurationException when a key is unknown or a value is not allowed
     */
    public static Settings of(Map<String, String> environment) {
        return Configuration.of(environment).settings();
    }

    /** Without the secrets: a record would print them. */
    @Override
    public String toString() {
        return "Settings[baseUrl=" + baseUrl + ", listen=" + host + ":" + port + ", dataDir=" + dataDir + "]";
    }
}
