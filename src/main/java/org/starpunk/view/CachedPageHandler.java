package org.starpunk.view;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.function.Supplier;
import org.starpunk.telemetry.RequestTiming;
import org.starpunk.view.RenderQueue.Rendering;

/** Responds from the page cache, or renders and caches the page. */
public final class CachedPageHandler {

    private final PageCache cache;

    public CachedPageHandler(PageCache cache) {
        this.cache = cache;
    }

    /**
     * Records a hit or a miss in the event of the current request. An event of its own would cost as much as the
     * request's.
     */
    public static void countLookup(boolean hit) {
        RequestTiming request = RequestTiming.current();
        if (request != null) {
            request.cache(hit);
        }
    }

    /**
     * Sends the cached page, or renders and sends it.
     *
     * @param ctx context of the request
     * @param key path of the page and all other properties of the request that select it
     * @param make renders the page for any reader; a {@link RenderedPage} is cached, another response is only sent
     */
    public void answer(RoutingContext ctx, String key, Supplier<Future<? extends PreparedResponse>> make) {
        CachedPage page = cache.fresh(key);
        if (page != null) {
            countLookup(true);
            page.send(ctx);
            return;
        }
        countLookup(false);
        render(ctx, key, cache.revision(), make);
    }

    /**
     * Renders the page, or waits for the request that is rendering it.
     *
     * @param minRevision revision of the site when the request arrived; a rendering of an older revision is not sent
     */
    private void render(
            RoutingContext ctx, String key, long minRevision, Supplier<Future<? extends PreparedResponse>> make) {
        Context context = ctx.vertx().getOrCreateContext();
        Rendering own = new Rendering(context, started -> make(ctx, key, started, make));
        Rendering first = cache.queue().enqueue(key, own);
        if (first == own) {
            cache.queue().start(own);
        } else {
            first.future()
                    .onComplete(
                            made -> context.runOnContext(unused -> joined(ctx, key, minRevision, make, first, made)));
        }
    }

    private void joined(
            RoutingContext ctx,
            String key,
            long minRevision,
            Supplier<Future<? extends PreparedResponse>> make,
            Rendering first,
            AsyncResult<PreparedResponse> made) {
        if (first.revision() >= minRevision) {
            send(ctx, made);
            return;
        }
        if (ctx.response().closed() || ctx.response().ended()) {
            return;
        }
        CachedPage page = cache.fresh(key);
        if (page == null) {
            render(ctx, key, minRevision, make);
        } else {
            page.send(ctx);
        }
    }

    /**
     * Handles conditional requests for a page that is too large to cache. Sets a weak entity tag, because the site may
     * change during the transfer. Responds with 304 or 412 if a precondition requires it.
     *
     * @param key path of the page and all other properties of the request that select it
     * @return whether a response was sent
     */
    public boolean sendIfCached(RoutingContext ctx, String key) {
        String tag = tag(key);
        ctx.response().putHeader(HttpHeaders.ETAG, "W/" + tag);
        int status = Preconditions.status(ctx.request().headers(), tag, Preconditions.NO_DATE);
        if (status == 304) {
            ctx.response().setStatusCode(304).end();
        } else if (status == 412) {
            ctx.fail(412);
        }
        return status != 200;
    }

    /**
     * Returns the quoted entity tag for a page at the current revision of the site.
     *
     * @param key path of the page and all other properties of the request that select it
     */
    public String tag(String key) {
        return '"' + cache.state() + '-' + Integer.toHexString(key.hashCode()) + '"';
    }

    private void make(
            RoutingContext ctx, String key, Rendering own, Supplier<Future<? extends PreparedResponse>> make) {
        long revision = cache.revision();
        own.started(revision);
        Future.succeededFuture()
                .compose(unused -> own.isLate() ? Future.failedFuture(RenderQueue.tooMany()) : make.get())
                .map(answer -> store(key, revision, answer))
                .onComplete(made -> finish(ctx, key, own, made));
    }

    private PreparedResponse store(String key, long revision, PreparedResponse response) {
        return response instanceof RenderedPage content ? cache.put(key, revision, content) : response;
    }

    private void finish(RoutingContext ctx, String key, Rendering own, AsyncResult<PreparedResponse> made) {
        cache.queue().end(key, own, made);
        send(ctx, made);
    }

    private static void send(RoutingContext ctx, AsyncResult<PreparedResponse> made) {
        if (made.failed()) {
            ctx.fail(made.cause());
            return;
        }
        try {
            made.result().send(ctx);
        } catch (RuntimeException e) {
            ctx.fail(e);
        }
    }
}
