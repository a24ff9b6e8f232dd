package org.starpunk.admin;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.InstantSource;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Account;
import org.starpunk.identity.SecretTokens;
import org.starpunk.identity.WebOrigin;

/**
 * Protects forms against being sent by other sites: the browser says where a form came from ({@code Origin},
 * {@code Sec-Fetch-Site}), and each form carries a token that only a page of this site can know.
 *
 * <p>The token is {@code nonce.HMAC-SHA256(secret, nonce)}, where the secret is that of the session's cookie; before login, that
 * of a cookie of its own. So it is bound to the login, needs no storage, survives a restart, and differs on every page (which
 * keeps it safe under compression). See {@code docs/decisions/0009-sessions-and-forms.md}.
 */
public final class Csrf {

    /** The name of the form's field. */
    public static final String FIELD = "csrf";

    static final String COOKIE = "starpunk-form";

    private static final String ISSUED = "org.starpunk.admin.csrf";

    private final Account account;
    private final WebAuthnChallenges challenges;

    /** @param taken hears of each challenge that is used: for the site's other processes to {@link #markChallengeUsed} */
    public Csrf(Account account, Consumer<String> taken) {
        this.account = account;
        this.challenges = new WebAuthnChallenges(InstantSource.system(), taken);
    }

    /** A challenge for a passkey on the page that answers this request. Sets a cookie when there was none. */
    String challenge(RoutingContext ctx) {
        return challenges.create(secretFor(ctx));
    }

    /** Whether a challenge was made for this browser, not long ago, and is used for the first time. */
    boolean redeemChallenge(RoutingContext ctx, String challenge) {
        String secret = secret(ctx);
        return secret != null && challenges.redeem(challenge, secret);
    }

    /** Another process of the site was shown this challenge. */
    public void markChallengeUsed(String challenge) {
        challenges.markUsed(challenge);
    }

    /** Refuses, before the body is read, what another site has sent. */
    public void checkOrigin(RoutingContext ctx) {
        if (sameOrigin(ctx.request(), account.profile().siteUrl())) {
            ctx.next();
        } else {
            ctx.fail(403, new HttpException(403, "This form was sent from another site."));
        }
    }

    /** Refuses a form without a valid token. Stands behind the body handler, and behind the gate where there is one. */
    public void checkToken(RoutingContext ctx) {
        String secret = secret(ctx);
        String token = ctx.request().getFormAttribute(FIELD);
        if (secret != null && token != null && isValid(token, secret)) {
            ctx.next();
        } else {
            ctx.fail(
                    403,
                    new HttpException(
                            403, "This form is no longer valid. Go back, reload the page and send it again."));
        }
    }

    /** A token for a form on the page that answers this request. Sets a cookie when there was none. */
    public String token(RoutingContext ctx) {
        String secret = secretFor(ctx);
        String nonce = SecretTokens.create().substring(0, 22);
        return nonce + '.' + SecretTokens.sign("csrf " + nonce, secret);
    }

    private String secretFor(RoutingContext ctx) {
        String secret = secret(ctx);
        if (secret == null) {
            secret = SecretTokens.create();
            ctx.put(ISSUED, secret);
            Cookies.set(ctx, COOKIE, secret, null, account.profile().siteUrl());
        }
        return secret;
    }

    private @Nullable String secret(RoutingContext ctx) {
        String session = AdminAuthHandler.secretOf(ctx);
        if (session != null) {
            return session;
        }
        String issued = ctx.get(ISSUED);
        return issued != null
                ? issued
                : Cookies.read(ctx, COOKIE, account.profile().siteUrl());
    }

    private static boolean isValid(String token, String secret) {
        int dot = token.indexOf('.');
        return dot > 0
                && !secret.isEmpty()
                && SecretTokens.same(
                        token.substring(dot + 1), SecretTokens.sign("csrf " + token.substring(0, dot), secret));
    }

    /** Browsers of this century send one of the two headers with every POST; what sends neither has only the token to show. */
    static boolean sameOrigin(HttpServerRequest request, String siteUrl) {
        String origin = request.getHeader(HttpHeaders.ORIGIN);
        if (origin != null) {
            return origin.equals(siteUrl) || isOwnHost(origin, request);
        }
        String site = request.getHeader("Sec-Fetch-Site");
        return site == null || site.equals("same-origin") || site.equals("none");
    }

    private static boolean isOwnHost(String origin, HttpServerRequest request) {
        HostAndPort host = request.authority();
        return host != null
                && (origin.equals(WebOrigin.of("http", host.host(), host.port()))
                        || origin.equals(WebOrigin.of("https", host.host(), host.port())));
    }
}
