package org.starpunk.indieauth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.starpunk.journey.TestSite.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.starpunk.outbound.OutboundResponse;
import org.starpunk.outbound.PublicHttpClient;

class ClientMetadataFetcherTest {

    private static final String HTML =
            "<!doctype html><link rel=redirect_uri href='https://evil.example/back'><p class=h-app>An app";

    private final Vertx vertx = Vertx.vertx();
    private final ClientMetadataFetcher clients =
            new ClientMetadataFetcher(vertx, PublicHttpClient.create(vertx, unused -> true));
    /** Two origins of this machine. The first is an IPv4-mapped address, which does not count as a loopback client. */
    private String app = "";

    private String elsewhere = "";

    @BeforeEach
    void start() {
        HttpServer server = vertx.createHttpServer().requestHandler(this::answer);
        int port = await(server.listen(0, "127.0.0.1")).actualPort();
        app = "http://[::ffff:127.0.0.1]:" + port;
        elsewhere = "http://127.0.0.1:" + port;
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private void answer(HttpServerRequest request) {
        switch (String.valueOf(request.path())) {
            case "/page" -> html(request, HTML);
            case "/moved" -> redirect(request, app + "/page");
            case "/to-page" -> redirect(request, elsewhere + "/page");
            case "/to-json" -> redirect(request, elsewhere + "/json");
            case "/json" ->
                request.response().putHeader("Content-Type", "application/json").end(metadata("/to-json"));
            case "/full" -> html(request, padded(ClientMetadataFetcher.MAX_BYTES));
            case "/large" -> html(request, padded(ClientMetadataFetcher.MAX_BYTES + 1));
            default -> request.response().setStatusCode(404).end();
        }
    }

    private static void html(HttpServerRequest request, String body) {
        request.response().putHeader("Content-Type", "text/html").end(body);
    }

    private static void redirect(HttpServerRequest request, String location) {
        request.response().setStatusCode(302).putHeader("Location", location).end();
    }

    private String metadata(String path) {
        return new JsonObject()
                .put("client_id", app + path)
                .put("client_name", "An app")
                .encode();
    }

    private static String padded(int length) {
        return HTML + " ".repeat(length - HTML.length());
    }

    private ClientMetadata find(String path) {
        return await(clients.find(URI.create(app + path)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/page", "/moved"})
    void a_page_on_the_clients_own_origin_speaks_for_it(String path) {
        ClientMetadata client = find(path);
        assertThat(client.known()).isTrue();
        assertThat(client.name()).isEqualTo("An app");
        assertThat(client.redirects()).containsExactly("https://evil.example/back");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/to-page", "/to-json"})
    void an_open_redirector_does_not_speak_for_a_client(String path) {
        ClientMetadata client = find(path);
        assertThat(client).isEqualTo(ClientMetadata.unknown(client.id()));
        assertThat(client.mayReturnTo(URI.create("https://evil.example/back"))).isFalse();
    }

    @Test
    void metadata_of_more_than_64_kb_is_not_read() {
        assertThat(find("/full").known()).isTrue();
        assertThat(find("/large").known()).isFalse();
    }

    @Test
    void metadata_is_parsed_on_no_event_loop() {
        AtomicReference<Thread> parsing = new AtomicReference<>();
        AtomicReference<Boolean> worker = new AtomicReference<>();
        MultiMap headers = MultiMap.caseInsensitiveMultiMap();
        MultiMap watched = (MultiMap) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {MultiMap.class}, (proxy, method, arguments) -> {
                    parsing.set(Thread.currentThread());
                    worker.set(Context.isOnWorkerThread());
                    return method.invoke(headers, arguments);
                });
        URI id = URI.create("https://app.example/");
        OutboundResponse outboundResponse = new OutboundResponse(id.toString(), 200, watched, Buffer.buffer(HTML));
        Future<ClientMetadata> found = Future.future(promise ->
                vertx.runOnContext(unused -> clients.parse(id, outboundResponse).onComplete(promise)));
        assertThat(await(found).known()).isTrue();
        assertThat(worker).as("on a worker: %s", parsing.get()).hasValue(true);
    }
}
