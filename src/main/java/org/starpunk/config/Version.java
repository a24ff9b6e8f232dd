package org.starpunk.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which StarPunk this is, and on what it is built: as the build wrote it down, for in one jar no library names itself any more. */
public final class Version {

    private static final Properties WRITTEN = read();

    private Version() {}

    /** The version as Maven knows it: {@code 1.2.0}, or {@code 1.3.0-SNAPSHOT} before its release. */
    public static String current() {
        return WRITTEN.getProperty("version", "unknown");
    }

    /** The version of Vert.x: {@code 5.0.10}. */
    public static String vertx() {
        return WRITTEN.getProperty("vertx", "unknown");
    }

    private static Properties read() {
        Properties properties = new Properties();
        try (InputStream file = Version.class.getResourceAsStream("/starpunk.properties")) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
