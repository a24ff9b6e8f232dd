package org.starpunk.admin;

import io.vertx.core.Future;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Consumer;

/**
 * Answers when something is known. What goes wrong on the way, or while the answer is made, fails the request: an exception that
 * is thrown inside {@code onSuccess} would leave the browser waiting.
 */
final class FutureResponses {

    private FutureResponses() {}

    static <T> void respond(RoutingContext ctx, Future<T> future, Consumer<T> answer) {
        when(future, answer).onFailure(ctx::fail);
    }

    /** The same, where more follows: the future fails with what went wrong. */
    static <T> Future<Void> when(Future<T> future, Consumer<T> answer) {
        return future.compose(value -> {
            answer.accept(value);
            return Future.succeededFuture();
        });
    }
}
