package org.starpunk.server;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.internal.http.HttpServerRequestInternal;
import io.vertx.core.internal.http.HttpServerRequestWrapper;
import io.vertx.core.net.HostAndPort;
import io.vertx.core.net.SocketAddress;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.starpunk.monitor.web.MonitorRoutes;
import org.starpunk.telemetry.Endpoint;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;

/**
 * Gives every request its id, and times it from its head seen to its response's end, whatever ends it. Bodies are never touched:
 * sizes are the server's own counts.
 */
final class RequestTimer implements Handler<HttpServerRequest> {

    private static final CharSequence X_REQUEST_ID = HttpHeaders.createOptimized("X-Request-ID");
    private static final int CLIENT_GONE = 499;

    private final Vertx vertx;
    private final Recorder recorder;
    private final Router router;
    private final Connections connections;
    private final TrustedProxies proxies;
    private final Set<Exchange> active = new LinkedHashSet<>();
    private final ArrivingBodies bodies;
    private final Map<String, Map<HttpMethod, Endpoint>> endpoints = new HashMap<>();
    private @Nullable Exchange arriving;

    /** @param instances how many event loops share the memory */
    RequestTimer(
            Vertx vertx,
            Recorder recorder,
            Router router,
            Connections connections,
            TrustedProxies proxies,
            int instances) {
        this.vertx = vertx;
        this.recorder = recorder;
        this.router = router;
        this.connections = connections;
        this.proxies = proxies;
        this.bodies = ArrivingBodies.of(instances);
        router.route().handler(this::routed);
    }

    @Override
    public void handle(HttpServerRequest request) {
        Exchange exchange = new Exchange(request, recorder.requestStarted(), vertx.getOrCreateContext());
        active.add(exchange);
        connections.begin(request);
        if (connections.draining()) {
            exchange.beLast();
        }
        if (request.method().equals(HttpMethod.POST) && !bodies.begin(exchange)) {
            request.pause();
            connections.closeNow(request.connection());
            return;
        }
        arriving = exchange;
        router.handle(exchange);
    }

    /** A request that is not one as HTTP has it, or too long. It is counted and answered as any other, but has no route. */
    void handleInvalid(HttpServerRequest request, Handler<HttpServerRequest> answer) {
        Exchange exchange = new Exchange(request, recorder.requestStarted(), vertx.getOrCreateContext());
        active.add(exchange);
        connections.begin(request);
        answer.handle(exchange);
    }

    /** The first handler of every route. Vert.x Web keeps one end handler of a response, so that is asked through it. */
    private void routed(RoutingContext ctx) {
        Exchange exchange = arriving;
        arriving = null;
        if (exchange != null) {
            exchange.routing = ctx;
            ctx.addEndHandler(exchange);
        }
        ctx.next();
    }

    /** What is being answered, oldest first. */
    Set<Exchange> active() {
        return active;
    }

    private Endpoint endpoint(@Nullable String route, HttpMethod method) {
        if (route == null) {
            return Endpoint.UNMATCHED;
        }
        return endpoints
                .computeIfAbsent(route, any -> new HashMap<>(2))
                .computeIfAbsent(method, any -> new Endpoint(method.name(), route, MonitorRoutes.owns(route)));
    }

    /** A request and its response, until one of the ways in which they end. */
    final class Exchange extends HttpServerRequestWrapper implements Handler<AsyncResult<Void>> {

        final long startedNanos;
        private long lastArriving;
        private final Context context;
        private @Nullable RequestTiming timing;
        private @Nullable RoutingContext routing;
        private @Nullable String route;

        Exchange(HttpServerRequest request, RequestTiming timing, Context context) {
            super((HttpServerRequestInternal) request);
            this.timing = timing;
            this.context = context;
            long told = timing.startNanos(); // read once; 0 with the monitor off
            this.startedNanos = told == 0 ? System.nanoTime() : told;
            this.lastArriving = startedNanos;
            timing.attach(context);
            HttpServerResponse response = request.response();
            response.putHeader(X_REQUEST_ID, HttpHeaders.createOptimized(RequestId.format(timing.id())));
            response.headersEndHandler(head -> headWritten());
            response.exceptionHandler(this::broken);
            response.endHandler(end -> ended(false));
            response.closeHandler(close -> ended(true));
        }

        /** Told by the router at each route that matches. (The router itself forgets the route when it fails.) */
        @Override
        public HttpServerRequest routed(@Nullable String pattern) {
            if (pattern != null) {
                route = pattern;
            }
            return this;
        }

        @Override
        public void handle(AsyncResult<Void> end) {
            ended(end.failed());
        }

        /** Asks the field: after the end the timing may be another request's. */
        private void headWritten() {
            RequestTiming current = timing;
            if (current != null) {
                current.headWritten(recorder.now());
            }
        }

        /**
         * Since when an answer is owed, on the clock of {@link System#nanoTime()}: the arrival of the whole request, as far as the
         * sweeps have seen it. A large upload is not late because it took long to arrive.
         */
        long owedSince(long now) {
            if (!isEnded()) {
                lastArriving = now;
            }
            return Math.max(startedNanos, lastArriving);
        }

        /** The request as the proxies in front of us got it; null when it comes from no trusted proxy. */
        private TrustedProxies.@Nullable Origin origin() {
            SocketAddress peer = super.remoteAddress();
            return proxies.isTrusted(peer) ? proxies.origin(peer, headers()) : null;
        }

        @Override
        public @Nullable SocketAddress remoteAddress() {
            TrustedProxies.Origin origin = origin();
            return origin == null ? super.remoteAddress() : origin.client();
        }

        @Override
        public @Nullable String scheme() {
            TrustedProxies.Origin origin = origin();
            return origin == null || origin.scheme() == null ? super.scheme() : origin.scheme();
        }

        @Override
        public @Nullable HostAndPort authority() {
            TrustedProxies.Origin origin = origin();
            return origin == null || origin.authority() == null ? super.authority() : origin.authority();
        }

        /** Says that this answer is the last one of its connection, if there is still time to say so. */
        void beLast() {
            HttpServerResponse response = response();
            if (version() != HttpVersion.HTTP_2 && !response.headWritten()) {
                response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                connections.closeAfterAnswers(connection());
            }
        }

        /** Gives the request up, in its own context, so that page and log show its id. */
        void giveUp() {
            giveUp("The answer took too long. Try again in a few seconds.");
        }

        private void giveUp(String why) {
            context.runOnContext(own -> {
                RoutingContext late = routing;
                if (timing != null && late != null && !late.response().headWritten() && !late.failed()) {
                    late.fail(503, new HttpException(503, why));
                }
            });
        }

        /** Makes room for others: what has come of its body is let go. */
        void makeRoom() {
            giveUp("Too much is being sent to this site at once. Try again in a few seconds.");
            connections.closeSoon(connection(), () -> bodies.gone(this));
        }

        private void broken(Throwable failure) {
            ended(true);
        }

        private void ended(boolean broken) {
            RequestTiming done = timing;
            if (done == null) {
                return;
            }
            timing = null;
            active.remove(this);
            bodies.end(this);
            connections.end(connection());
            RequestTiming.detach(context);
            HttpServerResponse response = response();
            if (broken) {
                done.fail();
            }
            recorder.requestEnded(
                    done,
                    endpoint(route, method()),
                    broken && !response.headWritten() ? CLIENT_GONE : response.getStatusCode(),
                    bytesRead(),
                    response.bytesWritten());
        }
    }
}
