package org.starpunk.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Two tests for each settings class: the defaults, and a different value for every key. */
class SettingsTest {

    @Test
    void settings_have_their_defaults() {
        Settings settings = Settings.of(Map.of());

        assertThat(settings.baseUrl()).isNull();
        assertThat(settings.host()).isEqualTo("127.0.0.1");
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.tls()).isNull();
        assertThat(settings.dataDir()).isEqualTo(Path.of("data"));
        assertThat(settings.database()).isEqualTo(new DatabaseSettings(null, null));
        assertThat(settings.logFormat()).isEqualTo("auto");
        assertThat(settings.instances()).isZero();
        assertThat(settings.trustedProxies()).isEmpty();
        assertThat(settings.setupToken()).isNull();
        assertThat(settings.healthToken()).isNull();
        assertThat(settings.provider()).isEqualTo(new IndieAuthProviderSettings(null, null, false));
        assertThat(settings.shutdownDelay()).isEqualTo(Duration.ZERO);
        assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void every_key_of_the_settings_can_be_changed() {
        Settings settings = Settings.of(Map.ofEntries(
                Map.entry("STARPUNK_BASE_URL", "https://notes.example.org/"),
                Map.entry("STARPUNK_LISTEN", "[::1]:9090"),
                Map.entry("STARPUNK_DATA_DIR", "/var/lib/starpunk"),
                Map.entry("STARPUNK_LOG_FORMAT", "JSON"),
                Map.entry("STARPUNK_LOG_LEVEL", "DEBUG"),
                Map.entry("STARPUNK_INSTANCES", "3"),
                Map.entry("STARPUNK_TRUSTED_PROXIES", "10.0.0.0/8, ::1"),
                Map.entry("STARPUNK_SETUP_TOKEN", "a-setup-token-of-some-length"),
                Map.entry("STARPUNK_HEALTH_TOKEN", "a-health-token-of-some-length"),
                Map.entry("STARPUNK_SHUTDOWN_TIMEOUT", "2.5"),
                Map.entry("STARPUNK_REQUEST_TIMEOUT", "7"),
                Map.entry("STARPUNK_SHUTDOWN_DELAY", "1.5")));

        assertThat(settings.baseUrl()).isEqualTo("https://notes.example.org");
        assertThat(settings.host()).isEqualTo("::1");
        assertThat(settings.port()).isEqualTo(9090);
        assertThat(settings.dataDir()).isEqualTo(Path.of("/var/lib/starpunk"));
        assertThat(settings.logFormat()).isEqualTo("json");
        assertThat(settings.logLevel()).isEqualTo("debug");
        assertThat(settings.instances()).isEqualTo(3);
        assertThat(settings.trustedProxies()).containsExactly("10.0.0.0/8", "::1");
        assertThat(settings.setupToken()).isEqualTo("a-setup-token-of-some-length");
        assertThat(settings.healthToken()).isEqualTo("a-health-token-of-some-length");
        assertThat(settings.shutdownDelay()).isEqualTo(Duration.ofMillis(1500));
        assertThat(settings.shutdownTimeout()).isEqualTo(Duration.ofMillis(2500));
        assertThat(settings.requestTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void every_key_of_the_provider_can_be_changed() {
        Settings settings = Settings.of(Map.of(
                "STARPUNK_PROVIDER_PROFILE", "https://ada.example/",
                "STARPUNK_PROVIDER_SECRET", "a-secret-of-some-length",
                "STARPUNK_PROVIDER_PRIVATE", "true"));
        assertThat(settings.provider())
                .isEqualTo(new IndieAuthProviderSettings("https://ada.example/", "a-secret-of-some-length", true));
        assertThat(settings.provider().toString()).doesNotContain("a-secret");
    }

    @Test
    void backups_have_their_defaults() {
        Settings settings = Settings.of(Map.of("STARPUNK_DATA_DIR", "/srv/site"));
        assertThat(settings.backup()).isEqualTo(new BackupSettings(true, Path.of("/srv/site/backups"), 7, 4));
    }

    @Test
    void every_key_of_the_backups_can_be_changed() {
        Settings settings = Settings.of(Map.of(
                "STARPUNK_BACKUP_ENABLED", "false",
                "STARPUNK_BACKUP_DIR", "/mnt/backups",
                "STARPUNK_BACKUP_KEEP_DAYS", "3",
                "STARPUNK_BACKUP_KEEP_WEEKS", "0"));
        assertThat(settings.backup()).isEqualTo(new BackupSettings(false, Path.of("/mnt/backups"), 3, 0));
    }

    @Test
    void the_cluster_has_its_defaults() {
        assertThat(Settings.of(Map.of()).cluster())
                .isEqualTo(new ClusterSettings(false, "127.0.0.1", 5701, List.of(), "starpunk", null, ""));
        assertThat(Settings.of(Map.of(
                                "STARPUNK_CLUSTER", "true",
                                "STARPUNK_CLUSTER_SECRET", "a-secret-of-enough-length",
                                "STARPUNK_DATABASE_URL", "jdbc:postgresql://db.example.org/notes"))
                        .cluster()
                        .node())
                .matches("[A-Za-z0-9._-]{1,40}")
                .endsWith("-" + ProcessHandle.current().pid());
    }

    @Test
    void every_key_of_the_cluster_can_be_changed() {
        Settings settings = Settings.of(Map.of(
                "STARPUNK_CLUSTER", "true",
                "STARPUNK_CLUSTER_SECRET", "a-secret-of-enough-length",
                "STARPUNK_DATABASE_URL", "jdbc:postgresql://db.example.org/notes",
                "STARPUNK_CLUSTER_LISTEN", "[fd00::1]:7000",
                "STARPUNK_CLUSTER_MEMBERS", "10.0.0.1:7000, [fd00::2]:7000",
                "STARPUNK_CLUSTER_NAME", "blog",
                "STARPUNK_NODE_NAME", "left"));
        assertThat(settings.cluster())
                .isEqualTo(new ClusterSettings(
                        true,
                        "fd00::1",
                        7000,
                        List.of("10.0.0.1:7000", "[fd00::2]:7000"),
                        "blog",
                        "a-secret-of-enough-length",
                        "left"));
    }

    @Test
    void a_database_is_a_url_and_a_password_that_is_not_shown() {
        Settings settings = Settings.of(Map.of(
                "STARPUNK_DATABASE_URL", "jdbc:postgresql://db.example:5433/notes?user=ada",
                "STARPUNK_DATABASE_PASSWORD", "hunter2"));

        DatabaseSettings database = new DatabaseSettings("jdbc:postgresql://db.example:5433/notes?user=ada", "hunter2");
        assertThat(settings.database()).isEqualTo(database);
        assertThat(database.toString()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "jdbc:mysql://localhost/notes",
                "jdbc:postgresql:",
                "jdbc:postgresql://ada:hunter2@localhost/notes",
                "jdbc:postgresql://localhost/notes?user=ada&password=hunter2"
            })
    void a_database_that_is_no_postgresql_or_shows_a_password_is_refused(String url) {
        assertThatThrownBy(() -> Settings.of(Map.of("STARPUNK_DATABASE_URL", url)))
                .hasMessageContaining("Allowed: jdbc:postgresql://")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void tls_needs_both_of_its_files() {
        assertThat(Settings.of(Map.of("STARPUNK_TLS_CERTIFICATE", "cert.pem", "STARPUNK_TLS_KEY", "key.pem"))
                        .tls())
                .isEqualTo(new TlsSettings(Path.of("cert.pem"), Path.of("key.pem")));
        assertThatThrownBy(() -> Settings.of(Map.of("STARPUNK_TLS_KEY", "key.pem")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("It also needs STARPUNK_TLS_CERTIFICATE.");
    }

    @Test
    void limits_have_their_defaults() {
        assertThat(Settings.of(Map.of()).limits())
                .isEqualTo(new LimitSettings(1_000_000, 20_000_000, 200_000, 50, 100, 300, 30, 20_000, 1000));
    }

    @Test
    void every_limit_can_be_changed() {
        LimitSettings limits = Settings.of(Map.of(
                        "STARPUNK_MAX_BODY_BYTES", "2000",
                        "STARPUNK_MAX_UPLOAD_BYTES", "3000000000",
                        "STARPUNK_MAX_NOTE_LENGTH", "4000",
                        "STARPUNK_MAX_TAGS", "5",
                        "STARPUNK_MAX_TAG_LENGTH", "6",
                        "STARPUNK_MAX_TITLE_LENGTH", "7",
                        "STARPUNK_UNUSED_MEDIA_DAYS", "8",
                        "STARPUNK_MAX_CONNECTIONS", "9",
                        "STARPUNK_MAX_CONNECTIONS_PER_ADDRESS", "10"))
                .limits();

        assertThat(limits).isEqualTo(new LimitSettings(2000, 3_000_000_000L, 4000, 5, 6, 7, 8, 9, 10));
    }

    @Test
    void metrics_have_their_defaults() {
        assertThat(Settings.of(Map.of()).metrics())
                .isEqualTo(new MetricsSettings(
                        true,
                        "default",
                        Duration.ofSeconds(1),
                        Map.of("database", 1.0, "http", 1.0, "render", 1.0),
                        false,
                        1000,
                        Duration.ofSeconds(30),
                        false,
                        true,
                        false,
                        null,
                        false,
                        new AlertSettings(
                                Duration.ofMillis(500), 0.05, 5, Duration.ofMillis(200), 0, 20, 2, null, false)));
    }

    @Test
    void every_key_of_the_metrics_can_be_changed() {
        MetricsSettings metrics = Settings.of(Map.of(
                        "METRICS_ENABLED", "false",
                        "METRICS_SLOW_QUERY_THRESHOLD", "0.25",
                        "METRICS_SAMPLING_RATE", "database=0.1, http=0.5",
                        "METRICS_BUFFER_SIZE", "50",
                        "METRICS_MEMORY_INTERVAL", "5",
                        "METRICS_LOG_QUERIES", "true",
                        "METRICS_DASHBOARD_ENABLED", "false",
                        "METRICS_PROMETHEUS_ENABLED", "true",
                        "METRICS_PROMETHEUS_TOKEN", "a-scraper-token-of-some-length",
                        "METRICS_PROMETHEUS_VERTX", "true"))
                .metrics();

        assertThat(metrics)
                .isEqualTo(new MetricsSettings(
                        false,
                        "environment variable METRICS_ENABLED",
                        Duration.ofMillis(250),
                        Map.of("database", 0.1, "http", 0.5, "render", 1.0),
                        true,
                        50,
                        Duration.ofSeconds(5),
                        true,
                        false,
                        true,
                        "a-scraper-token-of-some-length",
                        true,
                        Settings.of(Map.of()).metrics().alerts()));
    }

    @Test
    void every_key_of_the_alerts_can_be_changed() {
        AlertSettings alerts = Settings.of(Map.of(
                        "METRICS_ALERT_P99", "0.25",
                        "METRICS_ALERT_ERROR_RATE", "0.5",
                        "METRICS_ALERT_SLOW_QUERIES", "7",
                        "METRICS_ALERT_LOOP_LAG", "1.5",
                        "METRICS_ALERT_MEMORY_GROWTH", "64",
                        "METRICS_ALERT_MIN_REQUESTS", "3",
                        "METRICS_ALERT_MINUTES", "1",
                        "METRICS_ALERT_WEBHOOK", "https://hooks.example.org/a/b?c",
                        "METRICS_ALERT_WEBHOOK_PRIVATE", "true"))
                .metrics()
                .alerts();

        assertThat(alerts)
                .isEqualTo(new AlertSettings(
                        Duration.ofMillis(250),
                        0.5,
                        7,
                        Duration.ofMillis(1500),
                        64 << 20,
                        3,
                        1,
                        "https://hooks.example.org/a/b?c",
                        true));
    }

    @ParameterizedTest
    @MethodSource("keys")
    void no_key_is_without_effect(SettingKey<?> key) {
        String value = Map.ofEntries(
                        Map.entry("STARPUNK_BASE_URL", "https://example.org"),
                        Map.entry("STARPUNK_LISTEN", "127.0.0.1:1"),
                        Map.entry("STARPUNK_LOG_FORMAT", "text"),
                        Map.entry("STARPUNK_LOG_LEVEL", "warn"),
                        Map.entry("STARPUNK_TIME_ZONE", "Pacific/Apia"),
                        Map.entry("STARPUNK_TRUSTED_PROXIES", "::1"),
                        Map.entry("STARPUNK_CLUSTER_LISTEN", "127.0.0.1:1"),
                        Map.entry("STARPUNK_CLUSTER_MEMBERS", "127.0.0.1:1"),
                        Map.entry("STARPUNK_PROVIDER_PROFILE", "https://ada.example/"),
                        Map.entry("STARPUNK_INSTANCES", "2"),
                        Map.entry("STARPUNK_DATABASE_URL", "jdbc:postgresql://localhost/notes"),
                        Map.entry("METRICS_SAMPLING_RATE", "0.5"),
                        Map.entry("METRICS_ALERT_WEBHOOK", "http://example.org/"))
                .getOrDefault(key.name(), changed(key.defaultText()));

        Map<String, String> variables = new HashMap<>(Map.of(key.name(), value));
        if (key.name().startsWith("STARPUNK_TLS_")) { // both or none must be set
            variables.putAll(Map.of("STARPUNK_TLS_CERTIFICATE", "cert.pem", "STARPUNK_TLS_KEY", "key.pem"));
        }
        Map<String, String> without = new HashMap<>();
        if (key.name().equals("STARPUNK_CLUSTER")) { // a cluster cannot use SQLite
            without.put("STARPUNK_DATABASE_URL", "jdbc:postgresql://localhost/notes");
            without.put("STARPUNK_CLUSTER_SECRET", "a-secret-of-enough-length");
            variables.putAll(without);
        }
        assertThat(Settings.of(variables)).isNotEqualTo(Settings.of(without));
    }

    private static List<SettingKey<?>> keys() {
        return SettingKeys.all();
    }

    private static String changed(@Nullable String text) {
        if (text == null) {
            return "a-secret-of-enough-length";
        }
        return switch (text) {
            case "true" -> "false";
            case "false" -> "true";
            default -> text.startsWith("1") || text.startsWith("3") ? text.replaceFirst("[13]", "2") : text + "1";
        };
    }

    @Test
    void printed_settings_hold_no_secret() {
        Settings settings = Settings.of(Map.of(
                "STARPUNK_SETUP_TOKEN", "0123456789-setup-token",
                "METRICS_PROMETHEUS_TOKEN", "0123456789-metrics-token",
                "METRICS_ALERT_WEBHOOK", "https://example.org/0123456789"));

        assertThat(settings.toString()).doesNotContain("0123456789");
        assertThat(settings.metrics().toString()).doesNotContain("0123456789");
        assertThat(settings.metrics().alerts().toString()).doesNotContain("0123456789");
    }
}
