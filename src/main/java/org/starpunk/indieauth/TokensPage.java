package org.starpunk.indieauth;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.admin.Csrf;
import org.starpunk.identity.Account;
import org.starpunk.identity.NewToken;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Secret;
import org.starpunk.identity.Token;
import org.starpunk.identity.Tokens;
import org.starpunk.view.Views;

/** The tokens that clients have: who, what for, when last; to end them, and to make one by hand. */
final class TokensPage {

    static final String PATH = "/admin/tokens";
    static final String TEMPLATE = "indieauth/tokens";

    private static final int MAX_NAME = 200;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);

    private final Account account;
    private final Tokens tokens;
    private final Views views;
    private final Csrf csrf;
    private final Clock clock;

    TokensPage(Account account, Tokens tokens, Views views, Csrf csrf, Clock clock) {
        this.account = account;
        this.tokens = tokens;
        this.views = views;
        this.csrf = csrf;
        this.clock = clock;
    }

    /** A line of the list. */
    record Line(long id, String client, boolean link, Scopes scopes, String created, String expires, String lastUsed) {}

    void show(RoutingContext ctx) {
        show(ctx, null);
    }

    /** @param secret a token that was just made: it is shown this once */
    private void show(RoutingContext ctx, @Nullable String secret) {
        tokens.list().onSuccess(list -> answer(ctx, list, secret)).onFailure(ctx::fail);
    }

    private void answer(RoutingContext ctx, List<Token> list, @Nullable String secret) {
        Map<String, Object> model = new HashMap<>();
        model.put("title", "Tokens");
        model.put("siteName", account.profile().siteName());
        model.put("csrf", csrf.token(ctx));
        model.put("lines", list.stream().map(this::line).toList());
        model.put("scopes", Scopes.MICROPUB);
        if (secret != null) {
            model.put("secret", secret);
        }
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(views.render(TEMPLATE, model));
    }

    private Line line(Token token) {
        return new Line(
                token.id(),
                token.clientId(),
                token.clientId().startsWith("https://") || token.clientId().startsWith("http://"),
                token.scopes(),
                time(token.created(), ""),
                time(token.expires(), "never"),
                time(token.lastUsed(), "never"));
    }

    private String time(@Nullable Instant instant, String otherwise) {
        ZoneId zone = clock.getZone();
        return instant == null ? otherwise : DAY.format(instant.atZone(zone));
    }

    /** Makes a token by hand, for a script or a client that knows no IndieAuth. */
    void create(RoutingContext ctx) {
        String name = String.valueOf(ctx.request().getFormAttribute("name")).strip();
        Scopes scopes =
                Scopes.of(ctx.request().formAttributes().getAll("scope")).only(Scopes.MICROPUB);
        if (name.isEmpty() || name.length() > MAX_NAME || scopes.isEmpty()) {
            ctx.fail(new HttpException(400, "Give the token a name, and choose at least one thing that it may do."));
            return;
        }
        String secret = Secret.create();
        tokens.issue(new NewToken(Secret.hash(secret), name, scopes, clock.instant(), null, null))
                .onSuccess(done -> show(ctx, secret))
                .onFailure(ctx::fail);
    }

    void revoke(RoutingContext ctx) {
        String id = String.valueOf(ctx.request().getFormAttribute("id"));
        Future<Boolean> done =
                id.matches("\\d{1,18}") ? tokens.revoke(Long.parseLong(id)) : Future.succeededFuture(false);
        done.onSuccess(revoked -> ctx.response()
                        .setStatusCode(303)
                        .putHeader(HttpHeaders.LOCATION, PATH)
                        .end())
                .onFailure(ctx::fail);
    }
}
