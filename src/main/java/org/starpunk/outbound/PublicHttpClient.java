package org.starpunk.outbound;

import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.streams.ReadStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * HTTP client for URLs from untrusted sources, protected against server-side request forgery. It resolves the host
 * once, requires every address of it to be public, and connects to exactly that address, so that DNS rebinding has no
 * effect. Each redirect is checked again, at most three are followed, and size and time are limited. A request contains
 * only the headers and body of the call.
 */
public final class PublicHttpClient {

    /** Hosts that end in a number, which browsers parse as IPv4 addresses (WHATWG URL, 3.5). */
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9a-fA-F]*)\\.?");

    private static final int MAX_REDIRECTS = 3;
    private static final int CONNECT_MILLIS = 4000;
    private static final int MAX_CONNECTIONS = 20;

    private final Vertx vertx;
    private final Predicate<InetAddress> allowed;
    private final HttpClient client;

    private PublicHttpClient(Vertx vertx, Predicate<InetAddress> allowed) {
        this.vertx = vertx;
        this.allowed = allowed;
        this.client = vertx.createHttpClient(
                new HttpClientOptions()
                        .setKeepAlive(false)
                        .setConnectTimeout(CONNECT_MILLIS)
                        .setDecompressionSupported(false)
                        .setMaxHeaderSize(32 * 1024)
                        .setName("outbound"),
                new PoolOptions().setHttp1MaxSize(MAX_CONNECTIONS));
    }

    /** Returns a client that connects to public addresses only. */
    public static PublicHttpClient create(Vertx vertx) {
        return new PublicHttpClient(vertx, PublicAddressPolicy::isGlobal);
    }

    /** Returns a client that connects to the addresses that the caller allows, for private networks and tests. */
    public static PublicHttpClient create(Vertx vertx, Predicate<InetAddress> allowed) {
        return new PublicHttpClient(vertx, allowed);
    }

    /** Consumer of a response body. */
    @FunctionalInterface
    public interface BodySink {
        /** Reads the stream, which flows at once. Completes when the whole body is received. */
        Future<Void> receive(ReadStream<Buffer> body);
    }

    /** Sends a request. Fails with {@link OutboundException} or a network error. */
    public Future<OutboundResponse> send(OutboundRequest outboundRequest) {
        return send(outboundRequest, null);
    }

    /**
     * Sends a request and streams the body of a successful response to the sink. The returned response has no body. The
     * sink must limit the size.
     */
    public Future<OutboundResponse> send(OutboundRequest outboundRequest, @Nullable BodySink sink) {
        PinnedHttpExchange[] current = new PinnedHttpExchange[1];
        return Future.succeededFuture(outboundRequest)
                .compose(first -> follow(first, sink, 0, current))
                .timeout(outboundRequest.within().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(unused -> stop(current[0]));
    }

    private static void stop(@Nullable PinnedHttpExchange pinnedHttpExchange) {
        if (pinnedHttpExchange != null) {
            pinnedHttpExchange.cancel();
        }
    }

    private Future<OutboundResponse> follow(
            OutboundRequest outboundRequest, @Nullable BodySink sink, int redirects, PinnedHttpExchange[] current) {
        URI uri = parse(outboundRequest.url());
        return resolve(uri.getHost())
                .compose(address -> {
                    PinnedHttpExchange pinnedHttpExchange =
                            new PinnedHttpExchange(client, outboundRequest, sink, uri, address);
                    current[0] = pinnedHttpExchange;
                    return pinnedHttpExchange.run();
                })
                .compose(outboundResponse -> follow(outboundRequest, sink, outboundResponse, redirects, current));
    }

    private Future<OutboundResponse> follow(
            OutboundRequest outboundRequest,
            @Nullable BodySink sink,
            OutboundResponse outboundResponse,
            int redirects,
            PinnedHttpExchange[] current) {
        String location = outboundResponse.headers().get("Location");
        boolean moved = outboundResponse.status() >= 301
                && outboundResponse.status() <= 308
                && outboundResponse.status() != 304;
        if (!moved || location == null || !outboundRequest.followsRedirects()) {
            return Future.succeededFuture(outboundResponse);
        }
        if (redirects == MAX_REDIRECTS) {
            return Future.failedFuture(new OutboundException("more than " + MAX_REDIRECTS + " redirects"));
        }
        try {
            String target =
                    new URI(outboundResponse.url()).resolve(new URI(location)).toString();
            return follow(outboundRequest.at(target), sink, redirects + 1, current);
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Future.failedFuture(new OutboundException("a redirect to an invalid URL"));
        }
    }

    private static URI parse(String url) {
        try {
            URI uri = new URI(url);
            String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
            if (!scheme.equals("http") && !scheme.equals("https")) {
                throw new OutboundException("neither http nor https");
            }
            if (uri.getHost() == null || uri.getRawUserInfo() != null) {
                throw new OutboundException("the URL has no host, or contains a user");
            }
            if (NUMERIC.matcher(uri.getHost()).matches() && !isCanonical(uri.getHost())) {
                throw new OutboundException("an ambiguous IPv4 address");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new OutboundException("not a URL");
        }
    }

    /**
     * Returns whether a host is an IPv4 address of four decimal numbers without leading zeros. Parsers disagree on
     * octal, hexadecimal and shortened forms.
     */
    private static boolean isCanonical(String host) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        return address != null && address.getHostAddress().equals(host);
    }

    /** Resolves a host. Fails if any of its addresses is not allowed. */
    private Future<InetAddress> resolve(String host) {
        return vertx.executeBlocking(() -> lookUp(host), false).map(addresses -> {
            if (!addresses.stream().allMatch(allowed)) {
                throw new OutboundException("the address is not public");
            }
            return addresses.get(0);
        });
    }

    /** Returns the addresses of a host, IPv4 first. */
    private static List<InetAddress> lookUp(String host) {
        try {
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return Arrays.stream(InetAddress.getAllByName(bare))
                    .sorted(Comparator.comparing(address -> address.getAddress().length))
                    .toList();
        } catch (UnknownHostException e) {
            throw new OutboundException("the host name does not resolve");
        }
    }
}
