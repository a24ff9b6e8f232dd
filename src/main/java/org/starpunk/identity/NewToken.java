package org.starpunk.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token to be stored.
 *
 * @param secretHash the {@link SecretTokens#hash} of the bearer token
 * @param clientId URL of the client, or a name chosen by the author
 * @param scopes granted scopes
 * @param created time of issue
 * @param expires time of expiry; null for none
 * @param codeHash hash of the code it is issued for; null if the author created it
 */
public record NewToken(
        String secretHash,
        String clientId,
        Scopes scopes,
        Instant created,
        @Nullable Instant expires,
        @Nullable String codeHash) {}
