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
 * Reads and sets the cookies of the author's pages. Over TLS their names begin with {@code __Host-}: a browser then takes them
 * only with {@code Secure}, for this very host, so that no other host of the domain can plant one.
 *
 * <p>{@code SameSite=Lax}, not {@code Strict}: another site's login with this one (IndieAuth) begins with a link from there, and
 * must find the author logged in. What changes something is a POST, and has its CSRF token besides.
 */
final class Cookies {

    private static final String PREFIX = "__Host-";
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "::1", "[::1]");

    private Cookies() {}

    /** The value of a cookie, null when there is none, or none that is valid for this site. */
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
     * @param life how long the browser keeps it; null to forget it when the browser is closed
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

    /** Makes the browser forget a cookie. */
    static void clear(RoutingContext ctx, String name, String siteUrl) {
        set(ctx, name, "", Duration.ZERO, siteUrl);
    }

    private static boolean isTls(String siteUrl) {
        return siteUrl.startsWith("https://");
    }

    /** A site with a TLS address, looked at on its own machine without TLS: its browser would not take a secure cookie. */
    private static boolean plainLoopback(HttpServerRequest request) {
        String origin = request.getHeader("Origin");
        return onLoopback(request)
                && !"https".equals(request.scheme())
                && (origin == null || origin.startsWith("http://"));
    }

    /** Whether the browser has come by a name of its own machine. */
    static boolean onLoopback(HttpServerRequest request) {
        HostAndPort authority = request.authority();
        return authority != null && LOOPBACK.contains(authority.host().toLowerCase(Locale.ROOT));
    }
}
