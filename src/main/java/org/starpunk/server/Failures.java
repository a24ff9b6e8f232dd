package org.starpunk.server;

import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import io.vertx.ext.web.MIMEHeader;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.HttpException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.starpunk.identity.Account;
import org.starpunk.identity.Profile;
import org.starpunk.note.UnavailableException;
import org.starpunk.site.SiteRoutes;
import org.starpunk.telemetry.RequestId;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.view.Assets;
import org.starpunk.view.Views;

/** Answers every error, and logs those that are the server's own fault: a page for people, problem+json (RFC 9457) for programs. */
final class Failures {

    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);
    static final String TEMPLATE = "error";

    private static final Kind BROKEN =
            new Kind("Something broke", "The error was logged with the number below. Trying again may help.");

    private static final Map<Integer, Kind> KINDS = Map.ofEntries(
            Map.entry(
                    400,
                    new Kind("Bad request", "The request could not be understood. Check the address and try again.")),
            Map.entry(401, new Kind("Login needed", "This is for the author of the site. Log in and try again.")),
            Map.entry(403, new Kind("Not allowed", "This is not allowed with what you are logged in as.")),
            Map.entry(404, new Kind("Not found", "There is no such page. It may have moved: try the search.")),
            Map.entry(405, new Kind("Method not allowed", "This address does not take this kind of request.")),
            Map.entry(410, new Kind("Gone", "This note was deleted by its author.")),
            Map.entry(
                    412,
                    new Kind("Changed meanwhile", "This is no longer the version that was asked for. Load it again.")),
            Map.entry(413, new Kind("Too large", "What was sent is larger than this site accepts.")),
            Map.entry(414, new Kind("Address too long", "The address is longer than this site accepts.")),
            Map.entry(415, new Kind("Unsupported type", "This address does not take content of this type.")),
            Map.entry(416, new Kind("No such part", "The file is shorter than the part of it that was asked for.")),
            Map.entry(
                    431,
                    new Kind(
                            "Headers too large",
                            "The headers of the request, cookies for instance, are larger than this site accepts.")),
            Map.entry(429, new Kind("Too many requests", "Wait a little and try again.")),
            Map.entry(500, BROKEN),
            Map.entry(
                    503,
                    new Kind(
                            "Not available now", "The site cannot answer this just now. Try again in a few seconds.")));

    private final Views views;
    private final Account account;
    private final Assets assets;

    private record Kind(String title, String cure) {}

    Failures(Shared shared) {
        this.views = shared.views;
        this.account = shared.account;
        this.assets = shared.assets;
    }

    void mount(Router router) {
        for (int status : KINDS.keySet()) {
            router.errorHandler(status, this::answer);
        }
    }

    private void answer(RoutingContext ctx) {
        int status = status(ctx);
        HttpServerResponse response = ctx.response();
        if (status >= 500 && ctx.get(Maintenance.MEANT) == null) {
            log(ctx, status);
        }
        if (response.ended() || response.closed()) {
            return;
        }
        if (response.headWritten()) {
            // A part of the answer is on its way: breaking off is the only way left to say that it is not whole.
            close(ctx.request().connection());
            return;
        }
        if (status == 503 && !response.headers().contains(HttpHeaders.RETRY_AFTER)) {
            response.putHeader(HttpHeaders.RETRY_AFTER, "5");
        }
        dropUnread(ctx);
        response.setStatusCode(status).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.headers().remove(HttpHeaders.ETAG).remove(HttpHeaders.LAST_MODIFIED);
        write(ctx, status);
    }

    /** A body that nobody reads any more would be taken for the next request: the connection ends with this answer. */
    private static void dropUnread(RoutingContext ctx) {
        if (!ctx.request().isEnded()) {
            ctx.response().putHeader(HttpHeaders.CONNECTION, "close");
            ctx.request().resume();
        }
    }

    /**
     * Answers a request that Vert.x could not read, and closes its connection: what follows on it cannot be told from the rest of
     * this one. Its headers were not read, and so not what it accepts: it gets the page that is for persons.
     */
    void answerInvalid(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        int status = cause instanceof TooLongHttpLineException
                ? 414
                : cause instanceof TooLongHttpHeaderException ? 431 : 400;
        request.response().setStatusCode(status).putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        request.response().putHeader(HttpHeaders.CONNECTION, "close");
        Kind kind = KINDS.getOrDefault(status, BROKEN);
        write(request, status, kind, kind.cure(), true).onComplete(told -> close(request.connection()));
    }

    private void write(RoutingContext ctx, int status) {
        Kind kind = KINDS.getOrDefault(status, BROKEN);
        write(ctx.request(), status, kind, cure(ctx, kind.cure()), wantsPage(ctx))
                .onFailure(gone -> LOG.debug("the client went away", gone));
    }

    private static void close(HttpConnection connection) {
        connection.close().onFailure(closing -> LOG.debug("closing failed", closing));
    }

    private Future<Void> write(HttpServerRequest request, int status, Kind kind, String cure, boolean page) {
        String id = RequestId.format(RequestTiming.currentId());
        HttpServerResponse response = request.response();
        Profile profile = account.profile();
        if (profile.isSet() && !request.uri().startsWith("/admin")) {
            response.putHeader("Link", SiteRoutes.discovery(profile));
        }
        Buffer body = page ? page(status, kind.title(), cure, id) : problem(status, kind.title(), cure, id);
        response.putHeader(HttpHeaders.CONTENT_TYPE, page ? "text/html; charset=utf-8" : "application/problem+json")
                .putHeader(HttpHeaders.VARY, "Accept");
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
        return views.render(TEMPLATE, model);
    }

    private static Buffer problem(int status, String title, String cure, String id) {
        return new JsonObject()
                .put("type", "about:blank")
                .put("title", title)
                .put("status", status)
                .put("cure", cure)
                .put("requestId", id)
                .toBuffer();
    }

    static int status(RoutingContext ctx) {
        Throwable failure = ctx.failure();
        if (failure instanceof UnavailableException) {
            return 503;
        }
        int status = failure instanceof HttpException http ? http.getStatusCode() : ctx.statusCode();
        return KINDS.containsKey(status) ? status : 500;
    }

    private static String cure(RoutingContext ctx, String otherwise) {
        if (ctx.failure() instanceof UnavailableException unavailable && wrote(ctx) && !unavailable.outcomeUnknown()) {
            return "Nothing was saved: " + unavailable.getMessage() + ". Try again in a few seconds.";
        }
        @Nullable String payload = ctx.failure() instanceof HttpException http ? http.getPayload() : null;
        return payload == null || payload.isEmpty() ? otherwise : payload;
    }

    private static boolean wrote(RoutingContext ctx) {
        HttpMethod method = ctx.request().method();
        return !method.equals(HttpMethod.GET) && !method.equals(HttpMethod.HEAD);
    }

    private static boolean wantsPage(RoutingContext ctx) {
        List<MIMEHeader> accepted = ctx.parsedHeaders().accept();
        for (MIMEHeader type : accepted) {
            if (type.subComponent().equals("html") || type.subComponent().equals("xhtml+xml")) {
                return true;
            }
            if (type.subComponent().endsWith("json")) {
                return false;
            }
        }
        return false;
    }

    private static void log(RoutingContext ctx, int status) {
        Throwable failure = ctx.failure();
        // Something outside, or a limit on time, and no bug of which a stack would tell.
        if (failure instanceof UnavailableException || (failure instanceof HttpException && status == 503)) {
            LOG.warn(
                    "{} {} answered {}: {}",
                    ctx.request().method(),
                    ctx.normalizedPath(),
                    status,
                    failure instanceof HttpException http ? http.getPayload() : failure.getMessage());
        } else {
            LOG.error("{} {} answered {}", ctx.request().method(), ctx.normalizedPath(), status, failure);
        }
    }
}
