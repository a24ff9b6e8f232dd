package org.starpunk.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A stored access token. Only the client has the secret itself.
 *
 * @param id number of the token
 * @param clientId URL of the client it was issued to, or the name chosen by the author
 * @param scopes granted scopes
 * @param created time of issue
 * @param expires time of expiry; null for none
 * @param lastUsed time of the last use, with a resolution of ten minutes; null if never
 */
public record Token(
        long id,
        String clientId,
        Scopes scopes,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant lastUsed) {}
