package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/**
 * Sends a response when a future completes. A failure of the future or of the response fails the request. An exception
 * inside {@code onSuccess} would leave the browser waiting instead.
 */
final class FutureResponses {

    private FutureResponses() {}

    static <T> void respond(RoutingContext ctx, Future<T> future, Consumer<T> answer) {
        when(future, answer).onFailure(ctx::fail);
    }

    /** Does the same for a chain of futures. The returned future fails with the first failure. */
    static <T> Future<Void> when(Future<T> future, Consumer<T> answer) {
        return future.compose(value -> {
            answer.accept(value);
            return Future.succeededFuture();
        });
    }
}
