package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.ext.web.RoutingContext;
import org.starpunk.admin.AdminAuthHandler;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Token;
import org.starpunk.indieauth.BearerAuthenticator;
import org.starpunk.indieauth.BearerException;

/**
 * Authorizes readers of the metrics: the author by session, and programs by a token of this site with the scope {@code
 * metrics} (RFC 6750). For a request with an {@code Authorization: Bearer} header only its token counts.
 */
final class MetricsAuthHandler implements Handler<RoutingContext> {

    private static final String TOKEN = "org.starpunk.server.metricsToken";

    private final AdminAuthHandler authHandler;
    private final BearerAuthenticator authenticator;

    /** @param authenticator checks the tokens of this site */
    MetricsAuthHandler(AdminAuthHandler authHandler, BearerAuthenticator authenticator) {
        this.authHandler = authHandler;
        this.authenticator = authenticator;
    }

    @Override
    public void handle(RoutingContext ctx) {
        String secret = BearerAuthenticator.secret(ctx.request());
        if (secret == null) {
            authHandler.handle(ctx);
            return;
        }
        ctx.request().pause();
        authenticator.authenticate(secret).compose(MetricsAuthHandler::allowed).onComplete(checked -> {
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
                : Future.failedFuture(BearerException.insufficientScope(Scopes.METRICS));
    }

    /** Returns a key for the token or the session of an admitted request. */
    static String caller(RoutingContext ctx) {
        String token = ctx.get(TOKEN);
        return token == null ? "session " + AdminAuthHandler.sessionKey(ctx) : token;
    }
}
