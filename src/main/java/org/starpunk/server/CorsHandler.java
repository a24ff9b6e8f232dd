package org.starpunk.server;

import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;
import org.starpunk.indieauth.IndieAuthRoutes;
import org.starpunk.micropub.MicropubRoutes;

/**
 * Allows scripts of other sites to call the endpoints for apps (CORS, Fetch Standard 3.3). These endpoints use tokens
 * and no cookies, so any origin may call them. {@code Access-Control-Allow-Credentials} is never sent. Pages that use a
 * cookie never have these headers.
 */
final class CorsHandler implements Handler<RoutingContext> {

    private static final CharSequence EXPOSED =
            HttpHeaders.createOptimized("Location, Link, WWW-Authenticate, Retry-After, X-Request-ID");
    private static final CharSequence ACCEPTED = HttpHeaders.createOptimized("Authorization, Content-Type");
    private static final CharSequence ANY = HttpHeaders.createOptimized("*");

    /** Maximum age of a preflight response: browsers cache it for at most a day. */
    private static final CharSequence A_DAY = HttpHeaders.createOptimized("86400");

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String path = CanonicalPathRedirect.withoutLastSlash(RequestErrorHandler.path(ctx));
        if (HttpMethod.OPTIONS.equals(request.method())) {
            String asked = request.getHeader(HttpHeaders.ACCESS_CONTROL_REQUEST_METHOD);
            String methods = asked == null ? null : methods(path);
            if (methods != null) {
                MultiMap headers = ctx.response().headers();
                headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
                headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_METHODS, methods);
                headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_HEADERS, ACCEPTED);
                headers.set(HttpHeaders.ACCESS_CONTROL_MAX_AGE, A_DAY);
            }
        } else if (isForScripts(request.method(), path)) {
            MultiMap headers = ctx.response().headers();
            headers.set(HttpHeaders.ACCESS_CONTROL_ALLOW_ORIGIN, ANY);
            headers.set(HttpHeaders.ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
        }
        ctx.next();
    }

    private static boolean isForScripts(HttpMethod method, String path) {
        String methods = methods(path);
        // GET of the authorization endpoint is the author's consent page, which uses the session cookie.
        return methods != null && (!path.equals(IndieAuthRoutes.AUTH) || HttpMethod.POST.equals(method));
    }

    /** Returns the methods that a script may use; null if there are none. */
    private static @Nullable String methods(String path) {
        return switch (path) {
            case MicropubRoutes.PATH, IndieAuthRoutes.TOKEN -> "GET, HEAD, POST";
            case MicropubRoutes.MEDIA_PATH, IndieAuthRoutes.AUTH, IndieAuthRoutes.INTROSPECT, IndieAuthRoutes.REVOKE ->
                "POST";
            case IndieAuthRoutes.METADATA -> "GET, HEAD";
            default -> null;
        };
    }
}
