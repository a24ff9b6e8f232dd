package org.starpunk.view;

import io.vertx.ext.web.RoutingContext;

/** Response that is ready to be sent. */
@FunctionalInterface
public interface PreparedResponse {

    /** Ends the request's response, or fails its context. */
    void send(RoutingContext ctx);
}
