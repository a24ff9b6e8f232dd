package org.starpunk.indieauth;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.SecretTokens;
import org.starpunk.identity.Token;
import org.starpunk.identity.TokenRepository;

/** Authenticates requests by their bearer token. */
public final class BearerAuthenticator {

    private static final Logger LOG = LoggerFactory.getLogger(BearerAuthenticator.class);
    private static final Duration COARSE = Duration.ofMinutes(10);

    private final TokenRepository tokens;
    private final InstantSource clock;
    private final Optional<ExternalTokenIntrospector> outside;

    /** Accepts tokens of this site only. */
    BearerAuthenticator(TokenRepository tokens, InstantSource clock) {
        this(tokens, clock, Optional.empty());
    }

    /**
     * @param outside introspects tokens of other issuers; empty to reject them
     */
    public BearerAuthenticator(
            TokenRepository tokens, InstantSource clock, Optional<ExternalTokenIntrospector> outside) {
        this.tokens = tokens;
        this.clock = clock;
        this.outside = outside;
    }

    /** Returns the token in {@code Authorization: Bearer …}; null without such a header. */
    public static @Nullable String secret(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        return header.substring(7).strip();
    }

    /** Authenticates a request by the token in its header. Fails with {@link BearerException}. */
    public Future<Token> authenticate(HttpServerRequest request) {
        String secret = secret(request);
        return secret == null ? Future.failedFuture(BearerException.missing()) : authenticate(secret);
    }

    /** Authenticates a token. Fails with {@link BearerException}. */
    public Future<Token> authenticate(String secret) {
        return tokens.byHash(SecretTokens.hash(secret))
                .compose(found -> found.map(this::recordUse).orElseGet(() -> introspect(secret)));
    }

    private Future<Token> introspect(String secret) {
        Future<Optional<Token>> found =
                outside.map(provider -> provider.find(secret)).orElse(Future.succeededFuture(Optional.empty()));
        return found.map(token -> token.orElseThrow(BearerException::invalid));
    }

    private Future<Token> recordUse(Token token) {
        Instant now = clock.instant();
        Instant last = token.lastUsed();
        if (last != null && last.plus(COARSE).isAfter(now)) {
            return Future.succeededFuture(token);
        }
        return tokens.recordUse(token.id(), now)
                .otherwise(BearerAuthenticator::logUnrecordedUse)
                .map(token);
    }

    /** Accepts the token even if its use cannot be stored. The next request stores it. */
    private static @Nullable Void logUnrecordedUse(Throwable error) {
        LOG.debug("cannot store the use of a token", error);
        return null;
    }

    /**
     * Checks that a token has a scope, by its exact name.
     *
     * @throws BearerException if the token lacks the scope
     */
    public static void require(Token token, String scope) {
        if (!token.scopes().has(scope)) {
            throw BearerException.insufficientScope(scope);
        }
    }
}
