package org.starpunk.indieauth;

import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.starpunk.admin.Csrf;
import org.starpunk.identity.Account;
import org.starpunk.identity.AuthorizationCode;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.identity.TokenRepository;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.Templates;

/** Consent page of the authorization endpoint. Sends the author's decision to the client (IndieAuth §5.2). */
final class AuthorizationPage {

    static final String TEMPLATE = "indieauth/consent";

    private static final List<String> PASSED_ON = List.of(
            "response_type",
            "client_id",
            "redirect_uri",
            "state",
            "code_challenge",
            "code_challenge_method",
            "scope",
            "me");

    /** Name of the business event for a decision of the author. */
    private static final String EVENT = "authentication";

    private static final int MAX_DAYS = 3650;

    private final Account account;
    private final TokenRepository tokens;
    private final ClientMetadataFetcher clients;
    private final Templates templates;
    private final Csrf csrf;
    private final Recorder recorder;
    private final Clock clock;

    AuthorizationPage(
            Account account,
            TokenRepository tokens,
            ClientMetadataFetcher clients,
            Templates templates,
            Csrf csrf,
            Recorder recorder,
            Clock clock) {
        this.account = account;
        this.tokens = tokens;
        this.clients = clients;
        this.templates = templates;
        this.csrf = csrf;
        this.recorder = recorder;
        this.clock = clock;
    }

    /**
     * Scope on the consent page.
     *
     * @param name name of the scope
     * @param meaning description of its permissions for the author
     */
    record ScopeChoice(String name, String meaning) {

        static ScopeChoice of(String name) {
            return new ScopeChoice(
                    name,
                    switch (name) {
                        case Scopes.CREATE -> "Write new notes, with pictures";
                        case Scopes.UPDATE -> "Change notes";
                        case Scopes.DELETE -> "Delete notes";
                        case Scopes.UNDELETE -> "Restore deleted notes";
                        case Scopes.MEDIA -> "Upload pictures";
                        case Scopes.PROFILE -> "See your name and picture";
                        case Scopes.EMAIL -> "See your email address (this site does not provide it)";
                        default -> "Unknown to this site: it has no effect here";
                    });
        }
    }

    /**
     * Rejects a request without a valid client_id or redirect_uri before the login. All other errors are reported after
     * it.
     */
    void checkClient(RoutingContext ctx) {
        AuthorizationRequest unused = AuthorizationRequest.of(ctx.queryParams());
        ctx.next();
    }

    void show(RoutingContext ctx) {
        Future.succeededFuture(ctx.queryParams())
                .compose(this::trusted)
                .onSuccess(asked -> show(ctx, asked))
                .onFailure(ctx::fail);
    }

    private void show(RoutingContext ctx, CheckedRequest asked) {
        AuthorizationRequest request = asked.request();
        try {
            request.check();
        } catch (OAuthException e) {
            request.answer(ctx, issuer(), error(e.error(), String.valueOf(e.getMessage())));
            return;
        }
        ctx.response()
                .putHeader("Content-Security-Policy", policy(request))
                .putHeader("X-Frame-Options", "DENY")
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader(HttpHeaders.CONTENT_TYPE, "text/html; charset=utf-8")
                .end(templates.render(TEMPLATE, model(ctx, asked)));
    }

    /** Content security policy of the page. The form's response may redirect to the client and to no other site. */
    private static String policy(AuthorizationRequest request) {
        return "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self';"
                + " form-action 'self' "
                + request.formTarget() + "; frame-ancestors 'none'; base-uri 'none'";
    }

    private Map<String, Object> model(RoutingContext ctx, CheckedRequest asked) {
        AuthorizationRequest request = asked.request();
        Map<String, Object> model = new HashMap<>();
        model.put("title", "Log in to " + request.clientId().getHost());
        model.put("siteName", account.profile().siteName());
        model.put("me", account.profile().me());
        model.put("csrf", csrf.token(ctx));
        model.put("name", asked.client().name());
        model.put("unknown", !asked.client().known());
        model.put("clientId", request.clientId().toString());
        model.put("redirect", request.redirect().toString());
        model.put("elsewhere", !ClientUrlRules.sameOrigin(request.clientId(), request.redirect()));
        model.put(
                "scopes", request.scopes().names().stream().map(ScopeChoice::of).toList());
        model.put("passed", passed(request));
        return model;
    }

    /** Request parameter that the form submits again. */
    record HiddenField(String name, String value) {}

    private static List<HiddenField> passed(AuthorizationRequest request) {
        List<HiddenField> passed = new ArrayList<>();
        for (String name : PASSED_ON) {
            String value = request.values().get(name);
            if (value != null) {
                passed.add(new HiddenField(name, value));
            }
        }
        return passed;
    }

    /** Request whose redirect URI is allowed for its client. */
    private record CheckedRequest(AuthorizationRequest request, ClientMetadata client) {}

    private Future<CheckedRequest> trusted(MultiMap values) {
        AuthorizationRequest request = AuthorizationRequest.of(values);
        if (!account.profile().identifies()) {
            throw new HttpException(
                    400,
                    "This site's address, " + issuer()
                            + ", cannot identify you on other sites: IndieAuth allows neither a port nor an IP address in it."
                            + " Give the site a domain name under Settings, or create a token under Tokens.");
        }
        return clients.find(request.clientId()).map(client -> {
            if (!client.mayReturnTo(request.redirect())) {
                throw new HttpException(
                        400, "The redirect_uri is not one that the app at " + request.clientId() + " lists.");
            }
            return new CheckedRequest(request, client);
        });
    }

    /** Handles the submitted decision. */
    void decide(RoutingContext ctx) {
        MultiMap form = ctx.request().formAttributes();
        Future.succeededFuture(form)
                .compose(this::trusted)
                .compose(asked -> decide(ctx, asked.request(), form))
                .onFailure(ctx::fail);
    }

    private Future<Void> decide(RoutingContext ctx, AuthorizationRequest request, MultiMap form) {
        try {
            request.check();
        } catch (OAuthException e) {
            throw new HttpException(400, String.valueOf(e.getMessage()));
        }
        long start = recorder.now();
        if (!"approve".equals(form.get("decision"))) {
            recorder.business(EVENT, recorder.now() - start, Map.of("result", "denied"));
            request.answer(ctx, issuer(), error("access_denied", "The author denied the request."));
            return Future.succeededFuture();
        }
        String secret = SecretTokens.create();
        Scopes granted = request.scopes().only(form.getAll("granted"));
        AuthorizationCode code = new AuthorizationCode(
                SecretTokens.hash(secret),
                request.clientId().toString(),
                request.redirect().toString(),
                granted,
                request.challenge(),
                days(form.get("days")),
                clock.instant().plus(AuthorizationCode.LIFETIME));
        return tokens.keepCode(code).onSuccess(unused -> {
            recorder.business(
                    EVENT,
                    recorder.now() - start,
                    Map.of("result", "approved", "scopes", granted.names().size()));
            request.answer(ctx, issuer(), Map.of("code", secret));
        });
    }

    private static int days(@Nullable String text) {
        if (text == null) {
            return 0;
        }
        if (!text.matches("[0-9]{1,4}") || Integer.parseInt(text) > MAX_DAYS) {
            throw new HttpException(
                    400, "The number of days must be a whole number from 0 (until you end it) to " + MAX_DAYS + ".");
        }
        return Integer.parseInt(text);
    }

    private static Map<String, String> error(String error, String description) {
        return Map.of("error", error, "error_description", description);
    }

    private String issuer() {
        return account.profile().me();
    }
}
