package org.starpunk.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One setting's key.
 *
 * @param name its name in the environment: {@code METRICS_BUFFER_SIZE}
 * @param defaultText what holds when nobody sets it, as it would be written; null for nothing
 * @param kind what its value may be
 * @param why one line: what it is for
 */
public record Key<T>(String name, @Nullable String defaultText, Kind<T> kind, String why) {

    /** Its name in a file: {@code metrics.buffer-size}. */
    public String path() {
        int underscore = name.indexOf('_');
        return name.substring(0, underscore).toLowerCase(Locale.ROOT)
                + '.'
                + name.substring(underscore + 1).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What is allowed, in words. */
    public String allowed() {
        return kind.allowed();
    }

    /** Whether its value is shown to nobody, and may come from a file that {@code <name>_FILE} names. */
    public boolean secret() {
        return kind.secret();
    }

    /** The name of the key that names a file with the value; only a secret has one. */
    String fileName() {
        return name + "_FILE";
    }
}
