package org.starpunk.outbound;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.URI;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One HTTP exchange with one IP address. */
final class PinnedHttpExchange {

    private final HttpClient client;
    private final OutboundRequest outboundRequest;
    private final PublicHttpClient.@Nullable BodySink sink;
    private final URI uri;
    private final InetAddress address;
    private final Promise<OutboundResponse> page = Promise.promise();
    private final Buffer body = Buffer.buffer();
    private @Nullable HttpClientRequest request;
    private boolean cancelled;

    PinnedHttpExchange(
            HttpClient client,
            OutboundRequest outboundRequest,
            PublicHttpClient.@Nullable BodySink sink,
            URI uri,
            InetAddress address) {
        this.client = client;
        this.outboundRequest = outboundRequest;
        this.sink = sink;
        this.uri = uri;
        this.address = address;
    }

    Future<OutboundResponse> run() {
        client.request(options()).compose(this::send).onSuccess(this::read).onFailure(page::tryFail);
        return page.future();
    }

    private RequestOptions options() {
        boolean tls = uri.getScheme().toLowerCase(Locale.ROOT).equals("https");
        int port = uri.getPort() > 0 ? uri.getPort() : tls ? 443 : 80;
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        RequestOptions options = new RequestOptions()
                .setMethod(outboundRequest.method())
                .setServer(SocketAddress.inetSocketAddress(port, address.getHostAddress()))
                .setHost(uri.getHost())
                .setPort(port)
                .setSsl(tls)
                .setURI(uri.getRawQuery() == null ? path : path + '?' + uri.getRawQuery())
                .setFollowRedirects(false)
                .setTimeout(outboundRequest.within().toMillis());
        options.putHeader("User-Agent", "StarPunk");
        outboundRequest.headers().forEach(options::putHeader);
        return options;
    }

    private Future<HttpClientResponse> send(HttpClientRequest opened) {
        request = opened;
        opened.exceptionHandler(page::tryFail);
        if (cancelled) {
            cancel();
        }
        return outboundRequest.body().length() == 0 ? opened.send() : opened.send(outboundRequest.body());
    }

    private void read(HttpClientResponse response) {
        boolean ok = response.statusCode() >= 200 && response.statusCode() < 300;
        if (sink != null && ok) {
            sink.receive(response).onSuccess(unused -> end(response)).onFailure(error -> {
                page.tryFail(error);
                cancel();
            });
            return;
        }
        response.exceptionHandler(page::tryFail);
        response.handler(this::receive);
        response.endHandler(end -> end(response));
    }

    private void end(HttpClientResponse response) {
        page.tryComplete(new OutboundResponse(uri.toString(), response.statusCode(), response.headers(), body));
    }

    private void receive(Buffer part) {
        if (body.length() + (long) part.length() > outboundRequest.maxBytes()) {
            page.tryFail(new OutboundException("more than " + outboundRequest.maxBytes() + " bytes"));
            cancel();
        } else {
            body.appendBuffer(part);
        }
    }

    /** Closes the connection, if it is open. */
    void cancel() {
        cancelled = true;
        if (request != null) {
            Future<Void> unused = request.reset().mapEmpty();
        }
    }
}
