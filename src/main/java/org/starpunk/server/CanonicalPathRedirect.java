package org.starpunk.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Redirects variants of a page's address, such as {@code //notes/x}, {@code /notes/x/} and {@code /notes/./x}, to the
 * canonical address. A page thus has one address for caches, search engines and apps. Requests other than GET and HEAD
 * are handled without a redirect, because a client would repeat them as GET.
 */
final class CanonicalPathRedirect implements Handler<RoutingContext> {

    /**
     * An empty segment, a dot segment or a trailing slash. Percent-encoded letters already form the same address (RFC
     * 3986, section 6.2.2.2).
     */
    private static final Pattern NON_CANONICAL = Pattern.compile("//|/(?:[.]|%2[eE]){1,2}(?:/|$)|./$");

    private @Nullable AllowedMethods routes;

    /** @param mounted methods of all routes; other paths are not redirected, because the next response would be 404 */
    void mounted(AllowedMethods mounted) {
        routes = mounted;
    }

    static String withoutLastSlash(String path) {
        return path.length() > 1 && path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public void handle(RoutingContext ctx) {
        Optional<String> other = canonical(ctx);
        if (other.isEmpty()) {
            ctx.next();
            return;
        }
        String query = ctx.request().query();
        ctx.response()
                .setStatusCode(301)
                .putHeader(HttpHeaders.LOCATION, query == null ? other.get() : other.get() + '?' + query)
                .putHeader(HttpHeaders.CACHE_CONTROL, "public, no-cache")
                .end();
    }

    /** Returns the canonical path if the request has another path. */
    private Optional<String> canonical(RoutingContext ctx) {
        HttpMethod method = ctx.request().method();
        String path = ctx.request().path();
        AllowedMethods known = routes;
        if (known == null || path == null || !(HttpMethod.GET.equals(method) || HttpMethod.HEAD.equals(method))) {
            return Optional.empty();
        }
        if (!NON_CANONICAL.matcher(path).find()) {
            return Optional.empty();
        }
        String canonical = withoutLastSlash(ctx.normalizedPath());
        return !isLocal(canonical) || !known.of(canonical).contains(method.name())
                ? Optional.empty()
                : Optional.of(canonical);
    }

    /**
     * Returns whether a redirect to a path stays on this site. Browsers interpret {@code //host} and {@code /\host} as
     * the address of another site.
     */
    private static boolean isLocal(String path) {
        return path.startsWith("/")
                && !path.startsWith("//")
                && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
    }
}
