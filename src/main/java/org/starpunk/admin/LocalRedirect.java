package org.starpunk.admin;

import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/** Sends a browser to another page of this site, never to another site. */
final class LocalRedirect {

    private static final int SEE_OTHER = 303;
    private static final int MAX_LENGTH = 4000;

    private LocalRedirect() {}

    /** Answers 303: the browser then GETs that page. */
    static void to(RoutingContext ctx, String path) {
        ctx.response()
                .setStatusCode(SEE_OTHER)
                .putHeader(HttpHeaders.LOCATION, path)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end()
                .onFailure(unused -> {});
    }

    /**
     * The place to go on to after login.
     *
     * @param wished what the request asked for
     * @return the wish when it is a path of this site, else {@code /admin}
     */
    static String local(@Nullable String wished) {
        return wished != null && isLocal(wished) ? wished : "/admin";
    }

    /** Browsers read {@code //host}, {@code /\host} and, after dropping tabs and line breaks, {@code /<tab>/host} as other sites. */
    private static boolean isLocal(String path) {
        return path.length() <= MAX_LENGTH
                && path.startsWith("/")
                && !path.startsWith("//")
                && path.chars().allMatch(c -> c > ' ' && c < 0x7f && c != '\\');
    }
}
