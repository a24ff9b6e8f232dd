package org.starpunk.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.ConfigurationSource.WrittenValue;

/**
 * Every setting with its source. Flags take precedence over the environment, then {@code .env}, then the file, then the
 * default. All problems are collected before any is reported.
 */
public final class Configuration {

    private static final String DEFAULT = "default";

    private final List<ConfigurationProblem> problems = new ArrayList<>();
    private final Map<String, ResolvedSetting> entries = new HashMap<>();
    private final List<ConfigurationSource> sources = new ArrayList<>();

    /**
     * The effective value of a key.
     *
     * @param text value as it would be written; null if there is none; secrets are masked
     * @param source place where it is set, or {@code default}
     */
    public record ResolvedSetting(
            SettingKey<?> key, @Nullable String text, String source) {}

    /**
     * Sources to read.
     *
     * @param flags values of flags, by key name
     * @param environment environment variables
     * @param folder folder of {@code .env} and {@code conf/starpunk.yaml}
     * @param file file to read instead of {@code conf/starpunk.yaml}; null for the default
     */
    public record ConfigurationLocations(
            Map<String, String> flags,
            Map<String, String> environment,
            Path folder,
            @Nullable Path file) {}

    private Configuration() {}

    /**
     * Reads the configuration.
     *
     * @throws ConfigurationException with every problem
     */
    public static Configuration load(ConfigurationLocations locations) {
        Configuration configuration = new Configuration();
        configuration.sources.add(ConfigurationSource.of(locations.flags, Configuration::flag));
        configuration.sources.add(ConfigurationSource.environment(locations.environment));
        configuration.sources.add(ConfigurationSource.dotEnv(locations.folder.resolve(".env"), configuration.problems));
        configuration.addFile(locations);
        configuration.resolveAll();
        return configuration;
    }

    /** Returns the configuration from environment variables alone, for tests. */
    static Configuration of(Map<String, String> environment) {
        Configuration configuration = new Configuration();
        configuration.sources.add(ConfigurationSource.environment(environment));
        configuration.resolveAll();
        return configuration;
    }

    /** Returns the typed settings. */
    public Settings settings() {
        return SettingsReader.read(this);
    }

    /** Returns every key with its value and source, with secrets masked. */
    public List<ResolvedSetting> entries() {
        return SettingKeys.all().stream().map(this::masked).toList();
    }

    /** Returns the source of a key's value. */
    String sourceOf(SettingKey<?> key) {
        return entry(key).source;
    }

    /** Returns the value of a key; null if it is not set and has no default. */
    <T> @Nullable T get(SettingKey<T> key) {
        String text = entry(key).text;
        return text == null ? null : key.kind().parser().parse(text);
    }

    private ResolvedSetting entry(SettingKey<?> key) {
        ResolvedSetting entry = entries.get(key.name());
        if (entry == null) {
            throw new IllegalArgumentException("key " + key.name() + " is not registered");
        }
        return entry;
    }

    private ResolvedSetting masked(SettingKey<?> key) {
        ResolvedSetting entry = entry(key);
        return key.secret() && entry.text != null ? new ResolvedSetting(key, "********", entry.source) : entry;
    }

    private void addFile(ConfigurationLocations locations) {
        if (locations.file != null) {
            sources.add(YamlSource.read(locations.file, problems));
            return;
        }
        List<Path> candidates =
                List.of(locations.folder.resolve("conf/starpunk.yaml"), Path.of("/etc/starpunk/starpunk.yaml"));
        candidates.stream()
                .filter(Files::isRegularFile)
                .findFirst()
                .ifPresent(file -> sources.add(YamlSource.read(shortened(locations.folder, file), problems)));
    }

    /** Returns {@code conf/starpunk.yaml} instead of {@code ./conf/starpunk.yaml} where both are the same file. */
    private static Path shortened(Path folder, Path file) {
        return folder.toString().isEmpty() || folder.equals(Path.of(".")) ? file.normalize() : file;
    }

    private void resolveAll() {
        sources.forEach(this::refuseUnknown);
        SettingKeys.all().forEach(key -> entries.put(key.name(), resolve(key)));
        pair(SettingKeys.TLS_CERTIFICATE, SettingKeys.TLS_KEY);
        pair(SettingKeys.TLS_KEY, SettingKeys.TLS_CERTIFICATE);
        refuseClusterOverFile();
        refuseClusterWithoutSecret();
        if (!problems.isEmpty()) {
            throw new ConfigurationException(problems);
        }
    }

    /** Requires the other key of a pair if one is set. */
    private void pair(SettingKey<?> one, SettingKey<?> other) {
        if (entry(one).text != null && entry(other).text == null) {
            problems.add(new ConfigurationProblem(
                    one.name(), entry(one).text, entry(one).source, "It also needs " + other.name() + "."));
        }
    }

    /** Refuses a cluster with SQLite. Its file belongs to one process, so the nodes would be separate sites. */
    private void refuseClusterOverFile() {
        ResolvedSetting cluster = entry(SettingKeys.CLUSTER);
        if ("true".equalsIgnoreCase(cluster.text) && entry(SettingKeys.DATABASE_URL).text == null) {
            problems.add(new ConfigurationProblem(
                    SettingKeys.CLUSTER.name(),
                    cluster.text,
                    cluster.source,
                    "All nodes share a PostgreSQL: set STARPUNK_DATABASE_URL, or start one process without a"
                            + " cluster."));
        }
    }

    private void refuseClusterWithoutSecret() {
        ResolvedSetting cluster = entry(SettingKeys.CLUSTER);
        if ("true".equalsIgnoreCase(cluster.text) && entry(SettingKeys.CLUSTER_SECRET).text == null) {
            problems.add(new ConfigurationProblem(
                    SettingKeys.CLUSTER.name(),
                    cluster.text,
                    cluster.source,
                    "Nodes of a cluster share a secret: set " + SettingKeys.CLUSTER_SECRET.name() + " or "
                            + SettingKeys.CLUSTER_SECRET.fileName()
                            + " to the same one on each (openssl rand -hex 32)."));
        }
    }

    private void refuseUnknown(ConfigurationSource source) {
        List<String> known = SettingKeys.names();
        source.values().forEach((name, written) -> {
            if (!known.contains(name)) {
                problems.add(new ConfigurationProblem(
                        written.key(), written.value(), written.where(), unknown(name, written)));
            }
        });
    }

    private static String unknown(String name, WrittenValue written) {
        String nearest = SpellingSuggestion.nearest(SettingKeys.names(), name);
        if (nearest == null) {
            return "There is no such key. All keys: starpunk config show";
        }
        boolean inEnvironment = written.key().equals(name);
        return "There is no such key. Did you mean " + (inEnvironment ? nearest : pathOf(nearest)) + "?";
    }

    private static String pathOf(String name) {
        return new SettingKey<>(name, null, SettingType.SECRET, "").path();
    }

    private ResolvedSetting resolve(SettingKey<?> key) {
        for (ConfigurationSource source : sources) {
            WrittenValue written = written(key, source);
            if (written != null) {
                check(key, written);
                return new ResolvedSetting(key, written.value().strip(), written.where());
            }
        }
        return new ResolvedSetting(key, key.defaultText(), DEFAULT);
    }

    private @Nullable WrittenValue written(SettingKey<?> key, ConfigurationSource source) {
        WrittenValue direct = source.values().get(key.name());
        WrittenValue file = key.secret() ? source.values().get(key.fileName()) : null;
        if (file == null) {
            return direct;
        }
        if (direct != null) {
            problems.add(new ConfigurationProblem(
                    file.key(), null, file.where(), direct.key() + " is also set: remove one of them."));
        }
        try {
            return new WrittenValue(
                    file.key(), Files.readString(Path.of(file.value())).strip(), file.where());
        } catch (IOException e) {
            problems.add(new ConfigurationProblem(file.key(), file.value(), file.where(), "Its file cannot be read."));
            return null;
        }
    }

    private void check(SettingKey<?> key, WrittenValue written) {
        try {
            Object unused = key.kind().parser().parse(written.value().strip());
        } catch (IllegalArgumentException e) {
            // A refused database URL may contain a password.
            String value = key.secret() || key.equals(SettingKeys.DATABASE_URL) ? null : written.value();
            problems.add(
                    new ConfigurationProblem(written.key(), value, written.where(), "Allowed: " + key.allowed() + "."));
        }
    }

    /** Returns the flag of a key: {@code --data-dir} for {@code STARPUNK_DATA_DIR}. */
    private static String flag(String name) {
        String flag = name.startsWith("STARPUNK_") ? name.substring("STARPUNK_".length()) : name;
        return "--" + flag.toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
