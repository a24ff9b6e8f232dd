package org.starpunk.monitor.web;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * Access rules of the monitor.
 *
 * @param author admits the author, and responds to all other requests
 * @param readers admits the author, and programs whose token may read the monitor; responds to all other requests
 * @param caller returns a key for the session or token of an admitted request; rate limits apply per key
 * @param isAuthor returns whether a request is the author's; it is called again during a stream
 */
public record MonitorAccess(
        Handler<RoutingContext> author,
        Handler<RoutingContext> readers,
        Function<RoutingContext, String> caller,
        Function<RoutingContext, Future<Boolean>> isAuthor) {}
