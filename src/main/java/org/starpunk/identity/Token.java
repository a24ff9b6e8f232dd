package org.starpunk.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An access token, as it is kept: the secret itself is known to its client only.
 *
 * @param id its number
 * @param clientId the URL of the client that it was given to, or the name that the author gave it
 * @param scopes what it allows
 * @param created when it was issued
 * @param expires when it ends by itself; null if never
 * @param lastUsed about when it was last used, to ten minutes; null if never
 */
public record Token(
        long id,
        String clientId,
        Scopes scopes,
        Instant created,
        @Nullable Instant expires,
        @Nullable Instant lastUsed) {}
