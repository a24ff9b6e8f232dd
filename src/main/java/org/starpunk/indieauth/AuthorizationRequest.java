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
 * A client's request to be let in (IndieAuth §5.2), as far as it names itself and a place to go back to; the rest is checked by
 * {@link #check()}, because only then there is someone to tell.
 *
 * @param clientId the client's canonical URL
 * @param redirect where the answer goes
 * @param values all parameters
 */
record AuthorizationRequest(URI clientId, URI redirect, MultiMap values) {

    /**
     * Reads the two parameters without which nobody can be answered.
     *
     * @throws HttpException 400, for a page: the browser is sent nowhere
     */
    static AuthorizationRequest of(MultiMap values) {
        try {
            Params params = new Params(values);
            URI client = ClientUrl.clientId(params.require("client_id"))
                    .orElseThrow(() -> new HttpException(400, "The client_id is not a URL that can name a client."));
            URI redirect = ClientUrl.redirect(params.require("redirect_uri"))
                    .orElseThrow(() -> new HttpException(400, "The redirect_uri is not a URL to go back to."));
            return new AuthorizationRequest(client, redirect, values);
        } catch (OAuthException e) {
            throw new HttpException(400, "The app that sent you here made a mistake: " + e.getMessage());
        }
    }

    private String get(String name) {
        return new Params(values).get(name);
    }

    /** Checks everything else. @throws OAuthException for the client */
    void check() {
        String type = get("response_type");
        if (!type.equals("code") && !type.equals("id")) { // "id" is what clients of before 2020 say
            throw type.isEmpty()
                    ? OAuthException.invalidRequest("response_type is missing.")
                    : new OAuthException("unsupported_response_type", "response_type is code.");
        }
        get("state");
        get("me");
        if (!get("code_challenge_method").equals(Pkce.METHOD) || !Pkce.isChallenge(challenge())) {
            throw OAuthException.invalidRequest("A code_challenge with code_challenge_method=S256 is required.");
        }
        if (!Scopes.valid(get("scope"))) {
            throw new OAuthException("invalid_scope", "scope has characters that no scope has.");
        }
    }

    Scopes scopes() {
        return Scopes.parse(get("scope"));
    }

    String challenge() {
        return get("code_challenge");
    }

    /** Sends the browser back to the client with these parameters, {@code state} and {@code iss} (RFC 9207). */
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

    /** What a page's {@code form-action} has to allow, so that the browser may follow the answer to the client. */
    String formTarget() {
        return redirect.getHost() == null ? redirect.getScheme() + ":" : ClientUrl.origin(redirect);
    }
}
