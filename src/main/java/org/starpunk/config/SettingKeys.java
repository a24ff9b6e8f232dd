package org.starpunk.config;

import static org.starpunk.config.SettingType.seconds;
import static org.starpunk.config.SettingType.wholeNumber;

import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.SettingType.Listen;

/** Registry of all keys. A test compares the shipped file and the reference page with it. */
public final class SettingKeys {

    static final SettingKey<String> BASE_URL = key(
            "STARPUNK_BASE_URL",
            null,
            SettingType.BASE_URL,
            "The site's public address; without it, the one given at setup.");
    static final SettingKey<Listen> LISTEN =
            key("STARPUNK_LISTEN", "127.0.0.1:8080", SettingType.LISTEN, "The address and port to listen on.");
    static final SettingKey<Path> TLS_CERTIFICATE = key(
            "STARPUNK_TLS_CERTIFICATE",
            null,
            SettingType.FOLDER,
            "The certificate with its chain, a PEM file: the site then serves TLS and HTTP/2 itself.");
    static final SettingKey<Path> TLS_KEY =
            key("STARPUNK_TLS_KEY", null, SettingType.FOLDER, "The certificate's private key, a PEM file (PKCS #8).");
    static final SettingKey<Path> DATA_DIR =
            key("STARPUNK_DATA_DIR", "data", SettingType.FOLDER, "The folder of the database and the media.");
    static final SettingKey<String> DATABASE_URL = key(
            "STARPUNK_DATABASE_URL",
            null,
            SettingType.DATABASE_URL,
            "The PostgreSQL database for the site's data; without it, SQLite in the data directory.");
    static final SettingKey<String> DATABASE_PASSWORD =
            key("STARPUNK_DATABASE_PASSWORD", null, SettingType.PASSWORD, "The password of that PostgreSQL database.");
    static final SettingKey<ZoneId> TIME_ZONE = key(
            "STARPUNK_TIME_ZONE",
            null,
            SettingType.TIME_ZONE,
            "The time zone that setup suggests, and that a site without one gets; without it, the server's.");
    static final SettingKey<String> LOG_FORMAT = key(
            "STARPUNK_LOG_FORMAT",
            "auto",
            SettingType.oneOf("auto", "text", "json"),
            "The format of log lines; auto is text on a terminal and JSON otherwise.");
    static final SettingKey<String> LOG_LEVEL = key(
            "STARPUNK_LOG_LEVEL",
            "info",
            SettingType.oneOf("error", "warn", "info", "debug", "trace"),
            "The lowest level that is logged; debug and trace apply to StarPunk, not to its libraries.");
    static final SettingKey<Long> INSTANCES = key(
            "STARPUNK_INSTANCES", "0", wholeNumber(0, 64), "HTTP verticles that share the port; 0 is one per core.");
    static final SettingKey<List<String>> TRUSTED_PROXIES = key(
            "STARPUNK_TRUSTED_PROXIES",
            null,
            SettingType.NETWORKS,
            "Proxies whose X-Forwarded-* and Forwarded headers are trusted; none by default.");
    static final SettingKey<String> SETUP_TOKEN =
            key("STARPUNK_SETUP_TOKEN", null, SettingType.SECRET, "The setup link's secret, for an unattended start.");
    static final SettingKey<String> HEALTH_TOKEN = key(
            "STARPUNK_HEALTH_TOKEN",
            null,
            SettingType.SECRET,
            "A bearer token for reading /health?detailed without a login.");
    static final SettingKey<String> PROVIDER_PROFILE = key(
            "STARPUNK_PROVIDER_PROFILE",
            null,
            SettingType.URL,
            "Your profile URL on another site: tokens of its IndieAuth provider are accepted too.");
    static final SettingKey<String> PROVIDER_SECRET = key(
            "STARPUNK_PROVIDER_SECRET",
            null,
            SettingType.SECRET,
            "The bearer token for that provider's introspection endpoint; without it, the introspected token.");
    static final SettingKey<Boolean> PROVIDER_PRIVATE = key(
            "STARPUNK_PROVIDER_PRIVATE",
            "false",
            SettingType.BOOLEAN,
            "Whether that provider may have a private address; otherwise it must have a public one.");
    static final SettingKey<Duration> SHUTDOWN_DELAY = key(
            "STARPUNK_SHUTDOWN_DELAY",
            "0",
            seconds(0, 60),
            "Time at a stop in which the port stays open while /readyz responds 503, so that a proxy notices.");
    static final SettingKey<Duration> SHUTDOWN_TIMEOUT =
            key("STARPUNK_SHUTDOWN_TIMEOUT", "10", seconds(0, 300), "Maximum time at a stop for running requests.");
    static final SettingKey<Duration> REQUEST_TIMEOUT = key(
            "STARPUNK_REQUEST_TIMEOUT",
            "30",
            seconds(0.1, 3600),
            "Maximum time of a request; after it the response is 503.");

    static final SettingKey<Boolean> BACKUP_ENABLED =
            key("STARPUNK_BACKUP_ENABLED", "true", SettingType.BOOLEAN, "Whether the server makes a backup each day.");
    static final SettingKey<Path> BACKUP_DIR = key(
            "STARPUNK_BACKUP_DIR",
            null,
            SettingType.FOLDER,
            "The folder of those backups; without it, backups in the data directory.");
    static final SettingKey<Long> BACKUP_KEEP_DAYS = key(
            "STARPUNK_BACKUP_KEEP_DAYS", "7", wholeNumber(1, 1000), "Number of days whose last backup is retained.");
    static final SettingKey<Long> BACKUP_KEEP_WEEKS = key(
            "STARPUNK_BACKUP_KEEP_WEEKS", "4", wholeNumber(0, 1000), "Number of weeks whose last backup is retained.");

    static final SettingKey<Boolean> CLUSTER = key(
            "STARPUNK_CLUSTER",
            "false",
            SettingType.BOOLEAN,
            "Whether this process joins a cluster; otherwise it opens no cluster port.");
    static final SettingKey<Listen> CLUSTER_LISTEN = key(
            "STARPUNK_CLUSTER_LISTEN",
            "127.0.0.1:5701",
            SettingType.ONE_ADDRESS,
            "The address and port for the other nodes, in a network that only they can reach.");
    static final SettingKey<List<Listen>> CLUSTER_MEMBERS = key(
            "STARPUNK_CLUSTER_MEMBERS",
            null,
            SettingType.MEMBERS,
            "The addresses of the other nodes; some of them are sufficient.");
    static final SettingKey<String> CLUSTER_NAME = key(
            "STARPUNK_CLUSTER_NAME",
            "starpunk",
            SettingType.NODE_NAME,
            "The name of the cluster: only nodes with the same name join each other.");
    static final SettingKey<String> CLUSTER_SECRET = key(
            "STARPUNK_CLUSTER_SECRET",
            null,
            SettingType.SECRET,
            "The secret that all nodes share, needed for a cluster: processes that do not have it cannot join.");
    static final SettingKey<String> NODE_NAME = key(
            "STARPUNK_NODE_NAME",
            null,
            SettingType.NODE_NAME,
            "The name of this node on the dashboard; without it, its host name and process id.");

    static final SettingKey<Long> MAX_BODY_BYTES =
            key("STARPUNK_MAX_BODY_BYTES", "1000000", wholeNumber(1000, 100_000_000), "The largest form or JSON body.");
    static final SettingKey<Long> MAX_UPLOAD_BYTES =
            key("STARPUNK_MAX_UPLOAD_BYTES", "20000000", wholeNumber(0, 10_000_000_000L), "The largest photo or file.");
    static final SettingKey<Long> MAX_NOTE_LENGTH =
            key("STARPUNK_MAX_NOTE_LENGTH", "200000", wholeNumber(1, 10_000_000), "The longest note, characters.");
    static final SettingKey<Long> MAX_TAGS =
            key("STARPUNK_MAX_TAGS", "50", wholeNumber(0, 1000), "The maximum number of tags of a note.");
    static final SettingKey<Long> MAX_TAG_LENGTH =
            key("STARPUNK_MAX_TAG_LENGTH", "100", wholeNumber(1, 1000), "The longest tag, characters.");
    static final SettingKey<Long> MAX_TITLE_LENGTH =
            key("STARPUNK_MAX_TITLE_LENGTH", "300", wholeNumber(1, 10_000), "The longest title, characters.");
    static final SettingKey<Long> UNUSED_MEDIA_DAYS = key(
            "STARPUNK_UNUSED_MEDIA_DAYS",
            "30",
            wholeNumber(0, 3650),
            "Days after which an unused picture is deleted; 0 disables it.");

    static final SettingKey<Long> MAX_CONNECTIONS = key(
            "STARPUNK_MAX_CONNECTIONS",
            "20000",
            wholeNumber(1, 1_000_000),
            "Maximum number of open connections; lower if the system allows fewer open files.");
    static final SettingKey<Long> MAX_CONNECTIONS_PER_ADDRESS = key(
            "STARPUNK_MAX_CONNECTIONS_PER_ADDRESS",
            "1000",
            wholeNumber(1, 1_000_000),
            "Maximum number of open connections from one address, except trusted proxies.");

    static final SettingKey<Boolean> METRICS_ENABLED = key(
            "METRICS_ENABLED", "true", SettingType.BOOLEAN, "The monitor; false records nothing and costs nothing.");
    static final SettingKey<Duration> METRICS_SLOW_QUERY_THRESHOLD = key(
            "METRICS_SLOW_QUERY_THRESHOLD",
            "1.0",
            seconds(0, 3600),
            "Minimum duration of a slow query, which is logged and always recorded.");
    static final SettingKey<Map<String, Double>> METRICS_SAMPLING_RATE = key(
            "METRICS_SAMPLING_RATE",
            "1.0",
            SettingType.RATES,
            "Share of requests that enter the ring buffer; counts and percentiles include all of them.");
    static final SettingKey<Long> METRICS_BUFFER_SIZE = key(
            "METRICS_BUFFER_SIZE", "1000", wholeNumber(1, 1_000_000), "Capacity of the ring buffer for single events.");
    static final SettingKey<Duration> METRICS_MEMORY_INTERVAL =
            key("METRICS_MEMORY_INTERVAL", "30", seconds(1, 3600), "Interval between readings of memory.");
    static final SettingKey<Boolean> METRICS_LOG_QUERIES = key(
            "METRICS_LOG_QUERIES", "false", SettingType.BOOLEAN, "Log each query with its time, without its values.");
    static final SettingKey<Boolean> METRICS_DASHBOARD_ENABLED = key(
            "METRICS_DASHBOARD_ENABLED",
            "true",
            SettingType.BOOLEAN,
            "Whether to serve /admin/performance and /admin/metrics.");
    static final SettingKey<Boolean> METRICS_PROMETHEUS_ENABLED = key(
            "METRICS_PROMETHEUS_ENABLED", "false", SettingType.BOOLEAN, "Whether to serve /metrics for Prometheus.");
    static final SettingKey<String> METRICS_PROMETHEUS_TOKEN = key(
            "METRICS_PROMETHEUS_TOKEN",
            null,
            SettingType.SECRET,
            "The bearer token for /metrics; without it, everyone who can reach the port can read it.");

    static final SettingKey<Boolean> METRICS_PROMETHEUS_VERTX = key(
            "METRICS_PROMETHEUS_VERTX",
            "false",
            SettingType.BOOLEAN,
            "Whether /metrics includes Vert.x's own metrics of its pools and event bus; costs some CPU.");

    private static final List<SettingKey<?>> ALL = List.of(
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

    private SettingKeys() {}

    /** Returns all keys, in the order of the reference page. */
    public static List<SettingKey<?>> all() {
        return ALL;
    }

    /** Returns the names that may be set in the environment: those of all keys, and {@code …_FILE} for secrets. */
    static List<String> names() {
        List<String> names = new ArrayList<>();
        for (SettingKey<?> key : ALL) {
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

    private static <T> SettingKey<T> key(String name, @Nullable String defaultText, SettingType<T> kind, String why) {
        return new SettingKey<>(name, defaultText, kind, why);
    }
}
