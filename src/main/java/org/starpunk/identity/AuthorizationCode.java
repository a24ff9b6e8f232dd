package org.starpunk.identity;

import java.time.Duration;
import java.time.Instant;

/**
 * An authorization code: the author's consent, which the client redeems for a token.
 *
 * @param secretHash the {@link SecretTokens#hash} of the code
 * @param clientId URL of the client that requested it
 * @param redirectUri redirect URI of the authorization request
 * @param scopes scopes that the author granted
 * @param challenge PKCE challenge, by {@link Pkce#METHOD}
 * @param tokenDays lifetime of a token issued for the code, days; 0 for no limit
 * @param expires time after which it is no longer redeemable
 */
public record AuthorizationCode(
        String secretHash,
        String clientId,
        String redirectUri,
        Scopes scopes,
        String challenge,
        int tokenDays,
        Instant expires) {

    /** Lifetime of a code (RFC 6749 §4.1.2 recommends at most ten minutes). */
    public static final Duration LIFETIME = Duration.ofMinutes(5);
}
