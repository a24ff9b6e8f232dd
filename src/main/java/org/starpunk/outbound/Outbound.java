package org.starpunk.outbound;

import io.netty.util.NetUtil;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.PoolOptions;
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
 * Fetches from URLs that strangers have named. The host is looked up once, every address of it has to be one of the open
 * internet, and the connection goes to that very address: a name cannot change its meaning in between. Each redirect is judged
 * again, and at most three are followed; bytes and time are bounded. Nothing is sent but what the call says.
 */
public final class Outbound {

    /** What ends in a number is taken for an IPv4 address, as browsers do (WHATWG URL, 3.5). */
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?([0-9]+|0[xX][0-9a-fA-F]*)\\.?");

    private static final int MAX_REDIRECTS = 3;
    private static final int CONNECT_MILLIS = 4000;
    private static final int MAX_CONNECTIONS = 20;

    private final Vertx vertx;
    private final Predicate<InetAddress> allowed;
    private final HttpClient client;

    private Outbound(Vertx vertx, Predicate<InetAddress> allowed) {
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

    /** A client that reaches the open internet only. */
    public static Outbound create(Vertx vertx) {
        return new Outbound(vertx, GlobalAddress::isGlobal);
    }

    /** A client that reaches what the caller allows: for a network of one's own, and for tests. */
    public static Outbound create(Vertx vertx, Predicate<InetAddress> allowed) {
        return new Outbound(vertx, allowed);
    }

    /** Does a call. Fails with {@link OutboundException}, or with what the network failed with. */
    public Future<Page> send(Call call) {
        Attempt[] current = new Attempt[1];
        return Future.succeededFuture(call)
                .compose(first -> follow(first, 0, current))
                .timeout(call.within().toMillis(), TimeUnit.MILLISECONDS)
                .onFailure(error -> stop(current[0]));
    }

    private static void stop(@Nullable Attempt attempt) {
        if (attempt != null) {
            attempt.cancel();
        }
    }

    private Future<Page> follow(Call call, int redirects, Attempt[] current) {
        URI uri = parse(call.url());
        return resolve(uri.getHost())
                .compose(address -> {
                    Attempt attempt = new Attempt(client, call, uri, address);
                    current[0] = attempt;
                    return attempt.run();
                })
                .compose(page -> next(call, page, redirects, current));
    }

    private Future<Page> next(Call call, Page page, int redirects, Attempt[] current) {
        String location = page.headers().get("Location");
        boolean moved = page.status() >= 301 && page.status() <= 308 && page.status() != 304;
        if (!moved || location == null || !call.followsRedirects()) {
            return Future.succeededFuture(page);
        }
        if (redirects == MAX_REDIRECTS) {
            return Future.failedFuture(new OutboundException("more than " + MAX_REDIRECTS + " redirects"));
        }
        try {
            String target = new URI(page.url()).resolve(new URI(location)).toString();
            return follow(call.at(target), redirects + 1, current);
        } catch (URISyntaxException | IllegalArgumentException e) {
            return Future.failedFuture(new OutboundException("a redirect to what is no URL"));
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
                throw new OutboundException("no host, or a user in the URL");
            }
            if (NUMERIC.matcher(uri.getHost()).matches() && !isCanonical(uri.getHost())) {
                throw new OutboundException("an address that can be read in two ways");
            }
            return uri;
        } catch (URISyntaxException e) {
            throw new OutboundException("not a URL");
        }
    }

    /** Four decimal numbers without leading zeros. Octal, hexadecimal and shortened forms mean different hosts to different readers. */
    private static boolean isCanonical(String host) {
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(host);
        return address != null && address.getHostAddress().equals(host);
    }

    /** Looks a name up: if any of its addresses is not allowed, none is used. */
    private Future<InetAddress> resolve(String host) {
        return vertx.executeBlocking(() -> lookUp(host), false).map(addresses -> {
            if (!addresses.stream().allMatch(allowed)) {
                throw new OutboundException("an address that is not of the open internet");
            }
            return addresses.get(0);
        });
    }

    /** The addresses, those of IPv4 first. */
    private static List<InetAddress> lookUp(String host) {
        try {
            String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
            return Arrays.stream(InetAddress.getAllByName(bare))
                    .sorted(Comparator.comparing(address -> address.getAddress().length))
                    .toList();
        } catch (UnknownHostException e) {
            throw new OutboundException("the name is not known");
        }
    }
}
