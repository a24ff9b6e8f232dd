package org.starpunk.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Key of a setting.
 *
 * @param name name in the environment: {@code METRICS_BUFFER_SIZE}
 * @param defaultText default value as it would be written; null for none
 * @param kind type of the value
 * @param description purpose, in one line
 */
public record SettingKey<T>(String name, @Nullable String defaultText, SettingType<T> kind, String description) {

    /** Returns the name in a file: {@code metrics.buffer-size}. */
    public String path() {
        int underscore = name.indexOf('_');
        return name.substring(0, underscore).toLowerCase(Locale.ROOT)
                + '.'
                + name.substring(underscore + 1).toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns a description of the allowed values. */
    public String allowed() {
        return kind.allowed();
    }

    /** Returns whether the value is masked, and may come from a file that {@code <name>_FILE} names. */
    public boolean secret() {
        return kind.secret();
    }

    /** Returns the name of the key for a file with the value. Only secrets have one. */
    String fileName() {
        return name + "_FILE";
    }
}
