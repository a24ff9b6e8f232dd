package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.Account;

/** Checks the author's password within the limits of the {@link LoginRateLimiter}. */
final class PasswordAuthenticator {

    private final Account account;
    private final LoginRateLimiter throttle;
    private final DeviceCookie deviceCookie;
    private final PasswordHashingExecutor passwords;

    PasswordAuthenticator(AdminDependencies with, PasswordHashingExecutor passwords) {
        this.account = with.account();
        this.throttle = with.throttle();
        this.deviceCookie = new DeviceCookie(account);
        this.passwords = passwords;
    }

    /**
     * Result of a check.
     *
     * @param right whether the password is correct
     * @param delay zero if the password was checked; otherwise the time until the next permitted attempt
     */
    record AuthenticationResult(boolean right, Duration delay) {

        boolean tooMany() {
            return !delay.isZero();
        }

        /** Sets the header {@code Retry-After}, and returns a message with the waiting time. */
        String setRetryAfter(RoutingContext ctx) {
            long seconds = delay.toSeconds() + 1;
            ctx.response().putHeader(HttpHeaders.RETRY_AFTER, String.valueOf(seconds));
            return "Too many attempts. The next one is possible in "
                    + (seconds < 120 ? seconds + " seconds" : (seconds + 59) / 60 + " minutes") + ".";
        }
    }

    Future<AuthenticationResult> check(RoutingContext ctx, String typed) {
        return browser(ctx).compose(browser -> check(ctx.request().remoteAddress(), browser.orElse(null), typed));
    }

    /**
     * Returns the key of the browser for the rate limiter. A session identifies the browser without a device cookie.
     */
    private Future<Optional<String>> browser(RoutingContext ctx) {
        return AdminAuthHandler.secretOf(ctx) == null
                ? deviceCookie.find(ctx)
                : Future.succeededFuture(
                        Optional.of(AdminAuthHandler.sessionOf(ctx).secretHash()));
    }

    private Future<AuthenticationResult> check(
            @Nullable SocketAddress address, @Nullable String browser, String typed) {
        Duration wait = throttle.guess(address, browser);
        if (!wait.isZero()) {
            return Future.succeededFuture(new AuthenticationResult(false, wait));
        }
        return account.passwordHash()
                .compose(hash -> hash.isPresent() ? passwords.check(typed, hash.get()) : Future.succeededFuture(false))
                .map(right -> {
                    if (right) {
                        throttle.succeeded(address, browser);
                    }
                    return new AuthenticationResult(right, Duration.ZERO);
                });
    }
}
