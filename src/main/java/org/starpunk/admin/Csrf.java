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
 * Protects forms against cross-site requests. It checks the headers {@code Origin} and {@code Sec-Fetch-Site}, and a
 * token in each form that other sites cannot read.
 *
 * <p>The token is {@code nonce.HMAC-SHA256(secret, nonce)}. The secret is the value of the session cookie, or of a
 * separate cookie before login. The token is therefore bound to the login, needs no storage, and survives a restart. It
 * differs on every page, which prevents attacks on compressed responses. See {@code
 * docs/decisions/0009-sessions-and-forms.md}.
 */
public final class Csrf {

    /** Name of the form field with the token. */
    public static final String FIELD = "csrf";

    static final String COOKIE = "starpunk-form";

    private static final String ISSUED = "org.starpunk.admin.csrf";

    private final Account account;
    private final WebAuthnChallenges challenges;

    /**
     * @param taken receives each used challenge; the other processes of the site pass it to {@link #markChallengeUsed}
     */
    public Csrf(Account account, Consumer<String> taken) {
        this.account = account;
        this.challenges = new WebAuthnChallenges(InstantSource.system(), taken);
    }

    /** Returns a passkey challenge for the page of this response. Sets a cookie if the browser has none. */
    String challenge(RoutingContext ctx) {
        return challenges.create(secretFor(ctx));
    }

    /**
     * Returns whether a challenge was created for this browser, has not expired, and was not used before. Marks it as
     * used.
     */
    boolean redeemChallenge(RoutingContext ctx, String challenge) {
        String secret = secret(ctx);
        return secret != null && challenges.redeem(challenge, secret);
    }

    /** Marks a challenge as used by another process of the site. */
    public void markChallengeUsed(String challenge) {
        challenges.markUsed(challenge);
    }

    /** Rejects a request of another site with 403, before the body is read. */
    public void checkOrigin(RoutingContext ctx) {
        if (sameOrigin(ctx.request(), account.profile().siteUrl())) {
            ctx.next();
        } else {
            ctx.fail(403, new HttpException(403, "This form was sent from another site."));
        }
    }

    /**
     * Rejects a form without a valid token with 403. It must follow the body handler, and the authentication handler if
     * the route has one.
     */
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

    /** Returns a token for a form on the page of this response. Sets a cookie if the browser has none. */
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

    /**
     * Accepts a request without both headers, because the token is still checked. Current browsers send one of them
     * with every POST.
     */
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
