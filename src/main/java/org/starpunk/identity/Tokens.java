package org.starpunk.identity;

import io.vertx.core.Future;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** The access tokens, and the codes that they are made from. Both are found by the hash of their secret. */
public interface Tokens {

    /**
     * Keeps a token. Empty when the code that it is made from was redeemed a second time meanwhile: then there is to be none.
     */
    Future<Optional<Token>> issue(NewToken token);

    /** The token of a secret's hash, unless it was revoked or has expired. */
    Future<Optional<Token>> byHash(String secretHash);

    /** Notes that a token was used; called at most once in ten minutes for each. */
    Future<Void> used(long id, Instant when);

    /** Ends a token. False when there is none of that id that is valid. */
    Future<Boolean> revoke(long id);

    /** Ends a token. False when there is none of that hash that is valid. */
    Future<Boolean> revokeByHash(String secretHash);

    /** The valid tokens, newest first. */
    Future<List<Token>> list();

    /** Keeps a code. */
    Future<Void> keepCode(AuthorizationCode code);

    /**
     * Takes a code, whatever becomes of it: a second time there is none, and every token that was made from it is revoked
     * (RFC 6749 §4.1.2). Empty too when it is unknown or has expired.
     */
    Future<Optional<AuthorizationCode>> takeCode(String secretHash, Instant now);
}
