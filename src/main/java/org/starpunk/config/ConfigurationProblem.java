package org.starpunk.config;

import org.jspecify.annotations.Nullable;

/**
 * A problem with one setting.
 *
 * @param key key as it was written
 * @param value value as it was written; null if it is irrelevant or a secret
 * @param source place where it is set: {@code conf/starpunk.yaml:12}, or the name of the variable or flag
 * @param cure allowed values, or what to do
 */
public record ConfigurationProblem(String key, @Nullable String value, String source, String cure) {

    @Override
    public String toString() {
        return key + (value == null ? "" : " = " + value) + "  (" + source + ")\n    " + cure;
    }
}
