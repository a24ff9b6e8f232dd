package org.starpunk.identity;

import java.time.Duration;
import java.time.Instant;

/**
 * The author's consent, waiting to be redeemed by the client.
 *
 * @param secretHash the {@link Secret#hash} of the code
 * @param clientId the client that asked
 * @param redirectUri where the answer was sent
 * @param scopes what the author granted
 * @param challenge the PKCE challenge, by {@link Pkce#METHOD}
 * @param tokenDays after how many days a token made from it ends; 0 for never
 * @param expires when it can no longer be redeemed
 */
public record AuthorizationCode(
        String secretHash,
        String clientId,
        String redirectUri,
        Scopes scopes,
        String challenge,
        int tokenDays,
        Instant expires) {

    /** How long a code lives (RFC 6749 §4.1.2 allows ten minutes). */
    public static final Duration LIFETIME = Duration.ofMinutes(5);
}
