package org.starpunk.view;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import org.jspecify.annotations.Nullable;

/**
 * Rendered page. {@link PageCache} can cache it for all readers. If it is sent directly, it is private to one reader
 * and must not be stored.
 *
 * @param type Content-Type
 * @param body content
 * @param link value of the Link header; null for none
 * @param vary request headers that selected the page, except Accept-Encoding; null for none
 */
public record RenderedPage(
        String type,
        Buffer body,
        @Nullable String link,
        @Nullable String vary) implements PreparedResponse {

    public static final String HTML = "text/html; charset=utf-8";

    /** Returns an HTML page. */
    public static RenderedPage html(Buffer body) {
        return new RenderedPage(HTML, body, null, null);
    }

    /** Returns a copy with a Link header. */
    public RenderedPage withLink(@Nullable String value) {
        return new RenderedPage(type, body, value, vary);
    }

    /** Returns a copy with the request headers that selected it. */
    public RenderedPage withVary(String headers) {
        return new RenderedPage(type, body, link, headers);
    }

    @Override
    public void send(RoutingContext ctx) {
        ctx.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "private, no-store");
        if (link != null) {
            ctx.response().putHeader("Link", link);
        }
        ResponseBodies.end(ctx, body);
    }
}
