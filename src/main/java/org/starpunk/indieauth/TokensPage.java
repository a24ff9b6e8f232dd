package org.starpunk.indieauth;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
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
import org.starpunk.identity.SecretTokens;
import org.starpunk.identity.Token;
import org.starpunk.identity.TokenRepository;
import org.starpunk.view.Templates;

/** Page of the issued tokens: client, scopes and last use. Creates and revokes tokens. */
final class TokensPage {

    static final String PATH = "/admin/tokens";
    static final String TEMPLATE = "indieauth/tokens";

    private static final int MAX_NAME = 200;
    private static final int UNPROCESSABLE = 422;
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("d MMM uuuu, HH:mm", Locale.ENGLISH);

    private final Account account;
    private final TokenRepository tokens;
    private final Templates templates;
    private final Csrf csrf;
    private final Clock clock;

    TokensPage(Account account, TokenRepository tokens, Templates templates, Csrf csrf, Clock clock) {
        this.account = account;
        this.tokens = tokens;
        this.templates = templates;
        this.csrf = csrf;
        this.clock = clock;
    }

    /** Row of the list. */
    record TokenListItem(
            long id, String client, boolean link, Scopes scopes, String created, String expires, String lastUsed) {}

    void show(RoutingContext ctx) {
        show(ctx, Map.of(), 200);
    }

    /**
     * @param more additional model values: the created token, or the error of the form
     */
    private void show(RoutingContext ctx, Map<String, Object> more, int status) {
        tokens.list().onSuccess(list -> answer(ctx, list, more, status)).onFailure(ctx::fail);
    }

    private void answer(RoutingContext ctx, List<Token> list, Map<String, Object> more, int status) {
        Map<String, Object> model = new HashMap<>();
        model.put("title", "Tokens");
        model.put("siteName", account.profile().siteName());
        model.put("csrf", csrf.token(ctx));
        model.put("lines", list.stream().map(this::line).toList());
        boolean again = more.containsKey("typed");
        List<String> chosen = ctx.request().formAttributes().getAll("scope");
        model.put(
                "scopes",
                Scopes.MICROPUB.stream()
                        .map(scope -> Map.of("name", scope, "chosen", !again || chosen.contains(scope)))
                        .toList());
        model.putAll(more);
        ctx.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end(templates.render(TEMPLATE, model));
    }

    private TokenListItem line(Token token) {
        return new TokenListItem(
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

    /** Creates a token for a script or for a client without IndieAuth support. */
    void create(RoutingContext ctx) {
        String sent = ctx.request().getFormAttribute("name");
        String name = sent == null ? "" : sent.strip();
        Scopes scopes =
                Scopes.of(ctx.request().formAttributes().getAll("scope")).only(Scopes.MICROPUB);
        boolean named = !name.isEmpty() && name.length() <= MAX_NAME;
        if (!named || scopes.isEmpty()) {
            String field = named ? "scope" : "name";
            String message = named
                    ? "Choose at least one permission for the token."
                    : "Give the token a name of at most " + MAX_NAME + " characters: the app or script that uses it.";
            show(ctx, Map.of("typed", name, "wrong", Map.of(field, message), "message", message), UNPROCESSABLE);
            return;
        }
        String secret = SecretTokens.create();
        tokens.issue(new NewToken(SecretTokens.hash(secret), name, scopes, clock.instant(), null, null))
                .onSuccess(unused -> show(ctx, Map.of("secret", secret), 200))
                .onFailure(ctx::fail);
    }

    void revoke(RoutingContext ctx) {
        String id = String.valueOf(ctx.request().getFormAttribute("id"));
        Future<Boolean> done =
                id.matches("\\d{1,18}") ? tokens.revoke(Long.parseLong(id)) : Future.succeededFuture(false);
        done.onSuccess(unused -> ctx.response()
                        .setStatusCode(303)
                        .putHeader(HttpHeaders.LOCATION, PATH)
                        .end())
                .onFailure(ctx::fail);
    }
}
