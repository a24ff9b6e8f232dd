package org.starpunk.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicHttpClientTest {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();
    private String base = "";
    private volatile String location = "";

    @BeforeEach
    void start() {
        HttpServer server = vertx.createHttpServer().requestHandler(this::answer);
        base = "http://127.0.0.1:" + await(server.listen(0, "127.0.0.1")).actualPort();
    }

    @AfterEach
    void stop() {
        await(vertx.close());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    private void answer(HttpServerRequest request) {
        asked.incrementAndGet();
        switch (String.valueOf(request.path())) {
            case "/page" ->
                request.response()
                        .putHeader("Content-Type", "text/plain; charset=utf-8")
                        .end("a page");
            case "/moved" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/page")
                        .end();
            case "/loop" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "/loop")
                        .end();
            case "/inside" ->
                request.response()
                        .setStatusCode(302)
                        .putHeader("Location", "http://localhost:1/")
                        .end();
            case "/elsewhere" ->
                request.response()
                        .setStatusCode(307)
                        .putHeader("Location", location)
                        .end();
            case "/endless" -> request.response().setChunked(true).write(Buffer.buffer(new byte[200_000]));
            case "/large" -> request.response().end(Buffer.buffer(new byte[1024 * 1024 + 1]));
            default -> request.response().setStatusCode(404).end();
        }
    }

    private PublicHttpClient everywhere() {
        return PublicHttpClient.create(vertx, unused -> true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1:%d/page",
                "http://localhost:%d/page",
                "http://[::1]:%d/page",
                "http://LOCALHOST:%d/page",
                "http://localhost.:%d/page",
                "http://0.0.0.0:%d/page",
                "http://127.0.0.2:%d/page",
                "http://[::]:%d/page",
                "http://[::ffff:127.0.0.1]:%d/page",
                "http://[::ffff:7f00:1]:%d/page",
                "http://[::127.0.0.1]:%d/page",
                "http://[64:ff9b::7f00:1]:%d/page",
                "http://2130706433:%d/page",
                "http://017700000001:%d/page",
                "http://0177.0.0.1:%d/page",
                "http://127.0.0.01:%d/page",
                "http://0x7f000001:%d/page",
                "http://0x7f.0.0.1:%d/page",
                "http://127.1:%d/page",
                "http://127.0.0.1.:%d/page"
            })
    void this_machine_is_never_asked(String url) {
        int port = URI.create(base).getPort();
        assertThatThrownBy(() ->
                        await(PublicHttpClient.create(vertx).send(OutboundRequest.get(url.formatted(port), "*/*"))))
                .hasRootCauseInstanceOf(OutboundException.class);
        assertThat(asked).hasValue(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "file:///etc/passwd",
                "ftp://127.0.0.1/",
                "http://user:secret@127.0.0.1/",
                "nonsense",
                "http://",
                "//x/"
            })
    void only_web_addresses_are_asked(String url) {
        assertThatThrownBy(() -> await(everywhere().send(OutboundRequest.get(url, "*/*"))))
                .hasRootCauseInstanceOf(OutboundException.class);
    }

    @Test
    void a_page_comes_back_with_where_it_came_from() {
        OutboundResponse outboundResponse = await(everywhere().send(OutboundRequest.get(base + "/moved", "*/*")));
        assertThat(outboundResponse.body()).hasToString("a page");
        assertThat(outboundResponse.url()).isEqualTo(base + "/page");
        assertThat(outboundResponse.mediaType()).isEqualTo("text/plain");
    }

    @Test
    void three_redirects_are_followed_and_no_more() {
        assertThatThrownBy(() -> await(everywhere().send(OutboundRequest.get(base + "/loop", "*/*"))))
                .hasRootCauseMessage("more than 3 redirects");
        assertThat(asked).hasValue(4);
    }

    @Test
    void a_redirect_is_judged_like_the_first_address() {
        PublicHttpClient noName = PublicHttpClient.create(vertx, unused -> asked.get() == 0);
        assertThatThrownBy(() -> await(noName.send(OutboundRequest.get(base + "/inside", "*/*"))))
                .isInstanceOf(CompletionException.class);
        assertThat(asked).hasValue(1);
    }

    /** The only allowed address redirects to others. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.2/",
                "http://10.0.0.1/",
                "http://172.16.0.1/",
                "http://192.168.0.1/",
                "http://169.254.169.254/latest/meta-data/",
                "http://[::1]/",
                "http://[fd00::1]/",
                "http://[fe80::1]/",
                "http://[::ffff:10.0.0.1]/",
                "http://167772161/",
                "http://012.0.0.1/",
                "file:///etc/passwd",
                "gopher://10.0.0.1/"
            })
    void a_redirect_into_a_private_network_is_not_followed(String target) {
        location = target;
        PublicHttpClient here = PublicHttpClient.create(
                vertx,
                address -> address.getHostAddress().equals("127.0.0.1") || PublicAddressPolicy.isGlobal(address));
        assertThatThrownBy(() -> await(here.send(OutboundRequest.get(base + "/elsewhere", "*/*"))))
                .hasRootCauseInstanceOf(OutboundException.class);
        assertThat(asked).hasValue(1);
    }

    @Test
    void too_many_bytes_are_not_read() {
        assertThatThrownBy(() -> await(everywhere().send(OutboundRequest.get(base + "/large", "*/*"))))
                .hasRootCauseMessage("more than 1048576 bytes");
    }

    @Test
    void an_answer_that_does_not_end_is_given_up() {
        OutboundRequest outboundRequest =
                OutboundRequest.get(base + "/endless", "*/*").limits(OutboundRequest.MAX_BYTES, Duration.ofMillis(300));
        assertThatThrownBy(() -> await(everywhere().send(outboundRequest))).isInstanceOf(CompletionException.class);
    }
}
