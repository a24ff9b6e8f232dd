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
import org.starpunk.outbound.Call;
import org.starpunk.outbound.Outbound;
import org.starpunk.outbound.Page;

/**
 * Fetches client metadata (IndieAuth §4.2): JSON, or a page with an {@code h-app}. If the fetch fails or is redirected
 * to another origin, only the client's URL is used. Results are cached for ten minutes.
 */
public final class Clients {

    private static final Logger LOG = LoggerFactory.getLogger(Clients.class);
    private static final Duration KEPT = Duration.ofMinutes(10);
    /** Maximum size of a response, in bytes. */
    static final int MAX_BYTES = 64 * 1024;

    private static final int MAX_NAME = 100;
    private static final int MAX_REDIRECTS = 50;

    private final Vertx vertx;
    private final Outbound outbound;
    private final Cache<URI, Client> seen =
            Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(200).build();

    public Clients(Vertx vertx, Outbound outbound) {
        this.vertx = vertx;
        this.outbound = outbound;
    }

    Future<Client> find(URI id) {
        Client known = seen.getIfPresent(id);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        if (ClientUrl.isLoopback(id)) {
            return Future.succeededFuture(Client.unknown(id));
        }
        Call call = Call.get(id.toString(), "application/json, text/html;q=0.9").limits(MAX_BYTES, Call.WITHIN);
        return outbound.send(call)
                .compose(page -> parse(id, page))
                .recover(error -> {
                    LOG.info("cannot fetch the metadata of the client {}: {}", id, error.getMessage());
                    return Future.succeededFuture(Client.unknown(id));
                })
                .onSuccess(client -> seen.put(id, client));
    }

    /** Parses on a worker thread, because the content is untrusted. */
    Future<Client> parse(URI id, Page page) {
        return vertx.executeBlocking(() -> read(id, page), false);
    }

    /** Ignores the page if a redirect led to another origin, because the client may have an open redirect. */
    static Client read(URI id, Page page) {
        if (!page.ok() || !ClientUrl.sameOrigin(id, URI.create(page.url()))) {
            return Client.unknown(id);
        }
        return page.mediaType().equals("application/json") ? json(id, page) : html(id, page);
    }

    /** Ignores JSON whose {@code client_id} differs from the URL it was fetched from. */
    private static Client json(URI id, Page page) {
        try {
            JsonObject metadata = page.body().toJsonObject();
            if (!id.toString().equals(metadata.getValue("client_id"))) {
                return Client.unknown(id);
            }
            Set<String> redirects = new HashSet<>();
            if (metadata.getValue("redirect_uris") instanceof JsonArray list) {
                list.stream().limit(MAX_REDIRECTS).forEach(value -> redirects.add(String.valueOf(value)));
            }
            return new Client(
                    id, name(metadata.getValue("client_name") instanceof String name ? name : ""), redirects, true);
        } catch (DecodeException | ClassCastException e) {
            return Client.unknown(id);
        }
    }

    private static Client html(URI id, Page page) {
        Document document = Jsoup.parse(page.body().toString(), page.url());
        Set<String> redirects = new HashSet<>();
        Stream.concat(Rel.inHeader(page, "redirect_uri"), Rel.inPage(page, "redirect_uri"))
                .limit(MAX_REDIRECTS)
                .forEach(redirects::add);
        Element app = document.selectFirst(".h-app, .h-x-app");
        Element name = app == null ? null : app.selectFirst(".p-name");
        String text = name != null ? name.text() : app != null ? app.text() : document.title();
        return new Client(id, name(text), redirects, true);
    }

    private static String name(String text) {
        String name = text.strip();
        return name.length() <= MAX_NAME ? name : name.substring(0, MAX_NAME) + "…";
    }
}
