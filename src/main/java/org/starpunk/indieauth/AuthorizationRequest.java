package org.starpunk.indieauth;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.starpunk.identity.Pkce;
import org.starpunk.identity.Scopes;

/**
 * Authorization request (IndieAuth §5.2) with a valid client id and redirect URI. {@link #check()} validates the other
 * parameters, because its errors are sent to that redirect URI.
 *
 * @param clientId canonical URL of the client
 * @param redirect redirect URI for the response
 * @param values all parameters
 */
record AuthorizationRequest(URI clientId, URI redirect, MultiMap values) {

    /**
     * Parses the two parameters that every response needs.
     *
     * @throws HttpException 400 with an error page; the browser is not redirected
     */
    static AuthorizationRequest of(MultiMap values) {
        try {
            OAuthParameters parameters = new OAuthParameters(values);
            URI client = ClientUrlRules.clientId(parameters.require("client_id"))
                    .orElseThrow(() -> new HttpException(400, "The client_id is not a valid URL of a client."));
            URI redirect = ClientUrlRules.redirect(parameters.require("redirect_uri"))
                    .orElseThrow(() ->
                            new HttpException(400, "The redirect_uri is not a valid URL for the response to the app."));
            return new AuthorizationRequest(client, redirect, values);
        } catch (OAuthException e) {
            throw new HttpException(400, "The app that sent you here sent an invalid request: " + e.getMessage());
        }
    }

    private String get(String name) {
        return new OAuthParameters(values).get(name);
    }

    /**
     * Validates the other parameters.
     *
     * @throws OAuthException with the error code for the client
     */
    void check() {
        String type = get("response_type");
        // Clients older than 2020 send "id".
        if (!type.equals("code") && !type.equals("id")) {
            throw type.isEmpty()
                    ? OAuthException.invalidRequest("response_type is missing.")
                    : new OAuthException("unsupported_response_type", "response_type must be code.");
        }
        if (get("state").isEmpty()) {
            throw OAuthException.invalidRequest(
                    "state is missing: without it the app cannot distinguish its own request from a forged one.");
        }
        get("me");
        if (!get("code_challenge_method").equals(Pkce.METHOD) || !Pkce.isChallenge(challenge())) {
            throw OAuthException.invalidRequest("A code_challenge with code_challenge_method=S256 is required.");
        }
        if (!Scopes.valid(get("scope"))) {
            throw new OAuthException("invalid_scope", "scope has characters that are not allowed in a scope.");
        }
    }

    Scopes scopes() {
        return Scopes.parse(get("scope")).without(Scopes.METRICS); // only the command line grants this scope
    }

    String challenge() {
        return get("code_challenge");
    }

    /** Redirects the browser to the client with the given parameters, {@code state} and {@code iss} (RFC 9207). */
    void answer(RoutingContext ctx, String issuer, Map<String, String> answer) {
        StringBuilder url = new StringBuilder(redirect.toString());
        char separator = redirect.getRawQuery() == null ? '?' : '&';
        for (Map.Entry<String, String> parameter : answer.entrySet()) {
            url.append(separator).append(parameter.getKey()).append('=').append(encode(parameter.getValue()));
            separator = '&';
        }
        String state = values.get("state");
        if (state != null && !state.isEmpty()) {
            url.append("&state=").append(encode(state));
        }
        url.append("&iss=").append(encode(issuer));
        ctx.response()
                .setStatusCode(302)
                .putHeader(HttpHeaders.LOCATION, url)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end();
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** Returns the {@code form-action} source that permits the redirect to the client. */
    String formTarget() {
        return redirect.getHost() == null ? redirect.getScheme() + ":" : ClientUrlRules.origin(redirect);
    }
}
