package org.starpunk.admin;

import io.vertx.core.http.Cookie;
import io.vertx.core.http.CookieSameSite;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.HostAndPort;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads and sets the cookies of the author's pages. With TLS, their names begin with {@code __Host-}. Browsers accept
 * such a cookie only with {@code Secure} and only from this host, so another host of the domain cannot set one.
 *
 * <p>The cookies have {@code SameSite=Lax} instead of {@code Strict}: a login to another site (IndieAuth) starts with a
 * link from that site and needs the author's session. Each change is a POST with a CSRF token.
 */
final class Cookies {

    private static final String PREFIX = "__Host-";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private Cookies() {}

    /** Returns the value of a cookie; null if there is none that is valid for this site. */
    static @Nullable String read(RoutingContext ctx, String name, String siteUrl) {
        HttpServerRequest request = ctx.request();
        Cookie cookie = request.getCookie(PREFIX + name);
        if (cookie == null && (!isTls(siteUrl) || onLoopback(request))) {
            cookie = request.getCookie(name);
        }
        return cookie == null ? null : cookie.getValue();
    }

    /**
     * Sets a cookie.
     *
     * @param life lifetime in the browser; null until the browser is closed
     */
    static void set(RoutingContext ctx, String name, String value, @Nullable Duration life, String siteUrl) {
        boolean secure = isTls(siteUrl) && !plainLoopback(ctx.request());
        Cookie cookie = Cookie.cookie(secure ? PREFIX + name : name, value)
                .setPath("/")
                .setHttpOnly(true)
                .setSecure(secure)
                .setSameSite(CookieSameSite.LAX);
        if (life != null) {
            cookie.setMaxAge(life.toSeconds());
        }
        ctx.response().addCookie(cookie);
    }

    /** Deletes a cookie in the browser. */
    static void clear(RoutingContext ctx, String name, String siteUrl) {
        set(ctx, name, "", Duration.ZERO, siteUrl);
    }

    private static boolean isTls(String siteUrl) {
        return siteUrl.startsWith("https://");
    }

    /**
     * Returns whether a site with an HTTPS address is opened over HTTP on its own machine. The browser would reject a
     * secure cookie there.
     */
    private static boolean plainLoopback(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        return onLoopback(request)
                && !"https".equals(request.scheme())
                && (origin == null || origin.startsWith("http://"));
    }

    /** Returns whether the request's host is a loopback name or address. */
    static boolean onLoopback(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority != null && LOOPBACK.contains(authority.host().toLowerCase(Locale.ROOT));
    }
}
