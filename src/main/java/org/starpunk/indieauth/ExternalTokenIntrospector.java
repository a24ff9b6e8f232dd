package org.starpunk.indieauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.IndieAuthProviderSettings;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.SecretTokens;
import org.starpunk.identity.Token;
import org.starpunk.outbound.OutboundRequest;
import org.starpunk.outbound.OutboundResponse;
import org.starpunk.outbound.PublicHttpClient;

/**
 * Introspects tokens of other issuers at the IndieAuth provider that the author's profile URL names (IndieAuth §6).
 * Caches results for one minute by the token's hash, and the endpoint for ten minutes. One instance per event loop.
 */
public final class ExternalTokenIntrospector {

    private static final Logger LOG = LoggerFactory.getLogger(ExternalTokenIntrospector.class);
    private static final Duration ANSWER_KEPT = Duration.ofMinutes(1);
    private static final Duration ENDPOINT_KEPT = Duration.ofMinutes(10);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_TOKEN = 4096;

    /** Maximum number of concurrent introspections, because a client can send any number of invented tokens. */
    private static final int MAX_CONCURRENT = 4;

    private final URI profile;
    private final @Nullable String secret;
    private final PublicHttpClient httpClient;
    private final InstantSource clock;
    private final Cache<String, Future<Optional<Token>>> answers = Caffeine.newBuilder()
            .expireAfterWrite(ANSWER_KEPT)
            .maximumSize(1000)
            .build();
    private final Cache<URI, Future<String>> endpoint =
            Caffeine.newBuilder().expireAfterWrite(ENDPOINT_KEPT).build();
    private int asking;

    private ExternalTokenIntrospector(
            URI profile, @Nullable String secret, PublicHttpClient httpClient, InstantSource clock) {
        this.profile = profile;
        this.secret = secret;
        this.httpClient = httpClient;
        this.clock = clock;
    }

    /** Returns the provider, if one is configured. */
    public static Optional<ExternalTokenIntrospector> of(
            IndieAuthProviderSettings settings, PublicHttpClient httpClient, InstantSource clock) {
        String profile = settings.profile();
        return profile == null
                ? Optional.empty()
                : ClientUrlRules.profile(profile)
                        .map(url -> new ExternalTokenIntrospector(url, settings.secret(), httpClient, clock));
    }

    /**
     * Introspects a token; returns empty if the provider does not recognise it as the author's. Fails with 503 if the
     * provider is unavailable.
     */
    Future<Optional<Token>> find(String token) {
        if (token.isEmpty() || token.length() > MAX_TOKEN || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            return Future.succeededFuture(Optional.empty());
        }
        String hash = SecretTokens.hash(token);
        Future<Optional<Token>> known = answers.getIfPresent(hash);
        if (known == null) {
            if (asking == MAX_CONCURRENT) {
                return Future.failedFuture(BearerException.unavailable());
            }
            known = introspect(token);
            answers.put(hash, known);
            // After the put, because a future that has failed already calls its handler at once.
            known.onFailure(unused -> answers.invalidate(hash));
        }
        return known.map(found -> found.filter(this::isGood));
    }

    private boolean isGood(Token token) {
        Instant expires = token.expires();
        return expires == null || expires.isAfter(clock.instant());
    }

    private Future<Optional<Token>> introspect(String token) {
        asking++;
        return endpoint()
                .compose(url -> introspect(url, token))
                .map(this::read)
                .eventually(() -> {
                    asking--;
                    return Future.succeededFuture();
                })
                .recover(error -> {
                    LOG.warn("cannot introspect a token at the provider of {}: {}", profile, error.getMessage());
                    return Future.failedFuture(BearerException.unavailable());
                });
    }

    private Future<OutboundResponse> introspect(String url, String token) {
        String shown = secret == null ? token : secret;
        OutboundRequest outboundRequest = OutboundRequest.post(
                        url,
                        "application/x-www-form-urlencoded",
                        Buffer.buffer("token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)),
                        Map.of("Accept", "application/json", "Authorization", "Bearer " + shown))
                .limits(MAX_BYTES, TIMEOUT);
        return httpClient.send(outboundRequest);
    }

    /**
     * Returns the token in the response. If the token authorized its own introspection, a 401 means that the provider
     * does not recognise it.
     */
    private Optional<Token> read(OutboundResponse outboundResponse) {
        if (outboundResponse.status() == 401 && secret == null) {
            return Optional.empty();
        }
        JsonObject answer = json(outboundResponse);
        if (!Boolean.TRUE.equals(answer.getValue("active"))) {
            return Optional.empty();
        }
        if (!(answer.getValue("me") instanceof String me)
                || !ClientUrlRules.profile(me).equals(Optional.of(profile))) {
            LOG.warn("a request sent a token that does not belong to {}", profile);
            return Optional.empty();
        }
        String client = answer.getValue("client_id") instanceof String id ? id : "";
        String scope = answer.getValue("scope") instanceof String names ? names : "";
        Instant expires =
                answer.getValue("exp") instanceof Number seconds ? Instant.ofEpochSecond(seconds.longValue()) : null;
        return Optional.of(new Token(0, client, Scopes.parse(scope), clock.instant(), expires, null));
    }

    private static JsonObject json(OutboundResponse outboundResponse) {
        if (!outboundResponse.ok()) {
            throw new IllegalStateException("status " + outboundResponse.status() + " from " + outboundResponse.url());
        }
        try {
            return outboundResponse.body().toJsonObject();
        } catch (DecodeException | ClassCastException e) {
            throw new IllegalStateException("no JSON object from " + outboundResponse.url(), e);
        }
    }

    private Future<String> endpoint() {
        Future<String> known = endpoint.getIfPresent(profile);
        if (known == null) {
            known = discover();
            endpoint.put(profile, known);
            known.onFailure(unused -> endpoint.invalidateAll());
        }
        return known;
    }

    /** Discovers the endpoint: profile page, then provider metadata, then introspection endpoint (§4.1). */
    private Future<String> discover() {
        return get(profile.toString(), "text/html")
                .map(outboundResponse -> LinkRelDiscovery.find(outboundResponse, "indieauth-metadata")
                        .orElseThrow(
                                () -> new IllegalStateException("the page has no link with rel=indieauth-metadata")))
                .compose(url -> get(url, "application/json"))
                .map(ExternalTokenIntrospector::json)
                .map(metadata -> {
                    if (metadata.getValue("introspection_endpoint") instanceof String url) {
                        return url;
                    }
                    throw new IllegalStateException("the provider has no introspection_endpoint");
                });
    }

    private Future<OutboundResponse> get(String url, String accept) {
        return httpClient
                .send(OutboundRequest.get(url, accept).limits(OutboundRequest.MAX_BYTES, TIMEOUT))
                .map(outboundResponse -> {
                    if (!outboundResponse.ok()) {
                        throw new IllegalStateException(
                                "status " + outboundResponse.status() + " from " + outboundResponse.url());
                    }
                    return outboundResponse;
                });
    }
}
