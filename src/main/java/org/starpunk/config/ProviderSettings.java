package org.starpunk.config;

import org.jspecify.annotations.Nullable;

/**
 * An IndieAuth provider elsewhere whose tokens are accepted too.
 *
 * @param profile the author's profile URL, which names the provider; null for none
 * @param secret the bearer token with which the provider is asked; null to show it the token that is asked about
 * @param privateNetwork whether the profile and the provider may be in a private network
 */
public record ProviderSettings(
        @Nullable String profile, @Nullable String secret, boolean privateNetwork) {

    /** Without the secret. */
    @Override
    public String toString() {
        return "ProviderSettings[profile=" + profile + "]";
    }
}
