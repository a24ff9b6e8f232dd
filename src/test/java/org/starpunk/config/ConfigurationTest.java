package org.starpunk.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.config.Configuration.ConfigurationLocations;
import org.starpunk.config.Configuration.ResolvedSetting;

class ConfigurationTest {

    @TempDir
    Path folder;

    @Test
    void a_flag_beats_the_environment_which_beats_dot_env_which_beats_the_file_which_beats_the_default()
            throws IOException {
        write("conf/starpunk.yaml", "metrics:\n  buffer-size: 10\n  memory-interval: 10\nstarpunk:\n  instances: 1\n");
        write(".env", "METRICS_BUFFER_SIZE=20\nSTARPUNK_INSTANCES=2\nSTARPUNK_LISTEN=127.0.0.1:2000\n");
        Configuration configuration = load(
                Map.of("STARPUNK_LISTEN", "127.0.0.1:4000"),
                Map.of("STARPUNK_INSTANCES", "3", "STARPUNK_LISTEN", "127.0.0.1:3000"));

        Settings settings = configuration.settings();
        assertThat(settings.metrics().memoryInterval()).hasSeconds(10);
        assertThat(settings.metrics().bufferSize()).isEqualTo(20);
        assertThat(settings.instances()).isEqualTo(3);
        assertThat(settings.port()).isEqualTo(4000);
        assertThat(settings.metrics().logQueries()).isFalse();
        assertThat(source(configuration, SettingKeys.METRICS_MEMORY_INTERVAL)).endsWith("conf/starpunk.yaml:3");
        assertThat(source(configuration, SettingKeys.METRICS_BUFFER_SIZE)).isEqualTo(".env:1");
        assertThat(source(configuration, SettingKeys.INSTANCES)).isEqualTo("environment variable STARPUNK_INSTANCES");
        assertThat(source(configuration, SettingKeys.LISTEN)).isEqualTo("--listen");
        assertThat(source(configuration, SettingKeys.METRICS_LOG_QUERIES)).isEqualTo("default");
    }

    @Test
    void the_plural_of_a_key_stops_the_start_and_names_the_singular() {
        assertThatThrownBy(() -> Settings.of(Map.of("METRICS_SAMPLING_RATES", "0.1")))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("METRICS_SAMPLING_RATES = 0.1")
                .hasMessageContaining("Did you mean METRICS_SAMPLING_RATE?");
    }

    @Test
    void a_sampling_rate_of_two_is_refused_with_what_is_allowed() {
        assertThatThrownBy(() -> Settings.of(Map.of("METRICS_SAMPLING_RATE", "2")))
                .hasMessageContaining("METRICS_SAMPLING_RATE = 2")
                .hasMessageContaining("environment variable METRICS_SAMPLING_RATE")
                .hasMessageContaining("a number from 0.0 to 1.0");
    }

    @Test
    void all_problems_are_reported_at_once_each_with_its_place() throws IOException {
        write("conf/starpunk.yaml", "metrics:\n  enabled: perhaps\n  bufer-size: 3\n\nsite:\n  colour: red\n");
        write(".env", "# a comment\nexport METRICS_BUFFER_SIZE='none'\nPATH=/usr/bin\n");
        ConfigurationException refused = refused(Map.of("STARPUNK_LISTEN", "nowhere"), Map.of("STARPUNK_DATADIR", "x"));

        assertThat(refused.problems())
                .extracting(ConfigurationProblem::key)
                .containsExactlyInAnyOrder(
                        "metrics.enabled",
                        "metrics.bufer-size",
                        "site.colour",
                        "METRICS_BUFFER_SIZE",
                        "STARPUNK_LISTEN",
                        "STARPUNK_DATADIR");
        assertThat(refused)
                .hasMessageContaining("6 problems")
                .hasMessageContaining("conf/starpunk.yaml:2)\n    Allowed: true or false.")
                .hasMessageContaining(
                        "conf/starpunk.yaml:3)\n    There is no such key. Did you mean metrics.buffer-size?")
                .hasMessageContaining("METRICS_BUFFER_SIZE = none  (.env:2)")
                .hasMessageContaining("STARPUNK_LISTEN = nowhere  (--listen)")
                .hasMessageContaining("Did you mean STARPUNK_DATA_DIR?");
    }

    @Test
    void sampling_rates_and_lists_may_be_maps_and_lists_in_the_file() throws IOException {
        write(
                "conf/starpunk.yaml",
                "metrics:\n  sampling-rate:\n    database: 0.1\n    http: 1\nstarpunk:\n  trusted-proxies: [127.0.0.1, '::1']\n");
        Settings settings = load(Map.of(), Map.of()).settings();

        assertThat(settings.metrics().samplingRates()).isEqualTo(Map.of("database", 0.1, "http", 1.0, "render", 1.0));
        assertThat(settings.trustedProxies()).containsExactly("127.0.0.1", "::1");
    }

    @Test
    void a_key_written_twice_in_the_file_is_refused() throws IOException {
        write("conf/starpunk.yaml", "metrics:\n  enabled: true\n  enabled: false\n");
        assertThat(refused(Map.of(), Map.of())).hasMessageContaining("conf/starpunk.yaml:2: remove one of them");
    }

    @Test
    void a_file_that_is_no_yaml_is_refused_with_its_line() throws IOException {
        write("conf/starpunk.yaml", "metrics:\n  enabled: true\n bad: [\n");
        assertThat(refused(Map.of(), Map.of()))
                .hasMessageContaining("It is not valid YAML")
                .hasMessageContaining("starpunk.yaml:3");
    }

    @Test
    void a_file_that_was_asked_for_and_is_not_there_is_a_problem() {
        Path missing = folder.resolve("other.yaml");
        assertThatThrownBy(() -> Configuration.load(new ConfigurationLocations(Map.of(), Map.of(), folder, missing)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("other.yaml");
    }

    @Test
    void an_empty_file_and_a_key_without_a_value_stand_for_the_defaults() throws IOException {
        write("conf/starpunk.yaml", "");
        assertThat(load(Map.of(), Map.of()).settings().port()).isEqualTo(8080);
        write("conf/starpunk.yaml", "starpunk:\n  listen:\n");
        assertThat(load(Map.of(), Map.of()).settings().port()).isEqualTo(8080);
    }

    @Test
    void a_secret_may_come_from_a_file_and_is_never_shown() throws IOException {
        Path secret = write("secret.txt", "a-secret-of-enough-length\n");
        Configuration configuration = load(Map.of(), Map.of("STARPUNK_SETUP_TOKEN_FILE", secret.toString()));

        assertThat(configuration.settings().setupToken()).isEqualTo("a-secret-of-enough-length");
        assertThat(configuration.entries().toString())
                .doesNotContain("a-secret-of")
                .contains("********");
    }

    @Test
    void a_secret_that_is_too_short_is_refused_without_being_shown() {
        assertThatThrownBy(() -> Settings.of(Map.of("STARPUNK_SETUP_TOKEN", "hunter2")))
                .hasMessageContaining("STARPUNK_SETUP_TOKEN")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void a_secret_set_twice_or_in_a_file_that_is_not_there_is_refused() throws IOException {
        Path secret = write("secret.txt", "a-secret-of-enough-length");
        assertThat(refused(
                        Map.of(),
                        Map.of(
                                "STARPUNK_SETUP_TOKEN",
                                "a-secret-of-enough-length",
                                "STARPUNK_SETUP_TOKEN_FILE",
                                secret.toString())))
                .hasMessageContaining("remove one of them");
        assertThat(refused(Map.of(), Map.of("STARPUNK_SETUP_TOKEN_FILE", "/nowhere/secret")))
                .hasMessageContaining("/nowhere/secret")
                .hasMessageContaining("cannot be read");
    }

    @ParameterizedTest
    @CsvSource({
        "METRICS_SAMPLING_RATE, -0.1",
        "METRICS_SAMPLING_RATE, NaN",
        "METRICS_SAMPLING_RATE, 'database=0.5,http=2'",
        "METRICS_SAMPLING_RATE, 'databases=0.5'",
        "METRICS_SAMPLING_RATE, half",
        "METRICS_BUFFER_SIZE, 0",
        "METRICS_BUFFER_SIZE, 1000001",
        "METRICS_BUFFER_SIZE, 10.5",
        "METRICS_MEMORY_INTERVAL, 0",
        "METRICS_SLOW_QUERY_THRESHOLD, 1s",
        "METRICS_ENABLED, yes",
        "STARPUNK_LISTEN, 8080",
        "STARPUNK_LISTEN, 127.0.0.1:65536",
        "STARPUNK_LISTEN, ::1:8080",
        "STARPUNK_BASE_URL, notes.example.org",
        "STARPUNK_BASE_URL, https://example.org/blog",
        "STARPUNK_BASE_URL, ftp://example.org",
        "STARPUNK_TRUSTED_PROXIES, 10.0.0.0/33",
        "STARPUNK_CLUSTER_LISTEN, 0.0.0.0:5701",
        "STARPUNK_CLUSTER_LISTEN, [::]:5701",
        "STARPUNK_CLUSTER_MEMBERS, 10.0.0.1",
        "STARPUNK_NODE_NAME, all",
        "STARPUNK_TRUSTED_PROXIES, proxy.example.org",
        "STARPUNK_LOG_FORMAT, xml",
        "STARPUNK_LOG_LEVEL, loud",
    })
    void a_value_that_is_not_allowed_is_refused(String name, String value) {
        assertThatThrownBy(() -> Settings.of(Map.of(name, value)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining(name + " = " + value)
                .hasMessageContaining("Allowed: ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "METRICS_BUFFER_SIZE=20 # a comment ~ 20",
                "METRICS_BUFFER_SIZE = 20 ~ 20",
                "export METRICS_BUFFER_SIZE=\"20\" # a comment ~ 20",
                "METRICS_BUFFER_SIZE='20'#no ~ ``",
                "METRICS_BUFFER_SIZE=\"20 ~ ``",
                "METRICS_BUFFER_SIZE 20 ~ ``",
                "METRICS_BUFFER_SIZE ~ ``",
                "metrics_buffer_size=20 ~ ``",
                "STARPUNK DATA_DIR=x ~ ``",
                "Starpunk_Listen=127.0.0.1:2000 ~ ``",
            })
    void a_line_of_dot_env_is_read_or_refused_with_its_number(String line, String value) throws IOException {
        write(".env", "\n" + line + "\n");
        if (value.isEmpty()) {
            assertThat(refused(Map.of(), Map.of())).hasMessageContaining(".env:2");
        } else {
            assertThat(String.valueOf(load(Map.of(), Map.of()).get(SettingKeys.METRICS_BUFFER_SIZE)))
                    .isEqualTo(value);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "x ", " "})
    void a_long_line_of_dot_env_is_read_or_refused(String part) throws IOException {
        write(".env", "STARPUNK_SETUP_TOKEN=" + part.repeat(200_000) + "x\n");
        assertThat(refused(Map.of(), Map.of())).hasMessageContaining("STARPUNK_SETUP_TOKEN  (.env:1)");
    }

    @Test
    void the_first_line_of_dot_env_is_read_behind_a_byte_order_mark() throws IOException {
        write(".env", "\uFEFFMETRICS_BUFFER_SIZE=20\n");
        assertThat(load(Map.of(), Map.of()).get(SettingKeys.METRICS_BUFFER_SIZE))
                .isEqualTo(20L);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            value = {"a#b ~ a#b", "\"a # b\" # c ~ a # b", "a b   # c ~ a b", "it's ~ it's"})
    void a_value_of_dot_env_ends_at_a_number_sign_behind_white_space(String written, String value) throws IOException {
        write(".env", "STARPUNK_DATA_DIR=" + written + "\n");
        assertThat(String.valueOf(load(Map.of(), Map.of()).get(SettingKeys.DATA_DIR)))
                .isEqualTo(value);
    }

    @Test
    void variables_of_a_service_of_the_same_name_are_ignored() {
        Map<String, String> environment = new HashMap<>(Map.of(
                "STARPUNK_SERVICE_HOST", "10.0.0.1",
                "STARPUNK_SERVICE_PORT", "80",
                "STARPUNK_SERVICE_PORT_HTTP", "80",
                "STARPUNK_PORT", "tcp://10.0.0.1:80",
                "STARPUNK_PORT_80_TCP", "tcp://10.0.0.1:80",
                "STARPUNK_PORT_80_TCP_PROTO", "tcp",
                "STARPUNK_PORT_80_TCP_PORT", "80",
                "STARPUNK_PORT_80_TCP_ADDR", "10.0.0.1",
                "METRICS_SERVER_SERVICE_HOST", "10.0.0.2",
                "METRICS_SERVICE_PORT", "443"));
        assertThat(load(Map.of(), environment).settings().metrics().enabled()).isTrue();

        environment.put("STARPUNK_PORT", "80");
        assertThat(refused(Map.of(), environment).problems())
                .extracting(ConfigurationProblem::key)
                .containsExactly("STARPUNK_PORT");
    }

    private Configuration load(Map<String, String> flags, Map<String, String> environment) {
        return Configuration.load(new ConfigurationLocations(flags, environment, folder, null));
    }

    private ConfigurationException refused(Map<String, String> flags, Map<String, String> environment) {
        @Nullable
        ConfigurationException refused =
                catchThrowableOfType(ConfigurationException.class, () -> load(flags, environment));
        return Objects.requireNonNull(refused);
    }

    private Path write(String name, String text) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(Objects.requireNonNull(file.getParent()));
        return Files.writeString(file, text);
    }

    private static String source(Configuration configuration, SettingKey<?> key) {
        List<ResolvedSetting> entries = configuration.entries();
        return entries.stream()
                .filter(entry -> entry.key().equals(key))
                .findFirst()
                .orElseThrow()
                .source();
    }
}
