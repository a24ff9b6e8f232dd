package org.starpunk.server;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
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
import org.starpunk.telemetry.Outcome;
import org.starpunk.telemetry.Recorder;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.view.Preconditions;

/**
 * Assigns an id to each request, and measures it from its head to the end of its response, for any kind of end. It
 * never reads bodies: sizes are counts of the server.
 */
final class RequestTimer implements Handler<HttpServerRequest> {

    private static final CharSequence X_REQUEST_ID = HttpHeaders.createOptimized("X-Request-ID");
    private static final int CLIENT_GONE = 499;
    private static final int REFUSED = 503;
    private static final CharSequence DATE = HttpHeaders.createOptimized("Date");

    private final Vertx vertx;
    private final Recorder recorder;
    private final Router router;
    private final ConnectionTracker connections;
    private final TrustedProxies proxies;
    private final Set<TimedRequest> active = new LinkedHashSet<>();
    private final RequestBodyBudget bodies;
    private final Map<String, Map<String, Endpoint>> endpoints = new HashMap<>();
    private @Nullable TimedRequest arriving;
    private CharSequence date = HttpHeaders.createOptimized("");

    /** @param instances number of event loops that share the heap */
    RequestTimer(
            Vertx vertx,
            Recorder recorder,
            Router router,
            ConnectionTracker connections,
            TrustedProxies proxies,
            int instances) {
        this.vertx = vertx;
        this.recorder = recorder;
        this.router = router;
        this.connections = connections;
        this.proxies = proxies;
        this.bodies = RequestBodyBudget.of(instances);
        refreshDate();
        router.route().handler(this::routed);
    }

    @Override
    public void handle(HttpServerRequest request) {
        TimedRequest exchange = accept(request);
        if (exchange == null) {
            return;
        }
        if (connections.draining()) {
            exchange.closeAfterResponse();
        }
        if (request.method().equals(HttpMethod.POST) && !bodies.reserve(exchange)) {
            exchange.decided = Outcome.REFUSED;
            request.pause();
            connections.closeNow(request.connection());
            return;
        }
        arriving = exchange;
        router.handle(exchange);
        if (connections.isBroken(exchange)) {
            exchange.refuseBody();
        }
    }

    /** Handles a request that is malformed or too long. It is counted and answered like others, but has no route. */
    void handleInvalid(HttpServerRequest request, Handler<HttpServerRequest> answer) {
        TimedRequest exchange = accept(request);
        if (exchange != null) {
            connections.linger(request.connection());
            answer.handle(exchange);
        }
    }

    /** Counts a request as accepted. Returns null if its connection is already closed, which has ended the request. */
    private @Nullable TimedRequest accept(HttpServerRequest request) {
        TimedRequest exchange = new TimedRequest(request, recorder.requestStarted(), vertx.getOrCreateContext());
        active.add(exchange);
        if (connections.track(exchange)) {
            return exchange;
        }
        exchange.connectionClosed();
        return null;
    }

    /**
     * First handler of each route. A response has only one end handler, which Vert.x Web occupies, so this one is added
     * through the routing context.
     */
    private void routed(RoutingContext ctx) {
        TimedRequest exchange = arriving;
        arriving = null;
        if (exchange != null) {
            exchange.routing = ctx;
            ctx.addEndHandler(exchange);
        }
        ctx.next();
    }

    /** Formats the header {@code Date} of the responses until the next call. Must be called once a second. */
    void refreshDate() {
        date = HttpHeaders.createOptimized(Preconditions.date(System.currentTimeMillis() / 1000));
    }

    /** Returns the active requests, oldest first. */
    Set<TimedRequest> active() {
        return active;
    }

    private Endpoint endpoint(@Nullable String route, HttpMethod method) {
        String counted = route == null ? Endpoint.NO_ROUTE : route;
        String methodName = Endpoint.methodName(method.name());
        return endpoints
                .computeIfAbsent(counted, unused -> new HashMap<>(2))
                .computeIfAbsent(methodName, unused -> new Endpoint(methodName, counted, MonitorRoutes.owns(counted)));
    }

    /** A request and its response, until they end in any way. */
    final class TimedRequest extends HttpServerRequestWrapper implements Handler<AsyncResult<Void>> {

        final long startedNanos;
        private final HttpServerRequest received;
        private final @Nullable HttpServerResponse head;
        private long lastArriving;
        private final Context context;
        private @Nullable RequestTiming timing;
        private @Nullable RoutingContext routing;
        private @Nullable String route;
        final BodyProgressMonitor progress;
        private boolean closing;

        private @Nullable BodyWaitTimer body;
        private boolean sending;
        final ResponseSendProgress sent;

        /** Outcome set by the server; null if the end of the response determines it. */
        private @Nullable Outcome decided;

        TimedRequest(HttpServerRequest request, RequestTiming timing, Context context) {
            super((HttpServerRequestInternal) request);
            this.received = request;
            this.progress = new BodyProgressMonitor(request);
            boolean dropsBody =
                    request.version() == HttpVersion.HTTP_2 && request.method().equals(HttpMethod.HEAD);
            this.head = dropsBody ? HeadResponse.of(request.response()) : null;
            this.timing = timing;
            this.sent = new ResponseSendProgress(this);
            this.context = context;
            long told = timing.startNanos(); // read once; 0 if the monitor is disabled
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

        /** Records the pattern of each matching route. The router itself drops the route when it fails. */
        @Override
        public HttpServerRequest routed(@Nullable String pattern) {
            if (pattern != null) {
                route = pattern;
            }
            return this;
        }

        @Override
        public HttpServerRequest handler(@Nullable Handler<Buffer> handler) {
            super.handler(handler);
            if (handler != null && timing != null) {
                BodyWaitTimer wait = new BodyWaitTimer();
                wait.bodyRequested(recorder.now());
                body = wait;
            }
            return this;
        }

        @Override
        public HttpServerRequest endHandler(@Nullable Handler<Void> handler) {
            super.endHandler(
                    handler == null
                            ? null
                            : unused -> {
                                bodyEnded();
                                handler.handle(null);
                            });
            return this;
        }

        @Override
        public HttpServerRequest pause() {
            if (body != null) {
                body.paused(recorder.now());
            }
            super.pause();
            return this;
        }

        @Override
        public HttpServerRequest resume() {
            if (body != null) {
                body.resumed(recorder.now());
            }
            super.resume();
            return this;
        }

        private void bodyEnded() {
            if (body != null) {
                body.bodyEnded(recorder.now());
            }
        }

        @Override
        public void handle(AsyncResult<Void> end) {
            ended(end.failed());
        }

        @Override
        public HttpServerResponse response() {
            return head == null ? super.response() : head;
        }

        /** Fails with 400 if the request's headers do not specify a decodable form. */
        @Override
        public HttpServerRequest setExpectMultipart(boolean expect) {
            try {
                super.setExpectMultipart(expect);
            } catch (RuntimeException e) {
                throw new HttpException(400, "The Content-Type is not that of a form that this site can read.", e);
            }
            boolean unused = FormDecoder.guard(received);
            return this;
        }

        /**
         * Discards a body that is still arriving when the response begins. A long body ends an HTTP/1 connection,
         * because the next request would follow only after it. HTTP/2 has no connection headers (RFC 9113, section
         * 8.2.2).
         */
        private void discardBody() {
            if (version() != HttpVersion.HTTP_2 && (closing || !progress.isShort())) {
                response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                closing = true;
            }
            resume();
        }

        /**
         * Fails a request whose body is invalid or does not arrive, in its own context, and closes its connection after
         * the response. A GET request does not wait for a body, so it is answered as usual.
         */
        private void refuse(int status, String why) {
            closing = true;
            context.runOnContext(unused -> {
                RoutingContext late = routing;
                if (timing == null || late == null || late.response().headWritten()) {
                    connections.closeNow(connection());
                } else if (!late.failed() && !method().equals(HttpMethod.GET) && !method().equals(HttpMethod.HEAD)) {
                    decided = Outcome.CLIENT_ERROR;
                    late.put(RequestErrorHandler.GIVEN_UP, true);
                    late.fail(status, new HttpException(status, why));
                }
            });
        }

        /**
         * Handles the completed head. It uses the field, because after the end the timing object may belong to another
         * request.
         */
        private void headWritten() {
            response().putHeader(DATE, date);
            if (!isEnded() && progress.isExpected()) {
                discardBody();
            }
            if (version() != HttpVersion.HTTP_2 && isLast()) {
                connections.linger(connection());
            }
            sent.begin();
            RequestTiming current = timing;
            if (current != null) {
                current.headWritten(recorder.now());
            }
        }

        /** Returns whether the connection ends with this response, by its headers. */
        private boolean isLast() {
            String connection = response().headers().get(HttpHeaders.CONNECTION);
            return connection == null
                    ? version() == HttpVersion.HTTP_1_0
                    : HttpHeaders.CLOSE.toString().equalsIgnoreCase(connection);
        }

        /**
         * Returns the time from which a response is due, on the clock of {@link System#nanoTime()}. It is the arrival
         * of the whole request, as observed by the sweeps, so a large upload is not late because of its transfer time.
         */
        long answerDueSince(long now) {
            if (!isEnded()) {
                lastArriving = now;
            }
            return Math.max(startedNanos, lastArriving);
        }

        /** Returns the request's origin as received by the trusted proxies; null without a trusted proxy. */
        private TrustedProxies.@Nullable ForwardedOrigin origin() {
            SocketAddress peer = super.remoteAddress();
            return proxies.isTrusted(peer) ? proxies.origin(peer, headers()) : null;
        }

        @Override
        public @Nullable SocketAddress remoteAddress() {
            TrustedProxies.ForwardedOrigin origin = origin();
            return origin == null ? super.remoteAddress() : origin.client();
        }

        @Override
        public @Nullable String scheme() {
            TrustedProxies.ForwardedOrigin origin = origin();
            return origin == null || origin.scheme() == null ? super.scheme() : origin.scheme();
        }

        @Override
        public @Nullable HostAndPort authority() {
            TrustedProxies.ForwardedOrigin origin = origin();
            return origin == null || origin.authority() == null ? super.authority() : origin.authority();
        }

        /** Marks this response as the last of its connection, if its head has not been sent. */
        void closeAfterResponse() {
            HttpServerResponse response = response();
            if (version() != HttpVersion.HTTP_2 && !response.headWritten()) {
                response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
                connections.closeAfterAnswers(connection());
            }
        }

        /** Aborts the request at the time limit, in its own context, so that page and log contain its id. */
        void abort() {
            abort(Outcome.TIMEOUT, 503, "The answer took too long. Try again in a few seconds.");
        }

        /** Refuses a request whose body cannot be decoded, and closes its connection. */
        void refuseBody() {
            refuse(400, "The encoding of the body does not match its headers.");
        }

        /** Aborts a request whose body does not arrive completely, and closes its connection. */
        void giveUpBody() {
            refuse(408, "The request took too long to arrive. Send it again.");
        }

        private void abort(Outcome how, int status, String why) {
            context.runOnContext(unused -> {
                RoutingContext late = routing;
                if (timing != null && late != null && !late.response().headWritten() && !late.failed()) {
                    decided = how;
                    if (how == Outcome.TIMEOUT) {
                        late.put(WriteOutcomeMessage.MAY_BE_SAVED, true);
                    }
                    late.put(RequestErrorHandler.GIVEN_UP, true);
                    late.fail(status, new HttpException(status, why));
                }
            });
        }

        /** Refuses the request to free the memory of its body for others. */
        void evict() {
            abort(Outcome.REFUSED, 503, "Too much is being sent to this site at once. Try again in a few seconds.");
            connections.closeSoon(connection(), () -> bodies.release(this));
        }

        private void broken(Throwable failure) {
            ended(true);
        }

        /** Ends the request with its connection, unless it has ended before. */
        void connectionClosed() {
            ended(true);
        }

        /** @param aborted whether the response is incomplete; Vert.x also calls the end handler of a reset stream */
        private void ended(boolean aborted) {
            RequestTiming done = timing;
            if (done == null) {
                return;
            }
            boolean broken = (aborted || !response().ended()) && !sent.isComplete();
            bodyEnded();
            if (!broken && !sending && sent.isLeft(() -> ended(false))) {
                sending = true;
                return;
            }
            if (body != null) {
                done.received(body.nanos());
            }
            timing = null;
            active.remove(this);
            bodies.end(this);
            connections.end(this);
            if (closing) {
                connections.closeLater(connection());
            }
            RequestTiming.detach(context);
            HttpServerResponse response = response();
            if (decided != null) {
                done.end(decided);
            } else if (broken) {
                done.end(brokenOff());
            } else if (wasRefused()) {
                done.end(Outcome.REFUSED);
            }
            recorder.requestEnded(
                    done,
                    endpoint(route, method()),
                    broken && !response.headWritten() ? unanswered() : response.getStatusCode(),
                    bytesRead(),
                    sent.end(broken, done));
        }

        /**
         * Returns the outcome of an incomplete response. It is the server's fault if it failed before the client
         * disconnected.
         */
        private Outcome brokenOff() {
            RoutingContext failed = routing;
            return failed != null
                            && failed.failed()
                            && RequestErrorHandler.status(failed) >= 500
                            && !ClientDisconnectDetector.isCause(failed.failure())
                    ? Outcome.SERVER_ERROR
                    : Outcome.CLIENT_GONE;
        }

        /**
         * Returns whether a handler declined the request with 503, for example at a limit. A failing store throws
         * another exception.
         */
        private boolean wasRefused() {
            RoutingContext failed = routing;
            return failed != null
                    && failed.failed()
                    && failed.failure() instanceof HttpException chosen
                    && chosen.getStatusCode() == REFUSED;
        }

        private int unanswered() {
            return decided == Outcome.REFUSED ? REFUSED : CLIENT_GONE;
        }
    }
}
