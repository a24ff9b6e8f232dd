package org.starpunk.command;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.config.Configuration;
import org.starpunk.config.Configuration.ConfigurationLocations;
import org.starpunk.config.ConfigurationException;
import org.starpunk.config.Settings;
import picocli.CommandLine.Option;

/** Options of every command that reads the settings. */
final class ConfigurationOptions {

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration file; without it conf/starpunk.yaml, then /etc/starpunk/starpunk.yaml.")
    @Nullable
    Path file;

    @Option(
            names = "--listen",
            paramLabel = "HOST:PORT",
            description = "The address and port to listen on (STARPUNK_LISTEN).")
    @Nullable
    String listen;

    @Option(
            names = "--data-dir",
            paramLabel = "DIR",
            description = "The folder of the database and the media (STARPUNK_DATA_DIR).")
    @Nullable
    String dataDir;

    @Option(names = "--base-url", paramLabel = "URL", description = "The site's public address (STARPUNK_BASE_URL).")
    @Nullable
    String baseUrl;

    @Option(
            names = "--log-format",
            paramLabel = "FORMAT",
            description = "The format of log lines: auto, text or json (STARPUNK_LOG_FORMAT).")
    @Nullable
    String logFormat;

    /**
     * Reads the configuration.
     *
     * @throws ConfigurationException with every problem
     */
    Configuration load() {
        return Configuration.load(new ConfigurationLocations(flags(), System.getenv(), Path.of(""), file));
    }

    /** Returns the settings, and applies the log format and level. */
    Settings settings() {
        Settings settings = load().settings();
        LogFormatSetup.use(settings.logFormat(), settings.logLevel());
        return settings;
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new HashMap<>();
        put(flags, "STARPUNK_LISTEN", listen);
        put(flags, "STARPUNK_DATA_DIR", dataDir);
        put(flags, "STARPUNK_BASE_URL", baseUrl);
        put(flags, "STARPUNK_LOG_FORMAT", logFormat);
        return flags;
    }

    private static void put(Map<String, String> flags, String name, @Nullable String value) {
        if (value != null) {
            flags.put(name, value);
        }
    }
}
