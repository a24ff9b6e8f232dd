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
import org.starpunk.config.ProviderSettings;
import org.starpunk.identity.Scopes;
import org.starpunk.identity.Secret;
import org.starpunk.identity.Token;
import org.starpunk.outbound.Call;
import org.starpunk.outbound.Outbound;
import org.starpunk.outbound.Page;

/**
 * Introspects tokens of other issuers at the IndieAuth provider that the author's profile URL names (IndieAuth §6).
 * Caches results for one minute by the token's hash, and the endpoint for ten minutes. One instance per event loop.
 */
public final class OutsideProvider {

    private static final Logger LOG = LoggerFactory.getLogger(OutsideProvider.class);
    private static final Duration ANSWER_KEPT = Duration.ofMinutes(1);
    private static final Duration ENDPOINT_KEPT = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int MAX_BYTES = 64 * 1024;
    private static final int MAX_TOKEN = 4096;

    /** Maximum number of concurrent introspections, because clients can invent any number of tokens. */
    private static final int MOST_AT_ONCE = 4;

    private final URI profile;
    private final @Nullable String secret;
    private final Outbound outbound;
    private final InstantSource clock;
    private final Cache<String, Future<Optional<Token>>> answers = Caffeine.newBuilder()
            .expireAfterWrite(ANSWER_KEPT)
            .maximumSize(1000)
            .build();
    private final Cache<URI, Future<String>> endpoint =
            Caffeine.newBuilder().expireAfterWrite(ENDPOINT_KEPT).build();
    private int asking;

    private OutsideProvider(URI profile, @Nullable String secret, Outbound outbound, InstantSource clock) {
        this.profile = profile;
        this.secret = secret;
        this.outbound = outbound;
        this.clock = clock;
    }

    /** Returns the provider, if one is configured. */
    public static Optional<OutsideProvider> of(ProviderSettings settings, Outbound outbound, InstantSource clock) {
        String profile = settings.profile();
        return profile == null
                ? Optional.empty()
                : ClientUrl.profile(profile).map(url -> new OutsideProvider(url, settings.secret(), outbound, clock));
    }

    /**
     * Returns the token with a secret; empty if the provider does not recognise it as the author's. Fails with 503 if
     * the provider is unavailable.
     */
    Future<Optional<Token>> find(String token) {
        if (token.isEmpty() || token.length() > MAX_TOKEN || token.chars().anyMatch(c -> c <= ' ' || c > '~')) {
            return Future.succeededFuture(Optional.empty());
        }
        String hash = Secret.hash(token);
        Future<Optional<Token>> known = answers.getIfPresent(hash);
        if (known == null) {
            if (asking == MOST_AT_ONCE) {
                return Future.failedFuture(BearerException.unavailable());
            }
            known = ask(token).onFailure(error -> answers.invalidate(hash));
            answers.put(hash, known);
        }
        return known.map(found -> found.filter(this::isGood));
    }

    private boolean isGood(Token token) {
        Instant expires = token.expires();
        return expires == null || expires.isAfter(clock.instant());
    }

    private Future<Optional<Token>> ask(String token) {
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

    private Future<Page> introspect(String url, String token) {
        String shown = secret == null ? token : secret;
        Call call = Call.post(
                        url,
                        "application/x-www-form-urlencoded",
                        Buffer.buffer("token=" + URLEncoder.encode(token, StandardCharsets.UTF_8)),
                        Map.of("Accept", "application/json", "Authorization", "Bearer " + shown))
                .limits(MAX_BYTES, PATIENCE);
        return outbound.send(call);
    }

    /** A 401 for the token as its own authorization means that the provider does not recognise the token. */
    private Optional<Token> read(Page page) {
        if (page.status() == 401 && secret == null) {
            return Optional.empty();
        }
        JsonObject answer = json(page);
        if (!Boolean.TRUE.equals(answer.getValue("active"))) {
            return Optional.empty();
        }
        if (!(answer.getValue("me") instanceof String me)
                || !ClientUrl.profile(me).equals(Optional.of(profile))) {
            LOG.warn("a request sent a token that does not belong to {}", profile);
            return Optional.empty();
        }
        String client = answer.getValue("client_id") instanceof String id ? id : "";
        String scope = answer.getValue("scope") instanceof String names ? names : "";
        Instant expires =
                answer.getValue("exp") instanceof Number seconds ? Instant.ofEpochSecond(seconds.longValue()) : null;
        return Optional.of(new Token(0, client, Scopes.parse(scope), clock.instant(), expires, null));
    }

    private static JsonObject json(Page page) {
        if (!page.ok()) {
            throw new IllegalStateException("status " + page.status() + " from " + page.url());
        }
        try {
            return page.body().toJsonObject();
        } catch (DecodeException | ClassCastException e) {
            throw new IllegalStateException("no JSON object from " + page.url(), e);
        }
    }

    private Future<String> endpoint() {
        Future<String> known = endpoint.getIfPresent(profile);
        if (known == null) {
            known = discover().onFailure(error -> endpoint.invalidateAll());
            endpoint.put(profile, known);
        }
        return known;
    }

    /** Discovers the endpoint: profile page, provider metadata, introspection endpoint (§4.1). */
    private Future<String> discover() {
        return get(profile.toString(), "text/html")
                .map(page -> Rel.find(page, "indieauth-metadata")
                        .orElseThrow(
                                () -> new IllegalStateException("the page has no link with rel=indieauth-metadata")))
                .compose(url -> get(url, "application/json"))
                .map(OutsideProvider::json)
                .map(metadata -> {
                    if (metadata.getValue("introspection_endpoint") instanceof String url) {
                        return url;
                    }
                    throw new IllegalStateException("the provider has no introspection_endpoint");
                });
    }

    private Future<Page> get(String url, String accept) {
        return outbound.send(Call.get(url, accept).limits(Call.MAX_BYTES, PATIENCE))
                .map(page -> {
                    if (!page.ok()) {
                        throw new IllegalStateException("status " + page.status() + " from " + page.url());
                    }
                    return page;
                });
    }
}
