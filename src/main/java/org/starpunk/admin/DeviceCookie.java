package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import org.starpunk.identity.Account;
import org.starpunk.identity.SecretTokens;

/**
 * Knows the browsers in which the author has logged in before, so that strangers who guess cannot lock them out: they have their
 * own bucket in the {@link LoginRateLimiter} (OWASP's "device cookies"). The cookie is {@code nonce.HMAC-SHA256(key, nonce)}; the key
 * is the hash of the password, so that a new password makes every browser unknown.
 */
final class DeviceCookie {

    static final String COOKIE = "starpunk-known";

    private static final Duration LIFE = Duration.ofDays(365);

    private final Account account;

    DeviceCookie(Account account) {
        this.account = account;
    }

    /** The name of the browser that sent a request, empty when it is not known. Strangers, who have no cookie, cost nothing. */
    Future<Optional<String>> find(RoutingContext ctx) {
        String cookie = Cookies.read(ctx, COOKIE, account.profile().siteUrl());
        int dot = cookie == null ? -1 : cookie.indexOf('.');
        if (cookie == null || dot < 0) {
            return Future.succeededFuture(Optional.empty());
        }
        String nonce = cookie.substring(0, dot);
        return account.passwordHash()
                .map(hash -> hash.filter(key -> SecretTokens.same(cookie, signed(nonce, key)))
                        .map(unused -> nonce));
    }

    /** Makes a browser known, in which the author has just logged in. */
    Future<Void> setCookie(RoutingContext ctx) {
        String nonce = SecretTokens.create().substring(0, 22);
        return account.passwordHash().compose(hash -> {
            hash.ifPresent(key -> Cookies.set(
                    ctx, COOKIE, signed(nonce, key), LIFE, account.profile().siteUrl()));
            return Future.succeededFuture();
        });
    }

    private static String signed(String nonce, String key) {
        return nonce + '.' + SecretTokens.sign("known " + nonce, key);
    }
}
