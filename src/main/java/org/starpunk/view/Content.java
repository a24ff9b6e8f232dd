package org.starpunk.view;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * A page as it was made. It can be kept for others; sent as it is, it is for this one reader only and may be stored nowhere.
 *
 * @param type its Content-Type
 * @param body its bytes
 * @param link the value of its Link header; null for none
 * @param vary the request headers that it was chosen by, Accept-Encoding excepted; null for none
 */
public record Content(
        String type,
        Buffer body,
        @Nullable String link,
        @Nullable String vary) implements Answer {

    public static final String HTML = "text/html; charset=utf-8";

    /** An HTML page. */
    public static Content html(Buffer body) {
        return new Content(HTML, body, null, null);
    }

    /** The same with a Link header. */
    public Content withLink(@Nullable String value) {
        return new Content(type, body, value, vary);
    }

    @Override
    public void send(RoutingContext ctx) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "private, no-store");
        if (link != null) {
            ctx.response().putHeader("Link", link);
        }
        Bodies.end(ctx, body);
    }
}
