package org.starpunk.view;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * File that is sent with sendfile, completely or in part: conditional requests and a single byte range (RFC 9110,
 * sections 13 and 14). A request for several ranges receives the complete file, as the RFC allows; browsers do not send
 * such requests.
 *
 * @param file path of the file
 * @param size size in bytes
 * @param etag strong, quoted entity tag
 * @param changed time of the last change, epoch seconds; {@link Preconditions#NO_DATE} for none
 * @param type Content-Type
 */
public record FileResponse(String file, long size, String etag, long changed, String type) implements PreparedResponse {

    private static final Logger LOG = LoggerFactory.getLogger(FileResponse.class);

    private static final Pattern RANGE =
            Pattern.compile("bytes *= *([0-9]{0,18}) *- *([0-9]{0,18}) *", Pattern.CASE_INSENSITIVE);

    /** A byte range, both ends inclusive, as in Content-Range. */
    private record RequestedRange(long first, long last) {

        long length() {
            return last - first + 1;
        }
    }

    /** Returns a response without a date, which clients validate by its entity tag. */
    public static FileResponse undated(String file, long size, String etag, String type) {
        return new FileResponse(file, size, etag, Preconditions.NO_DATE, type);
    }

    @Override
    public void send(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        HttpServerResponse response = ctx.response();
        // The client disconnected while the file was looked up. Vert.x (5.0.10) would throw.
        if (response.closed()) {
            return;
        }
        response.putHeader(HttpHeaders.ETAG, etag).putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (changed != Preconditions.NO_DATE) {
            response.putHeader(HttpHeaders.LAST_MODIFIED, Preconditions.date(changed));
        }
        int status = Preconditions.status(request.headers(), etag, changed);
        if (status == 412) {
            ctx.fail(412);
        } else if (status == 304) {
            logFailure(ctx, response.setStatusCode(304).end());
        } else {
            body(ctx, response);
        }
    }

    private void body(RoutingContext ctx, HttpServerResponse response) {
        RequestedRange part = requestedRange(ctx.request());
        if (part != null && part.length() <= 0) {
            response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
            ctx.fail(416);
            return;
        }
        RequestedRange sent = part == null ? new RequestedRange(0, size - 1) : part;
        if (part != null) {
            response.setStatusCode(206)
                    .putHeader(HttpHeaders.CONTENT_RANGE, "bytes " + part.first + '-' + part.last + '/' + size);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, type);
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(sent.length()));
            logFailure(ctx, response.end());
        } else {
            logFailure(ctx, response.sendFile(file, sent.first, sent.length()));
        }
    }

    /** Returns the requested range; null for the complete file; an empty range if the file does not contain it. */
    private @Nullable RequestedRange requestedRange(HttpServerRequest request) {
        String range = request.getHeader("Range");
        if (range == null || !request.method().equals(HttpMethod.GET) || !stillTheSame(request)) {
            return null;
        }
        Matcher ends = RANGE.matcher(range);
        if (!ends.matches() || (ends.group(1).isEmpty() && ends.group(2).isEmpty())) {
            return null;
        }
        if (ends.group(1).isEmpty()) {
            return new RequestedRange(Math.max(0, size - Long.parseLong(ends.group(2))), size - 1);
        }
        long first = Long.parseLong(ends.group(1));
        long last = ends.group(2).isEmpty() ? size - 1 : Long.parseLong(ends.group(2));
        return last < first && !ends.group(2).isEmpty() ? null : new RequestedRange(first, Math.min(last, size - 1));
    }

    /** Evaluates If-Range. A part is useful only if the client has another part of the same version. */
    private boolean stillTheSame(HttpServerRequest request) {
        String had = request.getHeader("If-Range");
        return had == null
                || had.strip().equals(etag)
                || (changed != Preconditions.NO_DATE && had.strip().equals(Preconditions.date(changed)));
    }

    private static void logFailure(RoutingContext ctx, Future<Void> sent) {
        sent.onFailure(failure -> {
            boolean cutOff = ctx.response().ended();
            ctx.fail(failure);
            if (cutOff && ctx.request().version() != HttpVersion.HTTP_2) {
                // The Content-Length was sent, so only closing the connection signals the missing rest.
                ctx.request()
                        .connection()
                        .close()
                        .onFailure(closing -> LOG.debug("cannot close a connection", closing));
            }
        });
    }
}
