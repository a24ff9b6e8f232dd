package org.starpunk.server;

import io.vertx.ext.web.RoutingContext;
import org.starpunk.indieauth.IndieAuthRoutes;
import org.starpunk.micropub.MicropubRoutes;
import org.starpunk.view.AcceptHeader;

/** Format of an error response. */
enum ErrorFormat {
    PAGE("text/html; charset=utf-8"),
    PROBLEM("application/problem+json"),
    OAUTH("application/json");

    private final String mediaType;

    ErrorFormat(String mediaType) {
        this.mediaType = mediaType;
    }

    static ErrorFormat of(RoutingContext ctx) {
        if (isEndpoint(ctx)) {
            return OAUTH;
        }
        return AcceptHeader.prefersPage(ctx.request()) ? PAGE : PROBLEM;
    }

    /** Returns whether the request is sent by an app to an endpoint whose error format a specification defines. */
    private static boolean isEndpoint(RoutingContext ctx) {
        String path = CanonicalPathRedirect.withoutLastSlash(RequestErrorHandler.path(ctx));
        return path.equals(MicropubRoutes.PATH)
                || path.startsWith(MicropubRoutes.PATH + '/')
                || IndieAuthRoutes.isForApps(ctx.request().method(), path);
    }

    String mediaType() {
        return mediaType;
    }
}
