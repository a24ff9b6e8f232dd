package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.config.Settings;
import org.starpunk.telemetry.Recorder;

/**
 * HTTP server. There is an instance for each core, all on the same port. Vert.x distributes the connections among them.
 */
public final class HttpVerticle extends VerticleBase {

    private static final Logger LOG = LoggerFactory.getLogger(HttpVerticle.class);
    private static final long SWEEP_MILLIS = 1_000;

    /** Maximum total time for the arrival of a body. */
    private static final Duration BODY_PATIENCE = Duration.ofMinutes(5);

    /** Maximum time without a byte of an arriving body. */
    private static final Duration STALL_PATIENCE = Duration.ofSeconds(15);

    private final Settings settings;
    private final ServerContext shared;
    private final Function<Vertx, Recorder> recorders;
    private final ConnectionTracker connections;
    private @Nullable HttpServer server;
    private @Nullable RequestTimer timer;
    private @Nullable SiteRouter siteRouter;
    private Recorder recorder = Recorder.none();

    /**
     * @param settings address and limits of the server
     * @param shared objects shared by all HTTP verticles
     * @param recorders creates the verticle's recorder, on its event loop
     */
    public HttpVerticle(Settings settings, ServerContext shared, Function<Vertx, Recorder> recorders) {
        this.settings = settings;
        this.shared = shared;
        this.recorders = recorders;
        this.connections = new ConnectionTracker(shared.connectionLimiter, settings.shutdownTimeout());
    }

    /** Returns the number of instances. */
    public static int instances(Settings settings) {
        return settings.instances() > 0
                ? settings.instances()
                : Runtime.getRuntime().availableProcessors();
    }

    @Override
    public Future<?> start() {
        context.exceptionHandler(ClientDisconnectDetector::logUncaught);
        recorder = recorders.apply(vertx).forVerticle("http");
        Router router = Router.router(vertx);
        RequestTimer requests =
                new RequestTimer(vertx, recorder, router, connections, shared.proxies, instances(settings));
        SiteRouter door = new SiteRouter(vertx, settings, shared, recorder);
        door.mount(router);
        siteRouter = door;
        timer = requests;
        HttpServerOptions options = options();
        HttpServer listening = vertx.createHttpServer(options)
                .requestHandler(requests)
                .invalidRequestHandler(request -> requests.handleInvalid(request, door::answerInvalid))
                .connectionHandler(connection -> opened(connection, options));
        server = listening;
        vertx.setPeriodic(SWEEP_MILLIS, tick -> sweep(requests));
        TlsConfigurer tls = shared.tls;
        return (tls == null ? Future.succeededFuture() : tls.check(vertx))
                .compose(fine -> listening.listen())
                .onSuccess(bound -> listens(bound, tls));
    }

    private void opened(HttpConnection connection, HttpServerOptions options) {
        connections.opened(connection);
        StrictRequestDecoder.install(connection, options, number -> connections.brokenBody(connection, number));
    }

    private void listens(HttpServer bound, @Nullable TlsConfigurer tls) {
        shared.listening(bound.actualPort());
        if (tls != null) {
            tls.watch(vertx, bound);
        }
    }

    private HttpServerOptions options() {
        HttpServerOptions options = new HttpServerOptions();
        if (shared.tls != null) {
            shared.tls.configure(options);
        }
        return options.setHost(settings.host())
                // A negative port selects a free port that all instances of the verticle share.
                .setPort(settings.port() == 0 ? -1 : settings.port())
                .setHttp2ClearTextEnabled(false)
                .setDecompressionSupported(false)
                // The site has no web sockets. Their handlers would process each request.
                .setPerMessageWebSocketCompressionSupported(false)
                .setPerFrameWebSocketCompressionSupported(false)
                .setIdleTimeout(60)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setMaxFormAttributeSize(settings.limits().bodyBytes())
                .setMaxFormBufferedBytes(65_536);
    }

    /** Aborts requests without a response in time (503) and bodies that do not arrive (408). */
    private void sweep(RequestTimer requests) {
        connections.sweep();
        requests.refreshDate();
        long now = System.nanoTime();
        for (RequestTimer.TimedRequest exchange : List.copyOf(requests.active())) {
            long owed = now - exchange.answerDueSince(now);
            boolean arrivingTooLong = now - exchange.startedNanos > BODY_PATIENCE.toNanos();
            if (exchange.progress.isStalled(now, STALL_PATIENCE.toNanos())
                    || (arrivingTooLong && !exchange.isEnded())) {
                exchange.giveUpBody();
            } else if (owed > settings.requestTimeout().toNanos()) {
                exchange.abort();
            }
        }
    }

    /**
     * Ends the endless streams, and waits for active requests, which an immediate close would fail. {@link
     * ServerContext#stopListening} must have stopped new connections before.
     */
    @Override
    public Future<?> stop() {
        HttpServer listening = server;
        RequestTimer requests = timer;
        if (listening == null || requests == null) {
            return Future.succeededFuture();
        }
        if (siteRouter != null) {
            siteRouter.close();
        }
        Future<Void> drained = connections.drain(vertx);
        for (RequestTimer.TimedRequest exchange : List.copyOf(requests.active())) {
            exchange.closeAfterResponse();
            endStream(exchange);
        }
        return drained.eventually(listening::close).eventually(() -> {
            recorder.close();
            return Future.succeededFuture();
        });
    }

    private static void endStream(HttpServerRequest request) {
        HttpServerResponse response = request.response();
        String type = response.headers().get("content-type");
        if (type != null && type.startsWith("text/event-stream") && !response.ended()) {
            response.end().onFailure(gone -> LOG.debug("the viewer has disconnected", gone));
        }
    }
}
