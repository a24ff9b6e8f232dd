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
import org.starpunk.identity.Secret;
import org.starpunk.identity.Token;
import org.starpunk.identity.Tokens;

/** Authenticates requests by their bearer token. */
public final class Bearer {

    private static final Logger LOG = LoggerFactory.getLogger(Bearer.class);
    private static final Duration COARSE = Duration.ofMinutes(10);

    private final Tokens tokens;
    private final InstantSource clock;
    private final Optional<OutsideProvider> outside;

    /** Accepts tokens of this site only. */
    Bearer(Tokens tokens, InstantSource clock) {
        this(tokens, clock, Optional.empty());
    }

    /** @param outside provider that introspects tokens of other issuers */
    public Bearer(Tokens tokens, InstantSource clock, Optional<OutsideProvider> outside) {
        this.tokens = tokens;
        this.clock = clock;
        this.outside = outside;
    }

    /** Returns the secret of {@code Authorization: Bearer …}; null without such a header. */
    public static @Nullable String secret(HttpServerRequest request) {
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, "Bearer ", 0, 7)) {
            return null;
        }
        return header.substring(7).strip();
    }

    /** Returns the token of a request's header. Fails with {@link BearerException}. */
    public Future<Token> authenticate(HttpServerRequest request) {
        String secret = secret(request);
        return secret == null ? Future.failedFuture(BearerException.missing()) : authenticate(secret);
    }

    /** Returns the token with a secret. Fails with {@link BearerException}. */
    public Future<Token> authenticate(String secret) {
        return tokens.byHash(Secret.hash(secret))
                .compose(found -> found.map(this::touched).orElseGet(() -> elsewhere(secret)));
    }

    private Future<Token> elsewhere(String secret) {
        Future<Optional<Token>> found =
                outside.map(provider -> provider.find(secret)).orElse(Future.succeededFuture(Optional.empty()));
        return found.map(token -> token.orElseThrow(BearerException::invalid));
    }

    private Future<Token> touched(Token token) {
        Instant now = clock.instant();
        Instant last = token.lastUsed();
        if (last != null && last.plus(COARSE).isAfter(now)) {
            return Future.succeededFuture(token);
        }
        return tokens.used(token.id(), now).otherwise(Bearer::unnoted).map(token);
    }

    /** Accepts the token even if its use cannot be stored. The next request stores it. */
    private static @Nullable Void unnoted(Throwable error) {
        LOG.debug("cannot store the use of a token", error);
        return null;
    }

    /**
     * Checks that a token has a scope, by its exact name.
     *
     * @throws BearerException if it has not
     */
    public static void require(Token token, String scope) {
        if (!token.scopes().has(scope)) {
            throw BearerException.lacks(scope);
        }
    }
}
