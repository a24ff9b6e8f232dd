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
 * Lets scripts of other sites use the endpoints for apps (CORS, Fetch Standard 3.3). These endpoints read a token and never a cookie, so
 * that any origin may call them; {@code Access-Control-Allow-Credentials} is never sent. No page that reads a cookie has these headers.
 */
final class CrossOrigin implements Handler<RoutingContext> {

    private static final CharSequence EXPOSED =
            HttpHeaders.createOptimized("Location, Link, WWW-Authenticate, Retry-After, X-Request-ID");
    private static final CharSequence ACCEPTED = HttpHeaders.createOptimized("Authorization, Content-Type");
    private static final CharSequence ANY = HttpHeaders.createOptimized("*");

    /** Browsers remember the answer to a preflight request for a day at most. */
    private static final CharSequence A_DAY = HttpHeaders.createOptimized("86400");

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String path = CanonicalPath.withoutLastSlash(Failures.path(ctx));
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
        // GET of the authorization endpoint is the author's consent page, which reads the session.
        return methods != null && (!path.equals(IndieAuthRoutes.AUTH) || HttpMethod.POST.equals(method));
    }

    /** The methods that a script may use; null where it may use none. */
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
