package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.starpunk.identity.SecretTokens;

/**
 * Response of {@code /health?arrival}: how this request arrived through any proxies, and how the server interpreted it.
 * Only {@code starpunk doctor} may request it. It proves its access to the data directory with a temporary file that
 * contains the hash of a key.
 */
public final class RequestEchoHandler {

    /** Query parameter that requests the response. */
    public static final String PARAMETER = "arrival";

    /**
     * File in the data directory with the SHA-256 of the key, hexadecimal. It exists only during a request of the
     * doctor.
     */
    public static final String KEY_FILE = "doctor.key";

    static final List<String> HEADERS =
            List.of(TrustedProxies.FOR, TrustedProxies.PROTO, TrustedProxies.HOST, "Forwarded");

    private static final String BEARER = "Bearer ";
    private static final int KEY_LENGTH = 43;

    private final Vertx vertx;
    private final String keyFile;
    private final TrustedProxies proxies;

    RequestEchoHandler(Vertx vertx, Path dataDir, TrustedProxies proxies) {
        this.vertx = vertx;
        this.keyFile = dataDir.resolve(KEY_FILE).toString();
        this.proxies = proxies;
    }

    void answer(RoutingContext ctx) {
        mayKnow(ctx.request())
                .compose(may -> may
                        ? ctx.response()
                                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                                .end(seen(ctx.request()).toBuffer())
                        : Future.failedFuture(new HttpException(401)))
                .onFailure(ctx::fail);
    }

    private Future<Boolean> mayKnow(HttpServerRequest request) {
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (given == null || !given.startsWith(BEARER) || given.length() != BEARER.length() + KEY_LENGTH) {
            return Future.succeededFuture(false);
        }
        String hash = SecretTokens.hash(given.substring(BEARER.length()));
        return vertx.fileSystem()
                .readFile(keyFile)
                .map(key -> SecretTokens.same(hash, key.toString().strip()))
                .otherwise(false);
    }

    private JsonObject seen(HttpServerRequest request) {
        SocketAddress peer = request.connection().remoteAddress();
        JsonObject headers = new JsonObject();
        for (String name : HEADERS) {
            if (request.headers().contains(name)) {
                headers.put(name, String.join(", ", request.headers().getAll(name)));
            }
        }
        return new JsonObject()
                .put("peer", address(peer))
                .put("peer_trusted", proxies.isTrusted(peer))
                .put("client", address(request.remoteAddress()))
                .put("scheme", request.scheme())
                .put("host", Objects.toString(request.authority(), ""))
                .put("headers", headers);
    }

    private static @Nullable String address(@Nullable SocketAddress socket) {
        return socket == null ? null : socket.hostAddress();
    }
}
