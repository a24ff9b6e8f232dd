package org.starpunk.view;

import io.vertx.ext.web.RoutingContext;

/** What was found out for a request, ready to be said to it. */
@FunctionalInterface
public interface Answer {

    /** Ends the request's response, or fails its context. */
    void send(RoutingContext ctx);
}
