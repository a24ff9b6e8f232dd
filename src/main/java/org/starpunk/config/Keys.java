package org.starpunk.config;

import static org.starpunk.config.Kind.seconds;
import static org.starpunk.config.Kind.wholeNumber;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Kind.Listen;

/** Registry of all keys. A test compares the shipped file and the reference page with it. */
public final class Keys {

    static final Key<String> BASE_URL = key(
            "STARPUNK_BASE_URL", null, Kind.BASE_URL, "The site's public address; without it, the one given at setup.");
    static final Key<Listen> LISTEN =
            key("STARPUNK_LISTEN", "127.0.0.1:8080", Kind.LISTEN, "The address and port to listen on.");
    static final Key<Path> TLS_CERTIFICATE = key(
            "STARPUNK_TLS_CERTIFICATE",
            null,
            Kind.FOLDER,
            "The certificate with its chain, a PEM file: the site then serves TLS and HTTP/2 itself.");
    static final Key<Path> TLS_KEY =
            key("STARPUNK_TLS_KEY", null, Kind.FOLDER, "The certificate's private key, a PEM file (PKCS #8).");
    static final Key<Path> DATA_DIR =
            key("STARPUNK_DATA_DIR", "data", Kind.FOLDER, "The folder of the database and the media.");
    static final Key<String> DATABASE_URL = key(
            "STARPUNK_DATABASE_URL",
            null,
            Kind.DATABASE_URL,
            "The PostgreSQL database for the site's data; without it, SQLite in the data directory.");
    static final Key<String> DATABASE_PASSWORD =
            key("STARPUNK_DATABASE_PASSWORD", null, Kind.PASSWORD, "The password of that PostgreSQL database.");
    static final Key<ZoneId> TIME_ZONE = key(
            "STARPUNK_TIME_ZONE",
            null,
            Kind.TIME_ZONE,
            "The time zone that setup suggests, and that a site without one gets; without it, the server's.");
    static final Key<String> LOG_FORMAT = key(
            "STARPUNK_LOG_FORMAT",
            "auto",
            Kind.oneOf("auto", "text", "json"),
            "The format of log lines; auto is text on a terminal and JSON otherwise.");
    static final Key<String> LOG_LEVEL = key(
            "STARPUNK_LOG_LEVEL",
            "info",
            Kind.oneOf("error", "warn", "info", "debug", "trace"),
            "The lowest level that is logged; debug and trace apply to StarPunk, not to its libraries.");
    static final Key<Long> INSTANCES = key(
            "STARPUNK_INSTANCES", "0", wholeNumber(0, 64), "HTTP verticles that share the port; 0 is one per core.");
    static final Key<List<String>> TRUSTED_PROXIES = key(
            "STARPUNK_TRUSTED_PROXIES",
            null,
            Kind.NETWORKS,
            "Proxies whose X-Forwarded-* and Forwarded headers are trusted; none by default.");
    static final Key<String> SETUP_TOKEN =
            key("STARPUNK_SETUP_TOKEN", null, Kind.SECRET, "The setup link's secret, for an unattended start.");
    static final Key<String> HEALTH_TOKEN = key(
            "STARPUNK_HEALTH_TOKEN", null, Kind.SECRET, "A bearer token for reading /health?detailed without a login.");
    static final Key<String> PROVIDER_PROFILE = key(
            "STARPUNK_PROVIDER_PROFILE",
            null,
            Kind.URL,
            "Your profile URL on another site: tokens of its IndieAuth provider are accepted too.");
    static final Key<String> PROVIDER_SECRET = key(
            "STARPUNK_PROVIDER_SECRET",
            null,
            Kind.SECRET,
            "The bearer token for that provider's introspection endpoint; without it, the introspected token.");
    static final Key<Boolean> PROVIDER_PRIVATE = key(
            "STARPUNK_PROVIDER_PRIVATE",
            "false",
            Kind.BOOLEAN,
            "Whether that provider may have a private address; otherwise it must have a public one.");
    static final Key<Duration> SHUTDOWN_DELAY = key(
            "STARPUNK_SHUTDOWN_DELAY",
            "0",
            seconds(0, 60),
            "Time at a stop in which the port stays open while /readyz responds 503, so that a proxy notices.");
    static final Key<Duration> SHUTDOWN_TIMEOUT =
            key("STARPUNK_SHUTDOWN_TIMEOUT", "10", seconds(0, 300), "Maximum time at a stop for running requests.");
    static final Key<Duration> REQUEST_TIMEOUT = key(
            "STARPUNK_REQUEST_TIMEOUT",
            "30",
            seconds(0.1, 3600),
            "Maximum time of a request; after it the response is 503.");

    static final Key<Boolean> BACKUP_ENABLED =
            key("STARPUNK_BACKUP_ENABLED", "true", Kind.BOOLEAN, "Whether the server makes a backup each day.");
    static final Key<Path> BACKUP_DIR = key(
            "STARPUNK_BACKUP_DIR",
            null,
            Kind.FOLDER,
            "The folder of those backups; without it, backups in the data directory.");
    static final Key<Long> BACKUP_KEEP_DAYS = key(
            "STARPUNK_BACKUP_KEEP_DAYS",
            "7",
            wholeNumber(1, 1000),
            "Number of days of which the last backup is retained.");
    static final Key<Long> BACKUP_KEEP_WEEKS = key(
            "STARPUNK_BACKUP_KEEP_WEEKS",
            "4",
            wholeNumber(0, 1000),
            "Number of weeks of which the last backup is retained.");

    static final Key<Boolean> CLUSTER = key(
            "STARPUNK_CLUSTER",
            "false",
            Kind.BOOLEAN,
            "Whether this process joins a cluster; otherwise it opens no cluster port.");
    static final Key<Listen> CLUSTER_LISTEN = key(
            "STARPUNK_CLUSTER_LISTEN",
            "127.0.0.1:5701",
            Kind.ONE_ADDRESS,
            "The address and port for the other nodes, in a network that only they can reach.");
    static final Key<List<Listen>> CLUSTER_MEMBERS = key(
            "STARPUNK_CLUSTER_MEMBERS",
            null,
            Kind.MEMBERS,
            "The addresses of the other nodes; some of them are sufficient.");
    static final Key<String> CLUSTER_NAME = key(
            "STARPUNK_CLUSTER_NAME",
            "starpunk",
            Kind.NODE_NAME,
            "The name of the cluster: only nodes with the same name join each other.");
    static final Key<String> CLUSTER_SECRET = key(
            "STARPUNK_CLUSTER_SECRET",
            null,
            Kind.SECRET,
            "The secret that all nodes share, needed for a cluster: processes that do not have it cannot join.");
    static final Key<String> NODE_NAME = key(
            "STARPUNK_NODE_NAME",
            null,
            Kind.NODE_NAME,
            "The name of this node on the dashboard; without it, its host name and process id.");

    static final Key<Long> MAX_BODY_BYTES =
            key("STARPUNK_MAX_BODY_BYTES", "1000000", wholeNumber(1000, 100_000_000), "The largest form or JSON body.");
    static final Key<Long> MAX_UPLOAD_BYTES =
            key("STARPUNK_MAX_UPLOAD_BYTES", "20000000", wholeNumber(0, 10_000_000_000L), "The largest photo or file.");
    static final Key<Long> MAX_NOTE_LENGTH =
            key("STARPUNK_MAX_NOTE_LENGTH", "200000", wholeNumber(1, 10_000_000), "The longest note, characters.");
    static final Key<Long> MAX_TAGS =
            key("STARPUNK_MAX_TAGS", "50", wholeNumber(0, 1000), "The maximum number of tags of a note.");
    static final Key<Long> MAX_TAG_LENGTH =
            key("STARPUNK_MAX_TAG_LENGTH", "100", wholeNumber(1, 1000), "The longest tag, characters.");
    static final Key<Long> MAX_TITLE_LENGTH =
            key("STARPUNK_MAX_TITLE_LENGTH", "300", wholeNumber(1, 10_000), "The longest title, characters.");
    static final Key<Long> UNUSED_MEDIA_DAYS = key(
            "STARPUNK_UNUSED_MEDIA_DAYS",
            "30",
            wholeNumber(0, 3650),
            "Days after which an unused picture is deleted; 0 disables it.");

    static final Key<Long> MAX_CONNECTIONS = key(
            "STARPUNK_MAX_CONNECTIONS",
            "20000",
            wholeNumber(1, 1_000_000),
            "Maximum number of open connections; lower if the system allows fewer open files.");
    static final Key<Long> MAX_CONNECTIONS_PER_ADDRESS = key(
            "STARPUNK_MAX_CONNECTIONS_PER_ADDRESS",
            "1000",
            wholeNumber(1, 1_000_000),
            "Maximum number of open connections from one address, except trusted proxies.");

    static final Key<Boolean> METRICS_ENABLED =
            key("METRICS_ENABLED", "true", Kind.BOOLEAN, "The monitor; false records nothing and costs nothing.");
    static final Key<Duration> METRICS_SLOW_QUERY_THRESHOLD = key(
            "METRICS_SLOW_QUERY_THRESHOLD",
            "1.0",
            seconds(0, 3600),
            "Minimum duration of a slow query, which is logged and always recorded.");
    static final Key<Map<String, Double>> METRICS_SAMPLING_RATE = key(
            "METRICS_SAMPLING_RATE",
            "1.0",
            Kind.RATES,
            "Share of requests that enter the ring buffer; counts and percentiles include all of them.");
    static final Key<Long> METRICS_BUFFER_SIZE = key(
            "METRICS_BUFFER_SIZE", "1000", wholeNumber(1, 1_000_000), "Capacity of the ring buffer for single events.");
    static final Key<Duration> METRICS_MEMORY_INTERVAL =
            key("METRICS_MEMORY_INTERVAL", "30", seconds(1, 3600), "Interval between readings of memory.");
    static final Key<Boolean> METRICS_LOG_QUERIES =
            key("METRICS_LOG_QUERIES", "false", Kind.BOOLEAN, "Log each query with its time, without its values.");
    static final Key<Boolean> METRICS_DASHBOARD_ENABLED = key(
            "METRICS_DASHBOARD_ENABLED",
            "true",
            Kind.BOOLEAN,
            "Whether to serve /admin/performance and /admin/metrics.");
    static final Key<Boolean> METRICS_PROMETHEUS_ENABLED =
            key("METRICS_PROMETHEUS_ENABLED", "false", Kind.BOOLEAN, "Whether to serve /metrics for Prometheus.");
    static final Key<String> METRICS_PROMETHEUS_TOKEN = key(
            "METRICS_PROMETHEUS_TOKEN",
            null,
            Kind.SECRET,
            "The bearer token for /metrics; without it, everyone who can reach the port can read it.");

    static final Key<Boolean> METRICS_PROMETHEUS_VERTX = key(
            "METRICS_PROMETHEUS_VERTX",
            "false",
            Kind.BOOLEAN,
            "Whether /metrics includes Vert.x's own metrics of its pools and event bus; costs some CPU.");

    private static final List<Key<?>> ALL = List.of(
            BASE_URL,
            LISTEN,
            TLS_CERTIFICATE,
            TLS_KEY,
            DATA_DIR,
            DATABASE_URL,
            DATABASE_PASSWORD,
            TIME_ZONE,
            LOG_FORMAT,
            LOG_LEVEL,
            INSTANCES,
            TRUSTED_PROXIES,
            SETUP_TOKEN,
            HEALTH_TOKEN,
            PROVIDER_PROFILE,
            PROVIDER_SECRET,
            PROVIDER_PRIVATE,
            SHUTDOWN_DELAY,
            SHUTDOWN_TIMEOUT,
            REQUEST_TIMEOUT,
            BACKUP_ENABLED,
            BACKUP_DIR,
            BACKUP_KEEP_DAYS,
            BACKUP_KEEP_WEEKS,
            CLUSTER,
            CLUSTER_LISTEN,
            CLUSTER_MEMBERS,
            CLUSTER_NAME,
            CLUSTER_SECRET,
            NODE_NAME,
            MAX_BODY_BYTES,
            MAX_UPLOAD_BYTES,
            MAX_NOTE_LENGTH,
            MAX_TAGS,
            MAX_TAG_LENGTH,
            MAX_TITLE_LENGTH,
            UNUSED_MEDIA_DAYS,
            MAX_CONNECTIONS,
            MAX_CONNECTIONS_PER_ADDRESS,
            METRICS_ENABLED,
            METRICS_SLOW_QUERY_THRESHOLD,
            METRICS_SAMPLING_RATE,
            METRICS_BUFFER_SIZE,
            METRICS_MEMORY_INTERVAL,
            METRICS_LOG_QUERIES,
            METRICS_DASHBOARD_ENABLED,
            METRICS_PROMETHEUS_ENABLED,
            METRICS_PROMETHEUS_TOKEN,
            METRICS_PROMETHEUS_VERTX,
            AlertKeys.P99,
            AlertKeys.ERROR_RATE,
            AlertKeys.SLOW_QUERIES,
            AlertKeys.LOOP_LAG,
            AlertKeys.MEMORY_GROWTH,
            AlertKeys.MIN_REQUESTS,
            AlertKeys.MINUTES,
            AlertKeys.WEBHOOK,
            AlertKeys.WEBHOOK_PRIVATE);

    private Keys() {}

    /** Returns all keys, in the order of the reference page. */
    public static List<Key<?>> all() {
        return ALL;
    }

    /** Returns the names that may be set in the environment: those of all keys, and {@code …_FILE} for secrets. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Key<?> key : ALL) {
            names.add(key.name());
            if (key.secret()) {
                names.add(key.fileName());
            }
        }
        return names;
    }

    /**
     * Returns the environment name for a name in a file: {@code METRICS_BUFFER_SIZE} for {@code metrics.buffer-size}.
     */
    static String nameOf(String path) {
        return path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static <T> Key<T> key(String name, @Nullable String defaultText, Kind<T> kind, String why) {
        return new Key<>(name, defaultText, kind, why);
    }
}
