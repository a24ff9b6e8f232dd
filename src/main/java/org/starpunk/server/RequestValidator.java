package org.starpunk.server;

import io.vertx.core.Handler;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.site.SiteRoutes;
import org.starpunk.view.PercentEncoding;

/**
 * Rejects invalid requests before routing: methods that the site does not implement (501), targets that are not a path,
 * and percent-encoding that does not decode to text (400).
 */
final class RequestValidator implements Handler<RoutingContext> {

    /** Methods that the site implements or recognises. A route that does not allow one of them responds with 405. */
    static final Set<HttpMethod> METHODS = Set.of(
            HttpMethod.GET,
            HttpMethod.HEAD,
            HttpMethod.POST,
            HttpMethod.PUT,
            HttpMethod.DELETE,
            HttpMethod.PATCH,
            HttpMethod.OPTIONS,
            HttpMethod.TRACE);

    @Override
    public void handle(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        if (!METHODS.contains(request.method())) {
            ctx.fail(new HttpException(501, "This site does not implement the method of the request."));
        } else if (request.uri().indexOf('%') >= 0 && !isDecodable(ctx)) {
            ctx.fail(new HttpException(
                    400,
                    "The address has a percent sign that does not belong to a character. Write %25 for the"
                            + " sign itself."));
        } else {
            ctx.next();
        }
    }

    private static boolean isDecodable(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        String path = request.path();
        @Nullable String query = request.query();
        return (path == null || PercentEncoding.isValid(path))
                // The search parses its query itself, because it accepts a literal percent sign.
                && (query == null || isSearch(ctx) || PercentEncoding.isValid(query));
    }

    private static boolean isSearch(RoutingContext ctx) {
        return SiteRoutes.SEARCH.equals(CanonicalPathRedirect.withoutLastSlash(RequestErrorHandler.path(ctx)));
    }
}
