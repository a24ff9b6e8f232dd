package org.starpunk.admin;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Redirects a browser to another page of this site, never to another site. */
final class LocalRedirect {

    private static final int SEE_OTHER = 303;
    private static final int MAX_LENGTH = 4000;

    private LocalRedirect() {}

    /** Sends a redirect with status 303, so the browser uses GET. */
    static void to(RoutingContext ctx, String path) {
        ctx.response()
                .setStatusCode(SEE_OTHER)
                .putHeader(HttpHeaders.LOCATION, path)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end()
                .onFailure(unused -> {});
    }

    /**
     * Returns the path to open after a login.
     *
     * @param wished path from the request
     * @return the requested path if it belongs to this site; otherwise {@code /admin}
     */
    static String local(@Nullable String wished) {
        return wished != null && isLocal(wished) ? wished : "/admin";
    }

    /** Browsers interpret {@code //host}, {@code /\host} and {@code /<tab>/host} as addresses of other sites. */
    private static boolean isLocal(String path) {
        return path.length() <= MAX_LENGTH
                && path.startsWith("/")
                && !path.startsWith("//")
                && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
    }
}
