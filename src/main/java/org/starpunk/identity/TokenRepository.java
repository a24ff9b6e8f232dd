package org.starpunk.identity;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Repository of access tokens and authorization codes. Both are looked up by the hash of their secret. */
public interface TokenRepository {

    /**
     * Stores a token.
     *
     * @return empty if its code was redeemed a second time before; then no token is issued
     */
    Future<Optional<Token>> issue(NewToken token);

    /** Returns the token with this secret hash, unless it is revoked or expired. */
    Future<Optional<Token>> byHash(String secretHash);

    /** Records the use of a token. Called at most once in ten minutes per token. */
    Future<Void> recordUse(long id, Instant when);

    /**
     * Revokes a token.
     *
     * @return false if no valid token has this id
     */
    Future<Boolean> revoke(long id);

    /**
     * Revokes a token.
     *
     * @return false if no valid token has this hash
     */
    Future<Boolean> revokeByHash(String secretHash);

    /**
     * Revokes every token and every authorization code that is still redeemable.
     *
     * @return the number of valid tokens that were revoked
     */
    Future<Integer> revokeAll();

    /** Returns the valid tokens, newest first. */
    Future<List<Token>> list();

    /** Stores an authorization code. */
    Future<Void> keepCode(AuthorizationCode code);

    /**
     * Redeems a code, which consumes it. A second attempt returns nothing and revokes every token that was issued for
     * the code (RFC 6749 §4.1.2).
     *
     * @return empty if the code is unknown, expired or already consumed
     */
    Future<Optional<AuthorizationCode>> takeCode(String secretHash, Instant now);
}
