package org.starpunk.view;

import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that the kernel sends (sendfile), whole or in part: conditional requests and one range of bytes (RFC 9110, 13 and 14).
 * Several ranges at once, which no browser asks for, are answered with the whole file, as the RFC allows.
 *
 * @param file where it is
 * @param size its length, bytes
 * @param etag its strong, quoted entity tag
 * @param changed when it last changed, epoch seconds; {@link Preconditions#NO_DATE} when that is not to be said
 * @param type its Content-Type
 */
public record SentFile(String file, long size, String etag, long changed, String type) implements Answer {

    private static final Pattern RANGE =
            Pattern.compile("bytes *= *([0-9]{0,18}) *- *([0-9]{0,18}) *", Pattern.CASE_INSENSITIVE);

    /** A range of bytes, both ends inclusive, as Content-Range counts. */
    private record Part(long first, long last) {

        long length() {
            return last - first + 1;
        }
    }

    /** A file whose age tells nothing: only its tag does. */
    public static SentFile undated(String file, long size, String etag, String type) {
        return new SentFile(file, size, etag, Preconditions.NO_DATE, type);
    }

    @Override
    public void send(RoutingContext ctx) {
        HttpServerRequest request = ctx.request();
        HttpServerResponse response = ctx.response();
        response.putHeader(HttpHeaders.ETAG, etag).putHeader(HttpHeaders.ACCEPT_RANGES, "bytes");
        if (changed != Preconditions.NO_DATE) {
            response.putHeader(HttpHeaders.LAST_MODIFIED, Preconditions.date(changed));
        }
        int status = Preconditions.status(request.headers(), etag, changed);
        if (status == 412) {
            ctx.fail(412);
        } else if (status == 304) {
            told(ctx, response.setStatusCode(304).end());
        } else {
            body(ctx, response);
        }
    }

    private void body(RoutingContext ctx, HttpServerResponse response) {
        Part part = asked(ctx.request());
        if (part != null && part.length() <= 0) {
            response.putHeader(HttpHeaders.CONTENT_RANGE, "bytes */" + size);
            ctx.fail(416);
            return;
        }
        Part sent = part == null ? new Part(0, size - 1) : part;
        if (part != null) {
            response.setStatusCode(206)
                    .putHeader(HttpHeaders.CONTENT_RANGE, "bytes " + part.first + '-' + part.last + '/' + size);
        }
        response.putHeader(HttpHeaders.CONTENT_TYPE, type);
        if (ctx.request().method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Long.toString(sent.length()));
            told(ctx, response.end());
        } else {
            told(ctx, response.sendFile(file, sent.first, sent.length()));
        }
    }

    /** The range that is asked for: null for the whole file, one of no bytes for what the file does not have. */
    private @Nullable Part asked(HttpServerRequest request) {
        String range = request.getHeader("Range");
        if (range == null || !request.method().equals(HttpMethod.GET) || !stillTheSame(request)) {
            return null;
        }
        Matcher ends = RANGE.matcher(range);
        if (!ends.matches() || (ends.group(1).isEmpty() && ends.group(2).isEmpty())) {
            return null;
        }
        if (ends.group(1).isEmpty()) {
            return new Part(Math.max(0, size - Long.parseLong(ends.group(2))), size - 1);
        }
        long first = Long.parseLong(ends.group(1));
        long last = ends.group(2).isEmpty() ? size - 1 : Long.parseLong(ends.group(2));
        return last < first && !ends.group(2).isEmpty() ? null : new Part(first, Math.min(last, size - 1));
    }

    /** If-Range: a part is of use only to who has the rest of this very file. */
    private boolean stillTheSame(HttpServerRequest request) {
        String had = request.getHeader("If-Range");
        return had == null
                || had.strip().equals(etag)
                || (changed != Preconditions.NO_DATE && had.strip().equals(Preconditions.date(changed)));
    }

    private static void told(RoutingContext ctx, Future<Void> sent) {
        sent.onFailure(failure -> {
            if (!ctx.response().headWritten() && !ctx.response().closed()) {
                ctx.fail(failure);
            }
        });
    }
}
