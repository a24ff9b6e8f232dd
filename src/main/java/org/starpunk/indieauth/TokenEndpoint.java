package org.starpunk.indieauth;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.RoutingContext;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Account;
import org.starpunk.identity.AuthorizationCode;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Pkce;
import org.starpunk.identity.Profile;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.identity.Token;
import org.starpunk.identity.TokenRepository;

/** Redeems codes, introspects and revokes tokens (IndieAuth §5.3, §6, §7). */
final class TokenEndpoint {

    private final Account account;
    private final TokenRepository tokens;
    private final BearerAuthenticator authenticator;
    private final Clock clock;

    TokenEndpoint(Account account, TokenRepository tokens, BearerAuthenticator authenticator, Clock clock) {
        this.account = account;
        this.tokens = tokens;
        this.authenticator = authenticator;
        this.clock = clock;
    }

    /** Redeems a code at the authorization endpoint. The response contains the author's identity only (§5.3.2). */
    void identify(RoutingContext ctx) {
        Future.succeededFuture(new OAuthParameters(ctx.request().formAttributes()))
                .compose(this::redeem)
                .map(code -> identity(code.scopes()))
                .onSuccess(answer -> send(ctx, answer))
                .onFailure(error -> OAuthException.answer(ctx, error));
    }

    /** Redeems a code for a token (§5.3.3). Clients older than 2022 also revoke here. */
    void token(RoutingContext ctx) {
        if ("revoke".equals(ctx.request().getFormAttribute("action"))) {
            revoke(ctx);
            return;
        }
        Future.succeededFuture(new OAuthParameters(ctx.request().formAttributes()))
                .compose(this::redeem)
                .compose(this::issue)
                .onSuccess(answer -> send(ctx, answer))
                .onFailure(error -> OAuthException.answer(ctx, error));
    }

    /** Redeems a code. Consumes it before any comparison, so that a client has one attempt to guess the verifier. */
    private Future<AuthorizationCode> redeem(OAuthParameters parameters) {
        String grant = parameters.require("grant_type");
        if (!grant.equals("authorization_code")) {
            throw new OAuthException("unsupported_grant_type", "grant_type must be authorization_code.");
        }
        String code = parameters.require("code");
        String client = parameters.require("client_id");
        String redirect = parameters.require("redirect_uri");
        String verifier = parameters.get("code_verifier");
        return tokens.takeCode(SecretTokens.hash(code), clock.instant()).map(taken -> {
            AuthorizationCode found = taken.orElseThrow(
                    () -> OAuthException.invalidGrant("The code is unknown, expired or already used."));
            String canonical =
                    ClientUrlRules.clientId(client).map(Object::toString).orElse("");
            if (!found.clientId().equals(canonical) || !found.redirectUri().equals(redirect)) {
                throw OAuthException.invalidGrant("The code was issued to another client_id or redirect_uri.");
            }
            if (!Pkce.matches(verifier, found.challenge())) {
                throw OAuthException.invalidGrant("The code_verifier does not match the code_challenge.");
            }
            return found;
        });
    }

    private Future<JsonObject> issue(AuthorizationCode code) {
        if (code.scopes().isEmpty()) {
            throw OAuthException.invalidGrant("The code has no scope: redeem it at the authorization endpoint.");
        }
        String secret = SecretTokens.create();
        Instant now = clock.instant();
        Instant expires = code.tokenDays() == 0 ? null : now.plus(Duration.ofDays(code.tokenDays()));
        NewToken token = new NewToken(
                SecretTokens.hash(secret), code.clientId(), code.scopes(), now, expires, code.secretHash());
        return tokens.issue(token).map(issued -> {
            if (issued.isEmpty()) {
                throw OAuthException.invalidGrant("The code was used twice.");
            }
            return granted(secret, issued.get());
        });
    }

    private JsonObject granted(String secret, Token token) {
        JsonObject answer = identity(token.scopes())
                .put("access_token", secret)
                .put("token_type", "Bearer")
                .put("scope", token.scopes().toString());
        Instant expires = token.expires();
        if (expires != null) {
            answer.put("expires_in", Duration.between(token.created(), expires).toSeconds());
        }
        return answer;
    }

    private JsonObject identity(Scopes scopes) {
        Profile profile = account.profile();
        JsonObject answer = new JsonObject().put("me", profile.me());
        if (scopes.has(Scopes.PROFILE)) {
            JsonObject card = new JsonObject().put("name", profile.authorName()).put("url", profile.me());
            if (!profile.photo().isEmpty()) {
                card.put(
                        "photo", profile.photo().startsWith("/") ? profile.absolute(profile.photo()) : profile.photo());
            }
            answer.put("profile", card);
        }
        return answer;
    }

    /** Introspects a token. The caller authenticates with its own token. */
    void introspect(RoutingContext ctx) {
        authenticator
                .authenticate(ctx.request())
                .compose(unused -> {
                    String secret = new OAuthParameters(ctx.request().formAttributes()).require("token");
                    return tokens.byHash(SecretTokens.hash(secret));
                })
                .map(found -> found.map(this::live).orElseGet(() -> new JsonObject().put("active", false)))
                .onSuccess(answer -> send(ctx, answer))
                .onFailure(error -> OAuthException.answer(ctx, error));
    }

    private JsonObject live(Token token) {
        JsonObject answer =
                about(token).put("active", true).put("iat", token.created().getEpochSecond());
        Instant expires = token.expires();
        return expires == null ? answer : answer.put("exp", expires.getEpochSecond());
    }

    private JsonObject about(Token token) {
        return new JsonObject()
                .put("me", account.profile().me())
                .put("client_id", token.clientId())
                .put("scope", token.scopes().toString());
    }

    /** Describes the token of the request, for resource servers older than 2022. */
    void verify(RoutingContext ctx) {
        authenticator
                .authenticate(ctx.request())
                .map(this::about)
                .onSuccess(answer -> send(ctx, answer))
                .onFailure(error -> OAuthException.answer(ctx, error));
    }

    /** Revokes a token. The response does not reveal whether the token exists (§7). */
    void revoke(RoutingContext ctx) {
        @Nullable String secret = ctx.request().getFormAttribute("token");
        Future<Boolean> done = secret == null
                ? Future.failedFuture(OAuthException.invalidRequest("token is missing."))
                : tokens.revokeByHash(SecretTokens.hash(secret));
        done.onSuccess(unused -> ctx.response()
                        .setStatusCode(200)
                        .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                        .end())
                .onFailure(error -> OAuthException.answer(ctx, error));
    }

    private static void send(RoutingContext ctx, JsonObject answer) {
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "no-store").putHeader("Pragma", "no-cache");
        ctx.json(answer);
    }
}
