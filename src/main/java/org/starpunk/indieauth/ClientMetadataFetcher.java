package org.starpunk.indieauth;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Stream;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.note.Excerpt;
import org.starpunk.outbound.OutboundRequest;
import org.starpunk.outbound.OutboundResponse;
import org.starpunk.outbound.PublicHttpClient;

/**
 * Fetches client metadata (IndieAuth §4.2): JSON, or a page with an {@code h-app}. If the fetch fails or is redirected
 * to another origin, only the client's URL is used. Results are cached for ten minutes.
 */
public final class ClientMetadataFetcher {

    private static final Logger LOG = LoggerFactory.getLogger(ClientMetadataFetcher.class);
    private static final Duration CACHE_DURATION = Duration.ofMinutes(10);
    /** Maximum size of a response, in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_NAME = 100;
    private static final int MAX_REDIRECTS = 50;

    private final Vertx vertx;
    private final PublicHttpClient httpClient;
    private final Cache<URI, ClientMetadata> cache = Caffeine.newBuilder()
            .expireAfterWrite(CACHE_DURATION)
            .maximumSize(200)
            .build();

    public ClientMetadataFetcher(Vertx vertx, PublicHttpClient httpClient) {
        this.vertx = vertx;
        this.httpClient = httpClient;
    }

    Future<ClientMetadata> find(URI id) {
        ClientMetadata known = cache.getIfPresent(id);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        if (ClientUrlRules.isLoopback(id)) {
            return Future.succeededFuture(ClientMetadata.unknown(id));
        }
        OutboundRequest outboundRequest = OutboundRequest.get(id.toString(), "application/json, text/html;q=0.9")
                .limits(MAX_BYTES, OutboundRequest.WITHIN);
        return httpClient
                .send(outboundRequest)
                .compose(outboundResponse -> parse(id, outboundResponse))
                .recover(error -> {
                    LOG.info("cannot fetch the metadata of the client {}: {}", id, error.getMessage());
                    return Future.succeededFuture(ClientMetadata.unknown(id));
                })
                .onSuccess(client -> cache.put(id, client));
    }

    /** Parses on a worker thread, because the content is untrusted. */
    Future<ClientMetadata> parse(URI id, OutboundResponse outboundResponse) {
        return vertx.executeBlocking(() -> read(id, outboundResponse), false);
    }

    /** Ignores the page if a redirect led to another origin, because the client may have an open redirect. */
    static ClientMetadata read(URI id, OutboundResponse outboundResponse) {
        if (!outboundResponse.ok() || !ClientUrlRules.sameOrigin(id, URI.create(outboundResponse.url()))) {
            return ClientMetadata.unknown(id);
        }
        return outboundResponse.mediaType().equals("application/json")
                ? json(id, outboundResponse)
                : html(id, outboundResponse);
    }

    /** Ignores JSON whose {@code client_id} differs from the URL it was fetched from. */
    private static ClientMetadata json(URI id, OutboundResponse outboundResponse) {
        try {
            JsonObject metadata = outboundResponse.body().toJsonObject();
            if (!id.toString().equals(metadata.getValue("client_id"))) {
                return ClientMetadata.unknown(id);
            }
            Set<String> redirects = new HashSet<>();
            if (metadata.getValue("redirect_uris") instanceof JsonArray list) {
                list.stream().limit(MAX_REDIRECTS).forEach(value -> redirects.add(String.valueOf(value)));
            }
            return new ClientMetadata(
                    id, name(metadata.getValue("client_name") instanceof String name ? name : ""), redirects, true);
        } catch (DecodeException | ClassCastException e) {
            return ClientMetadata.unknown(id);
        }
    }

    private static ClientMetadata html(URI id, OutboundResponse outboundResponse) {
        Document document = Jsoup.parse(outboundResponse.body().toString(), outboundResponse.url());
        Set<String> redirects = new HashSet<>();
        Stream.concat(
                        LinkRelDiscovery.inHeader(outboundResponse, "redirect_uri"),
                        LinkRelDiscovery.inPage(outboundResponse, "redirect_uri"))
                .limit(MAX_REDIRECTS)
                .forEach(redirects::add);
        Element app = document.selectFirst(".h-app, .h-x-app");
        Element name = app == null ? null : app.selectFirst(".p-name");
        String text = name != null ? name.text() : app != null ? app.text() : document.title();
        return new ClientMetadata(id, name(text), redirects, true);
    }

    private static String name(String text) {
        return Excerpt.ofText(text.strip(), MAX_NAME);
    }
}
