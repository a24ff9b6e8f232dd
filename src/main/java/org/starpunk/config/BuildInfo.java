package org.starpunk.config;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Versions of StarPunk and Vert.x, written by the build, because libraries lose their manifests in a single jar. */
public final class BuildInfo {

    private static final Properties WRITTEN = read();

    private BuildInfo() {}

    /** Returns Maven's version of StarPunk: {@code 1.2.0}, or {@code 1.3.0-SNAPSHOT} before its release. */
    public static String current() {
        return WRITTEN.getProperty("version", "unknown");
    }

    /** Returns the version of Vert.x: {@code 5.0.10}. */
    public static String vertx() {
        return WRITTEN.getProperty("vertx", "unknown");
    }

    private static Properties read() {
        Properties properties = new Properties();
        try (InputStream file = BuildInfo.class.getResourceAsStream("/starpunk.properties")) {
            if (file != null) {
                properties.load(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return properties;
    }
}
