package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import org.starpunk.identity.Account;
import org.starpunk.identity.SecretTokens;

/**
 * Cookie that identifies a browser after a successful login (a "device cookie" of OWASP). Such a browser has its own
 * bucket in the {@link LoginRateLimiter}, so strangers who guess passwords cannot lock the author out. The value is
 * {@code nonce.HMAC-SHA256(key, nonce)}. The key is the password hash, so a new password invalidates all device
 * cookies.
 */
final class DeviceCookie {

    static final String COOKIE = "starpunk-known";

    private static final Duration LIFE = Duration.ofDays(365);

    private final Account account;

    DeviceCookie(Account account) {
        this.account = account;
    }

    /** Returns the id of the browser; empty without a valid cookie. A request without the cookie costs nothing. */
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

    /** Sets the cookie after a successful login. */
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
