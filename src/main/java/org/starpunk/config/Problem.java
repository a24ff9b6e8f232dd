package org.starpunk.config;

import org.jspecify.annotations.Nullable;

/**
 * What is wrong with one setting.
 *
 * @param key the key, as it was written
 * @param value the value, as it was written; null when it does not matter or is a secret
 * @param source where it was written: {@code conf/starpunk.yaml:12}, or the variable's or the flag's name
 * @param cure what is allowed, or what to do
 */
public record Problem(String key, @Nullable String value, String source, String cure) {

    @Override
    public String toString() {
        return key + (value == null ? "" : " = " + value) + "  (" + source + ")\n    " + cure;
    }
}
