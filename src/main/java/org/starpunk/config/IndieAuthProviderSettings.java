package org.starpunk.config;

import org.jspecify.annotations.Nullable;

/**
 * An external IndieAuth provider whose tokens are accepted too.
 *
 * @param profile the author's profile URL, which names the provider; null for none
 * @param secret bearer token for the provider's introspection endpoint; null to use the introspected token
 * @param privateNetwork whether profile and provider may have private addresses
 */
public record IndieAuthProviderSettings(
        @Nullable String profile, @Nullable String secret, boolean privateNetwork) {

    /** Omits the secret. */
    @Override
    public String toString() {
        return "IndieAuthProviderSettings[profile=" + profile + "]";
    }
}
