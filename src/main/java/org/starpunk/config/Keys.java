package org.starpunk.config;

import static org.starpunk.config.Kind.seconds;
import static org.starpunk.config.Kind.wholeNumber;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Kind.Listen;

/** Every key there is: the only place where a key is named. A test holds the shipped file and the reference page against it. */
public final class Keys {

    static final Key<String> BASE_URL = key(
            "STARPUNK_BASE_URL",
            null,
            Kind.BASE_URL,
            "The site's address as the world sees it; without it, the one given at setup.");
    static final Key<Listen> LISTEN =
            key("STARPUNK_LISTEN", "127.0.0.1:8080", Kind.LISTEN, "The address and port to listen on.");
    static final Key<Path> TLS_CERTIFICATE = key(
            "STARPUNK_TLS_CERTIFICATE",
            null,
            Kind.FOLDER,
            "The certificate with its chain, a PEM file: the site then speaks TLS and HTTP/2 itself.");
    static final Key<Path> TLS_KEY =
            key("STARPUNK_TLS_KEY", null, Kind.FOLDER, "The certificate's private key, a PEM file (PKCS #8).");
    static final Key<Path> DATA_DIR =
            key("STARPUNK_DATA_DIR", "data", Kind.FOLDER, "The folder of the database and the media.");
    static final Key<String> DATABASE_URL = key(
            "STARPUNK_DATABASE_URL",
            null,
            Kind.DATABASE_URL,
            "A PostgreSQL to keep the notes in; without it, SQLite in the data directory.");
    static final Key<String> DATABASE_PASSWORD =
            key("STARPUNK_DATABASE_PASSWORD", null, Kind.PASSWORD, "The password for that PostgreSQL.");
    static final Key<String> LOG_FORMAT = key(
            "STARPUNK_LOG_FORMAT",
            "auto",
            Kind.oneOf("auto", "text", "json"),
            "How log lines look; auto is text on a terminal and JSON otherwise.");
    static final Key<Long> INSTANCES = key(
            "STARPUNK_INSTANCES", "0", wholeNumber(0, 64), "HTTP verticles that share the port; 0 is one per core.");
    static final Key<List<String>> TRUSTED_PROXIES = key(
            "STARPUNK_TRUSTED_PROXIES",
            null,
            Kind.NETWORKS,
            "Proxies whose X-Forwarded-* and Forwarded headers are believed; none by default.");
    static final Key<String> SETUP_TOKEN =
            key("STARPUNK_SETUP_TOKEN", null, Kind.SECRET, "The setup link's secret, for a start that nobody watches.");
    static final Key<String> HEALTH_TOKEN = key(
            "STARPUNK_HEALTH_TOKEN",
            null,
            Kind.SECRET,
            "A bearer token that may read /health?detailed without a login.");
    static final Key<String> PROVIDER_PROFILE = key(
            "STARPUNK_PROVIDER_PROFILE",
            null,
            Kind.URL,
            "Your profile URL elsewhere: tokens of the IndieAuth provider that it names are accepted too.");
    static final Key<String> PROVIDER_SECRET = key(
            "STARPUNK_PROVIDER_SECRET",
            null,
            Kind.SECRET,
            "The bearer token with which that provider is asked; without it, the token that is asked about.");
    static final Key<Boolean> PROVIDER_PRIVATE = key(
            "STARPUNK_PROVIDER_PRIVATE",
            "false",
            Kind.BOOLEAN,
            "Whether that provider may be in a private network; else it has to be of the open internet.");
    static final Key<Duration> SHUTDOWN_DELAY = key(
            "STARPUNK_SHUTDOWN_DELAY",
            "0",
            seconds(0, 60),
            "How long, at a stop, the port stays open while /readyz answers 503, for a proxy to notice.");
    static final Key<Duration> SHUTDOWN_TIMEOUT =
            key("STARPUNK_SHUTDOWN_TIMEOUT", "10", seconds(0, 300), "How long requests under way may take at a stop.");
    static final Key<Duration> REQUEST_TIMEOUT =
            key("STARPUNK_REQUEST_TIMEOUT", "30", seconds(0.1, 3600), "After how long a request is answered 503.");

    static final Key<Boolean> BACKUP_ENABLED =
            key("STARPUNK_BACKUP_ENABLED", "true", Kind.BOOLEAN, "Whether the server makes a backup each day.");
    static final Key<Path> BACKUP_DIR = key(
            "STARPUNK_BACKUP_DIR",
            null,
            Kind.FOLDER,
            "The folder of those backups; without it, backups in the data directory.");
    static final Key<Long> BACKUP_KEEP_DAYS =
            key("STARPUNK_BACKUP_KEEP_DAYS", "7", wholeNumber(1, 1000), "Of how many days the last backup is kept.");
    static final Key<Long> BACKUP_KEEP_WEEKS =
            key("STARPUNK_BACKUP_KEEP_WEEKS", "4", wholeNumber(0, 1000), "Of how many weeks the last backup is kept.");

    static final Key<Boolean> CLUSTER = key(
            "STARPUNK_CLUSTER", "false", Kind.BOOLEAN, "Whether this process joins others; off opens no port for it.");
    static final Key<Listen> CLUSTER_LISTEN = key(
            "STARPUNK_CLUSTER_LISTEN",
            "127.0.0.1:5701",
            Kind.ONE_ADDRESS,
            "The address and port at which the other nodes find this one: of a network that only they reach.");
    static final Key<List<Listen>> CLUSTER_MEMBERS = key(
            "STARPUNK_CLUSTER_MEMBERS",
            null,
            Kind.MEMBERS,
            "The addresses of the other nodes; some of them are enough.");
    static final Key<String> CLUSTER_NAME = key(
            "STARPUNK_CLUSTER_NAME", "starpunk", Kind.NODE_NAME, "Only nodes that give the same name join each other.");
    static final Key<String> NODE_NAME = key(
            "STARPUNK_NODE_NAME",
            null,
            Kind.NODE_NAME,
            "What this node is called on the dashboard; without it, its host's name and process id.");

    static final Key<Long> MAX_BODY_BYTES =
            key("STARPUNK_MAX_BODY_BYTES", "1000000", wholeNumber(1000, 100_000_000), "The largest form or JSON body.");
    static final Key<Long> MAX_UPLOAD_BYTES =
            key("STARPUNK_MAX_UPLOAD_BYTES", "20000000", wholeNumber(0, 10_000_000_000L), "The largest photo or file.");
    static final Key<Long> MAX_NOTE_LENGTH =
            key("STARPUNK_MAX_NOTE_LENGTH", "200000", wholeNumber(1, 10_000_000), "The longest note, characters.");
    static final Key<Long> MAX_TAGS =
            key("STARPUNK_MAX_TAGS", "50", wholeNumber(0, 1000), "The most tags that a note may have.");
    static final Key<Long> MAX_TAG_LENGTH =
            key("STARPUNK_MAX_TAG_LENGTH", "100", wholeNumber(1, 1000), "The longest tag, characters.");
    static final Key<Long> MAX_TITLE_LENGTH =
            key("STARPUNK_MAX_TITLE_LENGTH", "300", wholeNumber(1, 10_000), "The longest title, characters.");
    static final Key<Long> UNUSED_MEDIA_DAYS = key(
            "STARPUNK_UNUSED_MEDIA_DAYS",
            "30",
            wholeNumber(0, 3650),
            "After how many days a picture that no note uses is deleted; 0 never.");

    static final Key<Long> MAX_CONNECTIONS = key(
            "STARPUNK_MAX_CONNECTIONS",
            "20000",
            wholeNumber(1, 1_000_000),
            "How many connections may be open at once; fewer where the system allows fewer open files.");
    static final Key<Long> MAX_CONNECTIONS_PER_ADDRESS = key(
            "STARPUNK_MAX_CONNECTIONS_PER_ADDRESS",
            "1000",
            wholeNumber(1, 1_000_000),
            "How many connections one address may have open at once, trusted proxies excepted.");

    static final Key<Boolean> METRICS_ENABLED =
            key("METRICS_ENABLED", "true", Kind.BOOLEAN, "The monitor; false records nothing and costs nothing.");
    static final Key<Duration> METRICS_SLOW_QUERY_THRESHOLD = key(
            "METRICS_SLOW_QUERY_THRESHOLD",
            "1.0",
            seconds(0, 3600),
            "From which time on a query is slow: logged, and always recorded.");
    static final Key<Map<String, Double>> METRICS_SAMPLING_RATE = key(
            "METRICS_SAMPLING_RATE",
            "1.0",
            Kind.RATES,
            "Which part of the operations enters the ring; counts and percentiles take all of them.");
    static final Key<Long> METRICS_BUFFER_SIZE =
            key("METRICS_BUFFER_SIZE", "1000", wholeNumber(1, 1_000_000), "How many single events the ring keeps.");
    static final Key<Duration> METRICS_MEMORY_INTERVAL =
            key("METRICS_MEMORY_INTERVAL", "30", seconds(1, 3600), "How often memory is read.");
    static final Key<Boolean> METRICS_LOG_QUERIES =
            key("METRICS_LOG_QUERIES", "false", Kind.BOOLEAN, "Log each query with its time, without its values.");
    static final Key<Boolean> METRICS_DASHBOARD_ENABLED =
            key("METRICS_DASHBOARD_ENABLED", "true", Kind.BOOLEAN, "The pages /admin/performance and /admin/metrics.");
    static final Key<Boolean> METRICS_PROMETHEUS_ENABLED =
            key("METRICS_PROMETHEUS_ENABLED", "false", Kind.BOOLEAN, "The page /metrics, for Prometheus.");
    static final Key<String> METRICS_PROMETHEUS_TOKEN = key(
            "METRICS_PROMETHEUS_TOKEN",
            null,
            Kind.SECRET,
            "The bearer token that /metrics asks for; without it, whoever reaches the port may read.");

    static final Key<Boolean> METRICS_PROMETHEUS_VERTX = key(
            "METRICS_PROMETHEUS_VERTX",
            "false",
            Kind.BOOLEAN,
            "Whether /metrics tells Vert.x's own numbers too, of its pools and event bus; costs some CPU.");

    private static final List<Key<?>> ALL = List.of(
            BASE_URL,
            LISTEN,
            TLS_CERTIFICATE,
            TLS_KEY,
            DATA_DIR,
            DATABASE_URL,
            DATABASE_PASSWORD,
            LOG_FORMAT,
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

    /** All keys, in the order in which a person wants to read them. */
    public static List<Key<?>> all() {
        return ALL;
    }

    /** The names that may be set in the environment: those of all keys, and {@code …_FILE} for secrets. */
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

    /** The name in the environment of a name in a file: {@code METRICS_BUFFER_SIZE} of {@code metrics.buffer-size}. */
    static String nameOf(String path) {
        return path.replace('.', '_').replace('-', '_').toUpperCase(Locale.ROOT);
    }

    private static <T> Key<T> key(String name, @Nullable String defaultText, Kind<T> kind, String why) {
        return new Key<>(name, defaultText, kind, why);
    }
}
