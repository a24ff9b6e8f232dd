package org.starpunk.monitor.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.starpunk.monitor.MonitorClient;
import org.starpunk.telemetry.EventBusAddresses;

class SseBroadcasterTest {

    private final Vertx vertx = Vertx.vertx();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile Future<Boolean> answer = Future.succeededFuture(true);
    private final SseBroadcaster sseBroadcaster =
            new SseBroadcaster(vertx, new MonitorClient(vertx), unused -> ask(), null);

    private Future<Boolean> ask() {
        asked.incrementAndGet();
        return answer;
    }

    @AfterEach
    void stop() {
        wait(vertx.close().toCompletionStage().toCompletableFuture());
    }

    private static <T> T wait(CompletableFuture<T> future) {
        return future.orTimeout(120, TimeUnit.SECONDS).join();
    }

    /** Starts a server, and opens a connection that requests the stream. */
    private Socket connect(Handler<RoutingContext> handler) throws IOException {
        Router router = Router.router(vertx);
        router.get("/stream").handler(handler);
        int port = wait(vertx.createHttpServer()
                        .requestHandler(router)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture())
                .actualPort();
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.getOutputStream().write("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    private int sizeOn(Context loop) {
        CompletableFuture<Integer> size = new CompletableFuture<>();
        loop.runOnContext(unused -> size.complete(sseBroadcaster.size()));
        return wait(size);
    }

    private void checked(Context loop) {
        int before = asked.get();
        vertx.eventBus().publish(EventBusAddresses.CLEAR_METRICS, "logout");
        await().until(() -> asked.get() > before);
        assertThat(sizeOn(loop)).isNotNegative(); // earlier requests on that loop have been answered
    }

    @Test
    void a_viewer_who_has_gone_before_joining_is_not_kept() throws IOException {
        CompletableFuture<RoutingContext> gone = new CompletableFuture<>();
        CompletableFuture<Context> loop = new CompletableFuture<>();
        Socket socket = connect(ctx -> {
            ctx.response().closeHandler(unused -> gone.complete(ctx));
            loop.complete(vertx.getOrCreateContext());
        });
        wait(loop);
        socket.close();
        RoutingContext ctx = wait(gone);
        wait(loop).runOnContext(unused -> sseBroadcaster.addViewer(ctx));
        assertThat(sizeOn(wait(loop))).isZero();
    }

    @Test
    void a_question_that_fails_ends_no_stream_and_a_clear_no_does() throws IOException {
        CompletableFuture<Context> joined = new CompletableFuture<>();
        Socket socket = connect(ctx -> {
            sseBroadcaster.addViewer(ctx);
            joined.complete(vertx.getOrCreateContext());
        });
        Context loop = wait(joined);
        answer = Future.failedFuture("the database does not answer");
        checked(loop);
        assertThat(sizeOn(loop)).isEqualTo(1);
        answer = Future.succeededFuture(false);
        checked(loop);
        assertThat(sizeOn(loop)).isZero();
        socket.close();
    }
}
