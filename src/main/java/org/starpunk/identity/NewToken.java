package org.starpunk.identity;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token to be kept.
 *
 * @param secretHash the {@link Secret#hash} of what the client will send
 * @param clientId the URL of the client, or a name by the author
 * @param scopes what it allows
 * @param created when it is issued
 * @param expires when it ends by itself; null if never
 * @param codeHash the hash of the code that it is issued for; null when the author made it
 */
public record NewToken(
        String secretHash,
        String clientId,
        Scopes scopes,
        Instant created,
        @Nullable Instant expires,
        @Nullable String codeHash) {}
