package org.starpunk.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which StarPunk this is. */
public final class Version {

    private static final String CURRENT = read();

    private Version() {}

    /** The version as Maven knows it: {@code 1.2.0}, or {@code 1.3.0-SNAPSHOT} before its release. */
    public static String current() {
        return CURRENT;
    }

    private static String read() {
        Properties properties = new Properties();
        try (InputStream file = Version.class.getResourceAsStream("/starpunk.properties")) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties.getProperty("version", "unknown");
    }
}
