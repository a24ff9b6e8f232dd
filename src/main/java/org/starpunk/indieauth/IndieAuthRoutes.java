package org.starpunk.indieauth;

import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Route;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Clock;
import java.util.List;
import org.starpunk.admin.AdminAuthHandler;
import org.starpunk.admin.Csrf;
import org.starpunk.identity.Account;
import org.starpunk.identity.Pkce;
import org.starpunk.identity.Profile;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.TokenRepository;
import org.starpunk.telemetry.Recorder;
import org.starpunk.view.Templates;

/**
 * Routes of the built-in IndieAuth provider (IndieAuth Living Standard, 11 July 2024) and of the page of issued tokens.
 */
public final class IndieAuthRoutes {

    /** Path of the server metadata. Pages link it as {@code rel=indieauth-metadata}. */
    public static final String METADATA = "/.well-known/oauth-authorization-server";

    /** Path of the authorization endpoint. */
    public static final String AUTH = "/auth";

    /** Path of the token endpoint. */
    public static final String TOKEN = "/auth/token";

    /** Path of the introspection endpoint. */
    public static final String INTROSPECT = "/auth/introspect";

    /** Path of the revocation endpoint. */
    public static final String REVOKE = "/auth/revoke";

    private static final String CONSENT = "/auth/consent";
    private static final int MAX_FORM = 64 * 1024;

    private final Account account;
    private final AdminAuthHandler authHandler;
    private final Csrf csrf;
    private final AuthorizationPage authorization;
    private final TokenEndpoint endpoint;
    private final TokensPage page;
    private final BodyHandler form = BodyHandler.create(false).setBodyLimit(MAX_FORM);

    /**
     * @param templates templates, after {@link #load}
     * @param clients fetches client metadata
     */
    public IndieAuthRoutes(
            Account account,
            TokenRepository tokens,
            ClientMetadataFetcher clients,
            AdminAuthHandler authHandler,
            Csrf csrf,
            Templates templates,
            Recorder recorder,
            Clock clock) {
        this.account = account;
        this.authHandler = authHandler;
        this.csrf = csrf;
        this.authorization = new AuthorizationPage(account, tokens, clients, templates, csrf, recorder, clock);
        this.endpoint = new TokenEndpoint(account, tokens, new BearerAuthenticator(tokens, clock), clock);
        this.page = new TokensPage(account, tokens, templates, csrf, clock);
    }

    /** Compiles the templates. Blocks, so call it at startup. */
    public static Templates load(Templates templates) {
        return templates.load(AuthorizationPage.TEMPLATE, TokensPage.TEMPLATE);
    }

    public void mount(Router router) {
        get(router, METADATA).handler(this::metadata);
        get(router, AUTH)
                .handler(authorization::checkClient)
                .handler(authHandler)
                .handler(authorization::show);
        author(router, CONSENT).handler(authorization::decide);
        router.post(AUTH).handler(ctx -> form.handle(ctx)).handler(endpoint::identify);
        router.post(TOKEN).handler(ctx -> form.handle(ctx)).handler(endpoint::token);
        get(router, TOKEN).handler(endpoint::verify);
        router.post(INTROSPECT).handler(ctx -> form.handle(ctx)).handler(endpoint::introspect);
        router.post(REVOKE).handler(ctx -> form.handle(ctx)).handler(endpoint::revoke);
        get(router, TokensPage.PATH).handler(authHandler).handler(page::show);
        author(router, TokensPage.PATH)
                .handler(authHandler.requireRecentLogin(TokensPage.PATH))
                .handler(page::create);
        author(router, TokensPage.PATH + "/revoke").handler(page::revoke);
    }

    /**
     * Returns whether clients send this request, so that its errors are JSON (RFC 6749 §5.2). Browsers send all others.
     */
    public static boolean isForApps(HttpMethod method, String path) {
        return switch (path) {
            case TOKEN, INTROSPECT, REVOKE -> true;
            case AUTH -> method.equals(HttpMethod.POST);
            default -> false;
        };
    }

    private static Route get(Router router, String path) {
        return router.route(path).method(HttpMethod.GET).method(HttpMethod.HEAD);
    }

    /** Returns a route for a form that only the logged-in author can submit, from a page of this site. */
    private Route author(Router router, String path) {
        return router.post(path)
                .handler(authHandler)
                .handler(csrf::checkOrigin)
                .handler(ctx -> form.handle(ctx))
                .handler(csrf::checkToken);
    }

    private void metadata(RoutingContext ctx) {
        Profile profile = account.profile();
        ctx.response().putHeader(HttpHeaders.CACHE_CONTROL, "public, max-age=300");
        ctx.json(new JsonObject()
                .put("issuer", profile.me())
                .put("authorization_endpoint", profile.absolute(AUTH))
                .put("token_endpoint", profile.absolute(TOKEN))
                .put("introspection_endpoint", profile.absolute(INTROSPECT))
                .put("token_endpoint_auth_methods_supported", list("none"))
                .put("revocation_endpoint", profile.absolute(REVOKE))
                .put("revocation_endpoint_auth_methods_supported", list("none"))
                .put("introspection_endpoint_auth_methods_supported", list("Bearer"))
                .put(
                        "scopes_supported",
                        new JsonArray().addAll(new JsonArray(Scopes.MICROPUB)).add(Scopes.PROFILE))
                .put("response_types_supported", list("code"))
                .put("grant_types_supported", list("authorization_code"))
                .put("code_challenge_methods_supported", list(Pkce.METHOD))
                .put("authorization_response_iss_parameter_supported", true));
    }

    private static JsonArray list(String value) {
        return new JsonArray(List.of(value));
    }
}
