package org.starpunk.server;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MarkerFactory;
import org.starpunk.identity.Account;
import org.starpunk.identity.Profile;
import org.starpunk.note.UnavailableException;
import org.starpunk.site.SiteRoutes;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.view.StaticAssets;
import org.starpunk.view.Templates;

/**
 * Error handler: sends every error response, and logs server errors. The response is a page for people, problem+json
 * (RFC 9457) for programs, and JSON with {@code error} at the endpoints of Micropub (§3.8) and OAuth (RFC 6749 §5.2).
 *
 * <p>The response to a failed write contains its outcome: nothing was saved, a part was saved, or it is unknown.
 */
final class RequestErrorHandler {

    private static final Logger LOG = LoggerFactory.getLogger(RequestErrorHandler.class);
    static final String TEMPLATE = "error";

    /** Status with which Vert.x's body handler fails a request whose client has disconnected. */
    private static final int BODY_BROKEN_OFF = 200;

    private static final ErrorText BROKEN =
            new ErrorText("Something broke", "The error was logged with the number below. Trying again may help.");

    private static final Map<Integer, ErrorText> KINDS = Map.ofEntries(
            Map.entry(
                    400,
                    new ErrorText(
                            "Bad request", "The request could not be understood. Check the address and try again.")),
            Map.entry(401, new ErrorText("Login needed", "This is for the author of the site. Log in and try again.")),
            Map.entry(403, new ErrorText("Not allowed", "Your login does not permit this.")),
            Map.entry(406, new ErrorText("Not acceptable", "This address has no content of the requested types.")),
            Map.entry(409, new ErrorText("Conflict", "This conflicts with the current content. Load the page again.")),
            Map.entry(404, new ErrorText("Not found", "There is no such page. It may have moved: try the search.")),
            Map.entry(405, new ErrorText("Method not allowed", "This address does not take this kind of request.")),
            Map.entry(408, new ErrorText("Too slow", "The request took too long to arrive. Send it again.")),
            Map.entry(410, new ErrorText("Gone", "This note was deleted by its author.")),
            Map.entry(412, new ErrorText("Changed", "The content has changed since you loaded it. Load it again.")),
            Map.entry(413, new ErrorText("Too large", "What was sent is larger than this site accepts.")),
            Map.entry(414, new ErrorText("Address too long", "The address is longer than this site accepts.")),
            Map.entry(415, new ErrorText("Unsupported type", "This address does not take content of this type.")),
            Map.entry(416, new ErrorText("No such part", "The file is shorter than the requested part.")),
            Map.entry(417, new ErrorText("Expectation failed", "The header Expect takes 100-continue only.")),
            Map.entry(422, new ErrorText("Not processable", "The content could not be processed as it was sent.")),
            Map.entry(
                    431,
                    new ErrorText(
                            "Headers too large",
                            "The headers of the request, cookies for instance, are larger than this site accepts.")),
            Map.entry(429, new ErrorText("Too many requests", "Wait a little and try again.")),
            Map.entry(500, BROKEN),
            Map.entry(501, new ErrorText("Not implemented", "This site does not implement the method of the request.")),
            Map.entry(505, new ErrorText("Version not supported", "This site supports HTTP/1.1, and HTTP/2 over TLS.")),
            Map.entry(
                    503,
                    new ErrorText(
                            "Not available now", "The site cannot answer this just now. Try again in a few seconds.")));

    /**
     * Marks a request that was answered while its route was still working. The route then fails to write its own
     * response.
     */
    static final String GIVEN_UP = "org.starpunk.server.givenUp";

    /** Marks a request whose failure has been logged. */
    private static final String LOGGED = "org.starpunk.server.logged";

    private final SecurityHeaderWriter securityHeaders;
    private final Templates templates;
    private final Account account;
    private final StaticAssets assets;
    private @Nullable AllowedMethods allowed;

    private record ErrorText(String title, String cure) {}

    RequestErrorHandler(ServerContext shared, SecurityHeaderWriter securityHeaders) {
        this.securityHeaders = securityHeaders;
        this.templates = shared.templates;
        this.account = shared.account;
        this.assets = shared.assets;
    }

    /** Mounts the handler for each status with which a request can fail. */
    void mount(Router router) {
        router.errorHandler(BODY_BROKEN_OFF, this::answer);
        for (int status = 400; status < 452; status++) {
            router.errorHandler(status, this::answer);
        }
        for (int status = 500; status < 512; status++) {
            router.errorHandler(status, this::answer);
        }
    }

    /** @param routes methods of all routes, available once they are mounted */
    void mounted(AllowedMethods routes) {
        allowed = routes;
    }

    /** Fails a request without a matching route: with 405 if another method has a route, otherwise with 404. */
    void failUnanswered(RoutingContext ctx) {
        AllowedMethods routes = allowed;
        ctx.fail(routes == null || routes.of(path(ctx)).isEmpty() ? 404 : 405);
    }

    private void answer(RoutingContext ctx) {
        int status = status(ctx);
        HttpServerResponse response = ctx.response();
        if (ClientDisconnectDetector.isCause(ctx.failure())) {
            LOG.debug(
                    "{} {} was not answered: the client has disconnected",
                    ctx.request().method(),
                    path(ctx));
        } else if (status >= 500 && isWorthLogging(ctx, status)) {
            log(ctx, status);
        }
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // A part of the response has been sent. Only an abort shows the client that it is incomplete.
            abort(ctx.request());
            return;
        }
        securityHeaders.addMissing(response, path(ctx));
        response.headers().remove(HttpHeaders.ETAG).remove(HttpHeaders.LAST_MODIFIED);
        if ((status == 404 || status == 405) && ctx.failure() == null && answeredByMethods(ctx)) {
            return;
        }
        write(ctx, status == 405 && !response.headers().contains(HttpHeaders.ALLOW) ? 404 : status);
    }

    /** Sets {@code Allow} if another method has a route, and responds to {@code OPTIONS}. */
    private boolean answeredByMethods(RoutingContext ctx) {
        AllowedMethods routes = allowed;
        boolean options = ctx.request().method().equals(HttpMethod.OPTIONS);
        if (routes == null || (ctx.statusCode() == 404 && !options)) {
            return false;
        }
        boolean site = options && "*".equals(ctx.request().uri());
        Collection<String> methods = site ? routes.ofSite() : routes.of(path(ctx));
        if (methods.isEmpty()) {
            return false;
        }
        ctx.response().putHeader(HttpHeaders.ALLOW, String.join(", ", methods));
        if (!options) {
            return false;
        }
        ctx.response()
                .setStatusCode(204)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .end()
                .onFailure(gone -> LOG.debug("the client has closed the connection", gone));
        return true;
    }

    /** Returns the path as the router matches it, or the raw path if it cannot be decoded. */
    static String path(RoutingContext ctx) {
        try {
            return ctx.normalizedPath();
        } catch (IllegalArgumentException e) {
            return String.valueOf(ctx.request().path());
        }
    }

    /** Returns whether to log a failure. A request gets at most one line; a client error gets none. */
    private static boolean isWorthLogging(RoutingContext ctx, int status) {
        boolean late =
                ctx.get(GIVEN_UP) != null && ctx.response().ended() && ctx.failure() instanceof IllegalStateException;
        boolean caused = late || status == 501 || status == 505 || ctx.get(MaintenanceMode.MEANT) != null;
        if (caused || ctx.get(LOGGED) != null) {
            return false;
        }
        ctx.put(LOGGED, true);
        return true;
    }

    /**
     * Responds to a request that Vert.x could not parse, and closes its connection, because the start of the next
     * request is unknown. Its {@code Accept} header is unknown too, so the response is the page for people.
     */
    void answerInvalid(HttpServerRequest request) {
        int status =
                ClientErrorClassifier.statusOfInvalid(request.decoderResult().cause());
        securityHeaders.addMissing(request.response(), "/");
        request.response().setStatusCode(status).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        request.response().putHeader(HttpHeaders.CONNECTION, "close");
        ErrorText kind = KINDS.getOrDefault(status, BROKEN);
        write(request, "/", status, kind, ErrorFormat.PAGE, WriteOutcomeMessage.NOT_ASKED)
                .onFailure(gone -> LOG.debug("the client has closed the connection", gone));
    }

    private void write(RoutingContext ctx, int status) {
        HttpServerResponse response = ctx.response();
        WriteOutcomeMessage written = WriteOutcomeMessage.of(ctx, status);
        if (written == WriteOutcomeMessage.UNKNOWN || written == WriteOutcomeMessage.PARTLY) {
            // A client that retries automatically would save the content twice.
            response.headers().remove(HttpHeaders.RETRY_AFTER);
        } else if (status == 503 && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "5");
        }
        if (status == 401 && !response.headers().contains("WWW-Authenticate")) {
            response.putHeader("WWW-Authenticate", "Bearer");
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        ErrorText kind = KINDS.getOrDefault(status, BROKEN);
        ErrorText answer = new ErrorText(written.title(kind.title()), written.cure(ctx, kind.cure()));
        write(ctx.request(), path(ctx), status, answer, ErrorFormat.of(ctx), written)
                .onFailure(gone -> LOG.debug("the client has closed the connection", gone));
    }

    private static void abort(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset().onFailure(gone -> LOG.debug("the stream is closed already", gone));
        } else {
            close(request.connection());
        }
    }

    private static void close(HttpConnection connection) {
        connection.close().onFailure(closing -> LOG.debug("closing failed", closing));
    }

    private Future<Void> write(
            HttpServerRequest request,
            String path,
            int status,
            ErrorText kind,
            ErrorFormat form,
            WriteOutcomeMessage written) {
        String id = RequestId.format(RequestTiming.currentId());
        HttpServerResponse response = request.response();
        Profile profile = account.profile();
        if (profile.isSet() && !path.startsWith("/admin")) {
            response.putHeader("Link", SiteRoutes.discovery(profile));
        }
        Buffer body = form == ErrorFormat.PAGE
                ? page(status, kind.title(), kind.cure(), id)
                : problem(form, status, kind, written, id).toBuffer();
        response.putHeader(HttpHeaders.CONTENT_TYPE, form.mediaType()).putHeader(HttpHeaders.VARY, "Accept");
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            return response.end();
        }
        return response.end(body);
    }

    private Buffer page(int status, String title, String cure, String id) {
        Map<String, Object> model = Map.of(
                "status",
                status,
                "title",
                title,
                "cure",
                cure,
                "requestId",
                id,
                "profile",
                account.profile(),
                "theme",
                assets.theme(),
                "site",
                account.profile().isSet() ? account.profile().siteUrl() : "");
        return templates.render(TEMPLATE, model);
    }

    private static JsonObject problem(
            ErrorFormat form, int status, ErrorText kind, WriteOutcomeMessage written, String id) {
        JsonObject problem = new JsonObject();
        if (form == ErrorFormat.OAUTH) {
            problem.put("error", errorCode(status)).put("error_description", kind.cure());
        } else {
            problem.put("type", "about:blank");
        }
        problem.put("title", kind.title())
                .put("status", status)
                .put("cure", kind.cure())
                .put("requestId", id);
        return written == WriteOutcomeMessage.NOT_ASKED ? problem : problem.put("outcome", written.code());
    }

    private static String errorCode(int status) {
        return switch (status) {
            case 401 -> "unauthorized";
            case 403 -> "forbidden";
            case 404 -> "not_found";
            case 500 -> "server_error";
            case 429, 503 -> "temporarily_unavailable";
            default -> "invalid_request";
        };
    }

    static int status(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        if (failure instanceof UnavailableException) {
            return 503;
        }
        if (ClientErrorClassifier.isUnreadable(ctx)) {
            return 400;
        }
        boolean noPath = ctx.request().path() == null || !ctx.request().path().startsWith("/");
        if (failure == null && noPath && !"*".equals(ctx.request().uri())) {
            return 400;
        }
        int status = failure instanceof HttpException http ? http.getStatusCode() : ctx.statusCode();
        return KINDS.containsKey(status) ? status : 500;
    }

    private static void log(RoutingContext ctx, int status) {
        Throwable failure = ctx.failure();
        // An external cause or a time limit: a stack trace would not help.
        if (failure instanceof UnavailableException || (failure instanceof HttpException && status == 503)) {
            String reason =
                    String.valueOf(failure instanceof HttpException http ? http.getPayload() : failure.getMessage());
            LOG.warn(
                    MarkerFactory.getDetachedMarker(reason),
                    "{} {} answered {}: {}",
                    ctx.request().method(),
                    path(ctx),
                    status,
                    reason);
        } else {
            LOG.error("{} {} answered {}", ctx.request().method(), path(ctx), status, failure);
        }
    }
}
