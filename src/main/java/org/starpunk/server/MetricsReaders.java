package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import org.starpunk.admin.Gate;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Token;
import org.starpunk.indieauth.Bearer;
import org.starpunk.indieauth.BearerException;

/**
 * Authorizes readers of the metrics: the author by session, and programs by a token of this site with the scope {@code
 * metrics} (RFC 6750). For a request with an {@code Authorization: Bearer} header only its token counts.
 */
final class MetricsReaders implements Handler<RoutingContext> {

    private static final String TOKEN = "org.starpunk.server.metricsToken";

    private final Gate gate;
    private final Bearer bearer;

    /** @param bearer checks the tokens of this site */
    MetricsReaders(Gate gate, Bearer bearer) {
        this.gate = gate;
        this.bearer = bearer;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String secret = Bearer.secret(ctx.request());
        if (secret == null) {
            gate.handle(ctx);
            return;
        }
        ctx.request().pause();
        bearer.authenticate(secret).compose(MetricsReaders::allowed).onComplete(checked -> {
            if (!ctx.request().isEnded()) {
                ctx.request().resume();
            }
            if (checked.succeeded()) {
                ctx.put(TOKEN, "token " + checked.result().id());
                ctx.next();
            } else if (checked.cause() instanceof BearerException refused) {
                refused.answer(ctx);
            } else {
                ctx.fail(checked.cause());
            }
        });
    }

    private static Future<Token> allowed(Token token) {
        return token.scopes().has(Scopes.METRICS)
                ? Future.succeededFuture(token)
                : Future.failedFuture(BearerException.lacks(Scopes.METRICS));
    }

    /** Returns a key for the token or the session of an admitted request. */
    static String caller(RoutingContext ctx) {
        String token = ctx.get(TOKEN);
        return token == null ? "session " + Gate.sessionKey(ctx) : token;
    }
}
