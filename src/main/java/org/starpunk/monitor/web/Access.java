package org.starpunk.monitor.web;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Function;

/**
 * Who may see the monitor.
 *
 * @param author lets the author pass, and answers everybody else
 * @param readers lets the author pass, and programs with a token that may read the monitor; answers everybody else
 * @param caller returns a key for the session or the token of a request that was let pass: limits are counted by it
 * @param isAuthor returns whether a request is the author's; called again while a stream lasts
 */
public record Access(
        Handler<RoutingContext> author,
        Handler<RoutingContext> readers,
        Function<RoutingContext, String> caller,
        Function<RoutingContext, Future<Boolean>> isAuthor) {}
